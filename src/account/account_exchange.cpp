#include "account/account_exchange.hpp"

#include <algorithm>
#include <mutex>

#include "base/log.hpp"

namespace rlm::account {
namespace {

constexpr std::size_t kShards = 16;  // threads that settle at once seldom meet

/// The last call of a role that `wanted` accepts; null when there is none.
template <class Wanted>
const CallRecord* last_call(const ExchangeRecord& record, CallRole role, Wanted wanted) {
  for (auto call = record.calls.rbegin(); call != record.calls.rend(); ++call)
    if (call->role == role && wanted(*call)) return &*call;
  return nullptr;
}

bool has_prompt(const CallRecord& call) {
  return call.usage.prompt() > 0;
}

bool was_read(const CallRecord& call) {
  return has_prompt(call) && has_begun(call);
}

const CallRecord* billed_direct_call(const ExchangeRecord& record) {
  const auto complete = [](const CallRecord& call) { return call.end == CallEnd::Complete; };
  if (const auto* call = last_call(record, CallRole::Direct, complete)) return call;
  return last_call(record, CallRole::Direct, has_prompt);
}

bool was_drafted(Verdict verdict) {
  return verdict == Verdict::Skipped || verdict == Verdict::Validated ||
         verdict == Verdict::Accepted || verdict == Verdict::Repaired ||
         verdict == Verdict::Enhanced;
}

/// Tokens of the client's own prompt, as the verify model counted them if it was asked.
Tokens prompt_tokens_of(const ExchangeRecord& record, const RequestFacts& facts,
                        const VerifyModel& verify) {
  if (const auto* verdict = last_call(record, CallRole::Verify, has_prompt))
    return verdict->usage.prompt() -
           money::suffix_tokens(verdict->usage, facts.prompt_bytes, verify.suffix_bytes);
  const auto* draft = last_call(record, CallRole::Draft, has_prompt);
  return draft != nullptr ? draft->usage.prompt() : verify.prompt_tokens;
}

/// Caches belong to a model, so a session has one for each.
std::string cache_name(const ExchangeRecord& record, const RequestFacts& facts,
                       const VerifyModel& verify) {
  std::string name = record.session;
  // Clients that name no session still repeat their tools and system text.
  if (name.empty() && !facts.prefix.empty()) name = std::to_string(facts.prefix.front().hash);
  name += '\n';
  name += verify.endpoint;
  name += '\n';
  name += verify.model;
  return name;
}

}  // namespace

struct Accountant::Shard {
  explicit Shard(money::BaselineConfig config) : cache(config) {}
  mutable std::mutex mutex;
  money::BaselineCache cache;
};

Accountant::Accountant(std::shared_ptr<const money::PriceTable> prices, AccountantConfig config)
    : rates_(std::move(prices), std::move(config.per_mille_of)) {
  money::BaselineConfig part = config.baseline;
  part.sessions_max = (part.sessions_max + kShards - 1) / kShards;
  for (std::size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<Shard>(part));
}

Accountant::~Accountant() = default;

std::size_t Accountant::session_count() const {
  std::size_t sum = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard->mutex);
    sum += shard->cache.session_count();
  }
  return sum;
}

money::Rate Accountant::rate_of(const std::string& endpoint, const std::string& model,
                                UnixMs when) {
  const money::Rate rate = rates_.find(endpoint, model, when);
  if (rate.price == nullptr && unpriced_.fetch_add(1, std::memory_order_relaxed) == 0)
    log::error("no price for a model: its calls count as free; add it to the price file",
               {{"endpoint", endpoint}, {"model", model}});
  return rate;
}

NanoUsd Accountant::price_of(const VerifyModel& model, const Usage& usage, UnixMs when) {
  const money::Rate rate = rate_of(model.endpoint, model.model, when);
  return rate.price != nullptr ? rate.cost_of(usage, when) : NanoUsd{};
}

void Accountant::price_calls(ExchangeRecord& record) {
  record.cost = {};
  for (CallRecord& call : record.calls) {
    call.cost = {};
    call.price_version.clear();
    if (call.role == CallRole::Count) continue;
    const UnixMs when{record.started.value + call.started_ms};
    const money::Rate rate = rate_of(call.endpoint, call.model, when);
    if (rate.price == nullptr) continue;
    call.price_version = rate.price->valid_from;
    call.cost = rate.cost_of(call.usage, when);
    record.cost += call.cost;
  }
}

