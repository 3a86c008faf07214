#include "quality/trust.hpp"

#include <cmath>

#include "quality/snapshot_words.hpp"

namespace rlm::quality {
namespace {

constexpr std::string_view kFormat = "trust1";

/// Sums to `risk` over all epochs.
double risk_of_epoch(double risk, std::int64_t demotions) {
  return risk * 0.8 * std::pow(0.2, static_cast<double>(demotions));
}

}  // namespace

std::string_view name_of(Trust trust) {
  switch (trust) {
    case Trust::Probation:
      return "probation";
    case Trust::Trusted:
      return "trusted";
    case Trust::Demoted:
      return "demoted";
  }
  return "probation";
}

ClassTrust::ClassTrust(const TrustRules& rules, Trust start)
    : rules_(rules),
      state_(start),
      presumed_(start == Trust::Trusted),
      bound_(risk_of_epoch(rules.risk, 0)),
      detector_(rules.bad_rate_max, rules.false_alarm_labels) {}

std::optional<Trust> ClassTrust::add(bool bad, double weight) {
  bound_.add(bad, weight);
  if (state_ == Trust::Trusted) {
    detector_.add(bad, weight);
    if (detector_.alarms()) {
      ++demotions_;
      presumed_ = false;
      bound_ = ConfidenceSequence(risk_of_epoch(rules_.risk, demotions_));
      return state_ = Trust::Demoted;
    }
    if (presumed_ && bound_.is_below(rules_.bad_rate_max)) presumed_ = false;
    return std::nullopt;
  }
  if (!bound_.is_below(rules_.bad_rate_max)) return std::nullopt;
  detector_ = ChangeDetector(rules_.bad_rate_max, rules_.false_alarm_labels);
  return state_ = Trust::Trusted;
}

double ClassTrust::audit_share() const {
  if (state_ != Trust::Trusted) return 1;
  return detector_.suspects() ? rules_.suspicious_share : rules_.audit_share;
}

std::string ClassTrust::snapshot() const {
  std::string words(kFormat);
  words += ' ';
  words += name_of(state_);
  words += presumed_ ? " presumed" : " earned";
  put_word(words, demotions_);
  put_word(words, rules_.bad_rate_max);
  return words + ' ' + bound_.snapshot() + ' ' + detector_.snapshot();
}

Result<ClassTrust> ClassTrust::restore(const TrustRules& rules, std::string_view text) {
  const auto refuse = [](const std::string& what) {
    return fail(ErrorKind::BadRequest, Source::Self, "snapshot: " + what);
  };
  if (take_word(text) != kFormat) return refuse("not of the format " + std::string(kFormat));
  ClassTrust restored(rules, Trust::Probation);
  const auto state = take_word(text);
  int known = 0;
  while (known < kTrustCount && name_of(static_cast<Trust>(known)) != state) ++known;
  if (known == kTrustCount) return refuse("unknown state \"" + std::string(state) + "\"");
  restored.state_ = static_cast<Trust>(known);
  const auto origin = take_word(text);
  if (origin != "presumed" && origin != "earned") return refuse("neither presumed nor earned");
  restored.presumed_ = origin == "presumed";
  double bad_rate_max = 0;
  if (const auto taken = take_number(text, restored.demotions_); !taken) return fail(taken.error());
  if (const auto taken = take_number(text, bad_rate_max); !taken) return fail(taken.error());
  if (restored.demotions_ < 0) return refuse("demoted less than never");
  auto bound = ConfidenceSequence::restore(risk_of_epoch(rules.risk, restored.demotions_), text);
  if (!bound) return fail(std::move(bound.error()));
  restored.bound_ = *bound;
  ChangeDetector detector = restored.detector_;
  if (const auto taken = detector.restore(text); !taken) return fail(taken.error());
  if (!text.empty()) return refuse("more words than expected");
  if (bad_rate_max == rules.bad_rate_max)
    restored.detector_ = detector;  // evidence against another rate says nothing of this one
  else if (restored.state_ == Trust::Trusted && !restored.presumed_ &&
           !restored.bound_.is_below(rules.bad_rate_max))
    restored.state_ = Trust::Probation;
  return restored;
}

}  // namespace rlm::quality
