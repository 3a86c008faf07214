#include "quality/confidence_sequence.hpp"

#include <algorithm>
#include <cmath>

#include "quality/snapshot_words.hpp"

namespace rlm::quality {
namespace {

struct Bet {
  double stake;
  double weight;
};
// The small stakes are for classes whose rate is close to the bound that is asked for.
constexpr std::array<Bet, ConfidenceSequence::kBets> kMixture = {{{1, 0.6},
                                                                  {.94, 0.4 / 6},
                                                                  {.85, 0.4 / 6},
                                                                  {.70, 0.4 / 6},
                                                                  {.50, 0.4 / 6},
                                                                  {.30, 0.4 / 6},
                                                                  {.15, 0.4 / 6}}};

std::array<double, ConfidenceSequence::kBets> log_weights() {
  std::array<double, ConfidenceSequence::kBets> logs{};
  for (std::size_t i = 0; i < logs.size(); ++i) logs[i] = std::log(kMixture[i].weight);
  return logs;
}
const std::array<double, ConfidenceSequence::kBets> kLogWeights = log_weights();

}  // namespace

void ConfidenceSequence::add(bool bad, double weight) {
  ++labels_;
  if (!bad) {
    good_weight_ += weight;
    return;
  }
  ++bad_;
  for (std::size_t i = 0; i < kBets; ++i) log_bad_[i] += std::log1p(-kMixture[i].stake * weight);
}

std::array<double, ConfidenceSequence::kBets> ConfidenceSequence::log_capitals(double rate) const {
  std::array<double, kBets> each{};
  for (std::size_t i = 0; i < kBets; ++i)
    each[i] = kLogWeights[i] + log_bad_[i] +
              good_weight_ * std::log1p(kMixture[i].stake * rate / (1 - rate));
  return each;
}

bool ConfidenceSequence::is_below(double rate) const {
  const auto each = log_capitals(rate);
  const double enough = -std::log(risk_);
  const double most = *std::max_element(each.begin(), each.end());
  if (most >= enough) return true;
  // All of them together are at most kBets times the largest: mostly far from enough.
  if (most < enough - std::log(static_cast<double>(kBets))) return false;
  double sum = 0;
  for (const double one : each) sum += std::exp(one - enough);
  return sum >= 1;
}

double ConfidenceSequence::upper() const {
  constexpr int kHalvings = 50;
  double low = 0;
  double high = 1;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (is_below(middle) ? high : low) = middle;
  }
  return high;
}

std::string ConfidenceSequence::snapshot() const {
  std::string words;
  put_word(words, labels_);
  put_word(words, bad_);
  put_word(words, good_weight_);
  for (const double each : log_bad_) put_word(words, each);
  return words;
}

Result<ConfidenceSequence> ConfidenceSequence::restore(double risk, std::string_view& text) {
  ConfidenceSequence restored(risk);
  for (auto* count : {&restored.labels_, &restored.bad_})
    if (const auto taken = take_number(text, *count); !taken) return fail(taken.error());
  if (const auto taken = take_number(text, restored.good_weight_); !taken)
    return fail(taken.error());
  bool sound = restored.bad_ >= 0 && restored.bad_ <= restored.labels_ &&
               restored.good_weight_ >= 0 &&
               restored.good_weight_ <= static_cast<double>(restored.labels_ - restored.bad_);
  for (double& each : restored.log_bad_) {
    if (const auto taken = take_number(text, each); !taken) return fail(taken.error());
    sound = sound && each <= 0 && (each == 0) == (restored.bad_ == 0);
  }
  if (!sound)
    return fail(ErrorKind::BadRequest, Source::Self, "snapshot: its counts contradict each other");
  return restored;
}

}  // namespace rlm::quality