NanoUsd Accountant::baseline_of(const ExchangeRecord& record, const RequestFacts& facts,
                                const VerifyModel& verify) {
  const bool drafted = was_drafted(record.verdict);
  const CallRecord* direct = drafted ? nullptr : billed_direct_call(record);
  const CallRecord* verdict = last_call(record, CallRole::Verify, was_read);
  // Stopped before it answered: with `direct` alone the same would have been lost, and no cache
  // written.
  if (direct != nullptr && !has_begun(*direct)) return direct->cost;
  if (!drafted && direct == nullptr && verdict == nullptr) return {};
  // In a race the direct call met the cache first.
  if (direct != nullptr && verdict != nullptr && verdict->started_ms > direct->started_ms)
    verdict = nullptr;
  const UnixMs when = record.started;
  const money::Rate rate = rate_of(verify.endpoint, verify.model, when);
  if (rate.price == nullptr) return direct != nullptr ? direct->cost : NanoUsd{};

  const std::string name = cache_name(record, facts, verify);
  Shard& shard = *shards_[std::hash<std::string>{}(name) % kShards];
  const std::lock_guard lock(shard.mutex);
  if (direct != nullptr) {
    Usage alone = direct->usage;
    // The verdict call met the cache first: what it wrote, the direct call would have had to write.
    if (verdict != nullptr)
      alone = money::without_suffix(
          verdict->usage,
          money::suffix_tokens(verdict->usage, facts.prompt_bytes, verify.suffix_bytes));
    alone.output = direct->usage.output;
    const NanoUsd cost = rate.cost_of(alone, when);
    const auto lapsed = shard.cache.expect_lapsed(name, facts, alone, *rate.price, when);
    const auto warmer = shard.cache.expect_sent(name, facts, alone, *rate.price, when);
    if (lapsed) return std::max(cost, rate.cost_of(*lapsed, when));
    if (!warmer) return cost;
    return std::min(cost, rate.cost_of(*warmer, when));
  }
  NanoUsd baseline;
  if (drafted) {
    const Usage usage = shard.cache.expect(name, facts, prompt_tokens_of(record, facts, verify),
                                           record.seen.output, *rate.price, when);
    baseline = rate.cost_of(usage, when);
  }
  // The verdict call's prompt begins with the client's own, so the real cache is as warm. So does
  // that of a direct call that lost a race.
  const bool lost = drafted && last_call(record, CallRole::Direct, was_read) != nullptr;
  if (verdict != nullptr || lost) shard.cache.remember(name, facts, *rate.price, when);
  return baseline;
}

Usage Accountant::forecast(const ExchangeRecord& record, const RequestFacts& facts,
                           const VerifyModel& verify) {
  const money::Rate rate = rate_of(verify.endpoint, verify.model, record.started);
  if (rate.price == nullptr) return {};
  const std::string name = cache_name(record, facts, verify);
  Shard& shard = *shards_[std::hash<std::string>{}(name) % kShards];
  const std::lock_guard lock(shard.mutex);
  return shard.cache.forecast(name, facts, *rate.price, record.started);
}

void Accountant::note_read(const ExchangeRecord& record, const RequestFacts& facts,
                           const VerifyModel& verify) {
  const CallRecord* read = last_call(record, CallRole::KeepAlive, has_prompt);
  if (read == nullptr || read->usage.cache_read == 0) return;
  const UnixMs when{record.started.value + read->started_ms};
  const money::Rate rate = rate_of(verify.endpoint, verify.model, when);
  if (rate.price == nullptr) return;
  const std::string name = cache_name(record, facts, verify);
  Shard& shard = *shards_[std::hash<std::string>{}(name) % kShards];
  const std::lock_guard lock(shard.mutex);
  shard.cache.read_again(name, facts, read->usage, *rate.price, when);
}

void Accountant::settle(ExchangeRecord& record, const RequestFacts& facts,
                        const VerifyModel& verify) {
  price_calls(record);
  record.baseline =
      record.occasion == Occasion::Client ? baseline_of(record, facts, verify) : NanoUsd{};
  if (record.occasion == Occasion::KeepAlive) note_read(record, facts, verify);
}

}  // namespace rlm::account
