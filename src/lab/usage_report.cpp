#include "lab/usage_report.hpp"

#include <algorithm>

#include "observe/totals.hpp"
#include "quality/label.hpp"

namespace rlm::lab {
namespace {

/// Each word of a reason: "cheapest,draft_timeout" has two.
template <class Take>
void each_word(std::string_view reason, Take take) {
  while (!reason.empty()) {
    const auto word = reason.substr(0, reason.find(','));
    take(word);
    reason.remove_prefix(std::min(word.size() + 1, reason.size()));
  }
}

}  // namespace

void UsageReport::add(const ExchangeRecord& record) {
  for (const CallRecord& call : record.calls) {
    OfModel& model = models_[call.endpoint + " (" + call.model + ")"];
    ++model.calls;
    model.failed += call.end == CallEnd::Failed ? 1 : 0;
    observe::add_usage(model.usage, call.usage);
    model.cost += call.cost;
    if (!is_estimated(call)) continue;
    ++estimated_calls_;
    estimated_cost_ += call.cost;
  }
  ttl_.add(record);
  if (record.occasion != Occasion::Client) {
    aside_cost_ += record.cost;
    if (record.occasion == Occasion::Shadow) add_shadow(record);
    return;
  }
  if (exchanges_++ == 0) last_ = record.started;
  first_ = record.started;
  drafted_ += record.plan != Plan::Direct && record.plan != Plan::Shadow ? 1 : 0;
  OfVerdict& verdict = verdicts_[static_cast<std::size_t>(record.verdict)];
  ++verdict.exchanges;
  verdict.cost += record.cost;
  verdict.baseline += record.baseline;
  if (record.first_byte_ms >= 0)
    verdict.first_byte_ms.push_back(static_cast<double>(record.first_byte_ms));
  verdict.duration_ms.push_back(static_cast<double>(record.duration_ms));
  add_causes(record);
}

void UsageReport::add_causes(const ExchangeRecord& record) {
  const bool went_wrong = record.verdict == Verdict::Fallback || record.verdict == Verdict::Failed;
  bool is_first = true;
  each_word(record.reason, [&](std::string_view word) {
    constexpr std::string_view kPrefix = "prefix_";
    if (word.starts_with(kPrefix)) {
      // Messages are numbered: which one says little.
      std::string_view part = word.substr(kPrefix.size());
      if (part.starts_with("message_")) part = "message";
      ++prefix_changes_[std::string(part)];
    } else if (went_wrong && !is_first && word != "brief_verdict") {  // how it was judged
      ++causes_[std::string(word)];
    }
    is_first = false;
  });
  if (record.verdict == Verdict::Failed && !record.error_type.empty()) ++causes_[record.error_type];
}

void UsageReport::add_shadow(const ExchangeRecord& record) {
  ++shadow_.drawn;
  shadow_.cost += record.cost;
  const double weight =
      record.sampled_ppm > 0 ? 1e6 / static_cast<double>(record.sampled_ppm) : 1.0;
  shadow_.would_cost += weight * record.would_cost.dollars();
  shadow_.would_baseline += weight * record.would_baseline.dollars();
  const bool unseen = record.verdict == Verdict::Skipped || record.verdict == Verdict::Validated;
  const auto bad = quality::is_bad(record.judgement);
  if (!unseen || !bad) return;
  ++shadow_.judged;
  shadow_.agreed += *bad ? 0 : 1;
}

NanoUsd UsageReport::cost() const {
  NanoUsd sum = aside_cost_;
  for (const OfVerdict& verdict : verdicts_) sum += verdict.cost;
  return sum;
}

NanoUsd UsageReport::baseline() const {
  NanoUsd sum;
  for (const OfVerdict& verdict : verdicts_) sum += verdict.baseline;
  return sum;
}

double UsageReport::draft_use() const {
  std::int64_t used = 0;
  for (const Verdict verdict : {Verdict::Skipped, Verdict::Validated, Verdict::Accepted})
    used += of(verdict).exchanges;
  return drafted_ == 0 ? 0 : static_cast<double>(used) / static_cast<double>(drafted_);
}

}  // namespace rlm::lab
