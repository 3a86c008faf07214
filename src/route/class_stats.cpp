#include "route/class_stats.hpp"

#include <algorithm>
#include <cmath>

namespace rlm::route {
namespace {

/// Beyond this weight the past is halved: what was true a thousand requests ago may not be now.
constexpr double kWeightMax = 500;

double value_of(double position) {
  return std::exp2(position / 2);
}

Length length_of(const Quantiles& tokens) {
  return {static_cast<Tokens>(std::llround(tokens.mean())),
          static_cast<Tokens>(std::llround(tokens.at(.95)))};
}

const CallRecord* complete_call(const ExchangeRecord& record, CallRole role) {
  for (auto call = record.calls.rbegin(); call != record.calls.rend(); ++call)
    if (call->role == role && call->end == CallEnd::Complete && call->usage.reported) return &*call;
  return nullptr;
}

bool asked_for_verdict(const ExchangeRecord& record) {
  return std::any_of(record.calls.begin(), record.calls.end(),
                     [](const CallRecord& call) { return call.role == CallRole::Verify; });
}

}  // namespace

Quantiles::Quantiles(double median, double spread, double weight) {
  // A bell in the logarithm, whose slow end lies 1.645 deviations from its middle.
  const double deviation = 2 * std::log2(spread) / 1.645;
  const double middle = 2 * std::log2(std::max(median, 1.0));
  double all = 0;
  for (int i = 0; i < kBuckets; ++i) {
    const double z = (i - middle) / deviation;
    all += buckets_[static_cast<std::size_t>(i)] = static_cast<float>(std::exp(-z * z / 2));
  }
  for (int i = 0; i < kBuckets; ++i) {
    auto& bucket = buckets_[static_cast<std::size_t>(i)];
    bucket = static_cast<float>(bucket * weight / all);
    weight_ += static_cast<double>(bucket);
    sum_ += static_cast<double>(bucket) * value_of(i);
  }
}

void Quantiles::add(double value) {
  value = std::clamp(value, 1.0, value_of(kBuckets - 1));
  const auto place = static_cast<std::size_t>(std::lround(2 * std::log2(value)));
  buckets_[place] += 1;
  weight_ += 1;
  sum_ += value;
  if (weight_ <= kWeightMax) return;
  for (float& bucket : buckets_) bucket /= 2;
  weight_ /= 2;
  sum_ /= 2;
}

double Quantiles::at(double share) const {
  double left = std::clamp(share, 0.0, 1.0) * weight_;
  for (int i = 0; i < kBuckets; ++i) {
    const double here = static_cast<double>(buckets_[static_cast<std::size_t>(i)]);
    // A bucket reaches half a step to both sides.
    if (left <= here && here > 0) return value_of(std::max(0.0, i - .5 + left / here));
    left -= here;
  }
  return value_of(kBuckets - 1);
}

void Posterior::add(bool yes) {
  (yes ? yes_ : no_) += 1;
  if (weight() <= kWeightMax) return;
  yes_ /= 2;
  no_ /= 2;
}

ClassForecast ClassStats::forecast() const {
  ClassForecast forecast;
  forecast.draft = length_of(draft_tokens);
  forecast.answer = length_of(answer_tokens);
  forecast.verdict = length_of(verdict_tokens).mean;
  forecast.passes = passes.mean();
  forecast.proven = proven.mean();
  forecast.accepted = accepted.mean();
  forecast.forms.repaired = repaired.mean();
  return forecast;
}

void ClassStats::learn(const ExchangeRecord& record, bool could_repair) {
  const auto output = [](const CallRecord& call) { return static_cast<double>(call.usage.output); };
  const CallRecord* draft = complete_call(record, CallRole::Draft);
  if (draft != nullptr) draft_tokens.add(output(*draft));
  if (const auto* direct = complete_call(record, CallRole::Direct))
    answer_tokens.add(output(*direct));
  if (draft == nullptr) return;

  // An exchange that broke off tells nothing of the draft.
  const Verdict verdict = record.verdict;
  if (verdict == Verdict::Failed || verdict == Verdict::Direct) return;
  if (record.plan == Plan::DraftTurn) return;
  const CallRecord* judged = complete_call(record, CallRole::Verify);
  if (record.plan == Plan::DraftValidate) {
    proven.add(verdict == Verdict::Validated);
    return;
  }
  // A verdict was asked for only of a draft that had passed, even if it came too late in a race.
  passes.add(verdict != Verdict::Fallback || asked_for_verdict(record));
  if (judged == nullptr) return;
  const bool taken = verdict == Verdict::Accepted || verdict == Verdict::Repaired;
  accepted.add(taken);
  if (could_repair) repaired.add(verdict == Verdict::Repaired);
  (taken ? verdict_tokens : answer_tokens).add(output(*judged));
}

TurnForecast TurnStats::forecast() const {
  TurnForecast forecast;
  forecast.handed = handed.mean();
  forecast.ends = ends.mean();
  forecast.accepted = accepted.mean();
  return forecast;
}

void TurnStats::learn(const ExchangeRecord& record) {
  if (record.plan != Plan::DraftTurn || record.verdict == Verdict::Failed) return;
  if (complete_call(record, CallRole::Draft) == nullptr) return;
  const bool judged = complete_call(record, CallRole::Verify) != nullptr ||
                      complete_call(record, CallRole::Digest) != nullptr;
  const bool delivered = judged || record.verdict == Verdict::Validated;
  handed.add(!delivered);
  if (!delivered) return;
  ends.add(judged);
  if (judged)
    accepted.add(record.verdict == Verdict::Accepted || record.verdict == Verdict::Repaired);
}

Speed EndpointStats::speed() const {
  return {first_byte_ms.at(.5), first_byte_ms.at(.95), token_us.at(.5) / 1'000,
          token_us.at(.95) / 1'000};
}

void EndpointStats::learn(const CallRecord& call) {
  if (call.end != CallEnd::Complete || call.first_byte_ms < 0) return;
  first_byte_ms.add(static_cast<double>(call.first_byte_ms));
  // Of a few tokens the time is mostly the network's.
  constexpr Tokens kTokensMin = 20;
  if (call.usage.output < kTokensMin) return;
  token_us.add(1'000.0 * static_cast<double>(call.duration_ms - call.first_byte_ms) /
               static_cast<double>(call.usage.output));
}

}  // namespace rlm::route
