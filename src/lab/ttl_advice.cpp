#include "lab/ttl_advice.hpp"

#include <algorithm>

#include "money/prompt_cache.hpp"

namespace rlm::lab {
namespace {

bool fills_the_clients_cache(CallRole role) {
  return role == CallRole::Direct || role == CallRole::Verify;
}

}  // namespace

void TtlAdvice::settle(const Later& later, const CallRecord* before, UnixMs before_started) {
  const Tokens written = later.usage.cache_write_5m;
  if (written <= 0) return;
  TtlFigures& figures = by_model_[later.model];
  ++figures.calls;
  Usage other;
  if (before != nullptr) {
    const std::int64_t gap = later.started.value - before_started.value;
    const bool lapsed =
        gap > money::PromptCache::kShortTtlMs && gap <= money::PromptCache::kLongTtlMs;
    figures.lapsed += lapsed ? 1 : 0;
    if (lapsed) other.cache_read = std::min(written, before->usage.prompt());
  }
  other.cache_write_1h = written - other.cache_read;
  figures.paid += later.rate.cost_of({.cache_write_5m = written}, later.started);
  figures.with_one_hour += later.rate.cost_of(other, later.started);
}

void TtlAdvice::add(const ExchangeRecord& record) {
  if (record.session.empty()) return;
  for (auto call = record.calls.rbegin(); call != record.calls.rend(); ++call) {
    if (!fills_the_clients_cache(call->role) || call->usage.prompt() <= 0) continue;
    const UnixMs started{record.started.value + call->started_ms};
    const money::Rate rate = rates_.find(call->endpoint, call->model, started);
    if (rate.price == nullptr) continue;
    const std::string model = call->endpoint + " (" + call->model + ")";
    const std::string key = record.session + '\n' + record.agent + '\n' + model;
    const auto found = later_.find(key);
    // The session's first call is not settled: what it wrote was written once, whatever its life.
    if (found != later_.end()) settle(found->second, &*call, started);
    later_[key] = {started, call->usage, model, rate};
  }
}

}  // namespace rlm::lab
