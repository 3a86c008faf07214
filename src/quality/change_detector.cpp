#include "quality/change_detector.hpp"

#include <algorithm>
#include <cmath>

#include "quality/snapshot_words.hpp"

namespace rlm::quality {

ChangeDetector::ChangeDetector(double rate, double false_alarm_labels)
    : false_alarm_labels_(false_alarm_labels) {
  constexpr std::array<double, kAlternatives> kTimesWorse = {1.5, 2.5, 5, 10, 25};
  for (std::size_t i = 0; i < kAlternatives; ++i) {
    const double worse = std::min(kTimesWorse[i] * rate, (1 + rate) / 2);
    bad_factor_[i] = worse / rate;
    good_factor_[i] = (1 - worse) / (1 - rate);
  }
}

void ChangeDetector::add(bool bad, double weight) {
  for (std::size_t i = 0; i < kAlternatives; ++i)
    evidence_[i] =
        (evidence_[i] + 1) * (1 + weight * ((bad ? bad_factor_[i] : good_factor_[i]) - 1));
}

double ChangeDetector::evidence() const {
  double sum = 0;
  for (const double each : evidence_) sum += each;
  return sum / kAlternatives;
}

bool ChangeDetector::suspects() const {
  return evidence() >= std::sqrt(false_alarm_labels_);
}

std::string ChangeDetector::snapshot() const {
  std::string words;
  for (const double each : evidence_) put_word(words, each);
  return words;
}

Result<void> ChangeDetector::restore(std::string_view& text) {
  std::array<double, kAlternatives> evidence{};
  for (double& each : evidence) {
    if (const auto taken = take_number(text, each); !taken) return fail(taken.error());
    if (!(each >= 0))
      return fail(ErrorKind::BadRequest, Source::Self, "snapshot: evidence below 0");
  }
  evidence_ = evidence;
  return {};
}

}  // namespace rlm::quality
