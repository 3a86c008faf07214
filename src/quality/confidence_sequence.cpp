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

double ConfidenceSequence::log_capital(double rate) const {
  std::array<double, kBets> each{};
  for (std::size_t i = 0; i < kBets; ++i)
    each[i] = std::log(kMixture[i].weight) + log_bad_[i] +
              good_weight_ * std::log1p(kMixture[i].stake * rate / (1 - rate));
  const double most = *std::max_element(each.begin(), each.end());
  double sum = 0;
  for (const double one : each) sum += std::exp(one - most);
  return most + std::log(sum);
}

bool ConfidenceSequence::is_below(double rate) const {
  return log_capital(rate) >= -std::log(risk_);
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
