#include "exchange/would_cost.hpp"

namespace rlm::exchange {
namespace {

const CallRecord* verdict_call(const ExchangeRecord& tried) {
  if (tried.plan != Plan::DraftVerify) return nullptr;  // asked for the label alone
  for (auto call = tried.calls.rbegin(); call != tried.calls.rend(); ++call)
    if (call->role == CallRole::Verify && call->usage.prompt() > 0) return &*call;
  return nullptr;
}

}  // namespace

NanoUsd would_cost(const ExchangeRecord& tried, const CallRecord& direct, Tokens suffix,
                   const std::function<NanoUsd(const Usage&)>& price) {
  NanoUsd sum;
  for (const CallRecord& call : tried.calls)
    if (call.role == CallRole::Draft) sum += call.cost;
  const CallRecord* verdict = verdict_call(tried);
  if (verdict != nullptr) {
    Usage usage = direct.usage;
    usage.input += suffix;
    if (tried.verdict != Verdict::Enhanced) usage.output = verdict->usage.output;
    sum += price(usage);
  }
  if (tried.verdict != Verdict::Fallback) return sum;
  if (verdict == nullptr) return sum + direct.cost;
  Usage again = direct.usage;
  again.cache_read += again.cache_write_5m + again.cache_write_1h;
  again.cache_write_5m = again.cache_write_1h = 0;
  return sum + price(again);
}

}  // namespace rlm::exchange
