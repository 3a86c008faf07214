#include "money/cache_forecast.hpp"

#include <algorithm>

namespace rlm::money {
namespace {

constexpr std::size_t kEndpointsMax = 256;  // names are configured; this only bounds a mistake

std::string name_of(const CacheOwner& owner) {
  return owner.session + '\n' + owner.endpoint;
}

const PrefixMark* last_breakpoint(const RequestFacts& facts) {
  for (auto mark = facts.prefix.rbegin(); mark != facts.prefix.rend(); ++mark)
    if (mark->breakpoint) return &*mark;
  return nullptr;
}

Tokens cached_in(const Usage& usage) {
  return usage.cache_read + usage.cache_write_5m + usage.cache_write_1h;
}

/// The tokens of a prompt that was counted: what was read and written ends at its last breakpoint.
TokenScale known_scale(const RequestFacts& facts, const Usage& actual, CacheRules rules) {
  TokenScale scale{facts.prompt_bytes, actual.prompt()};
  const PrefixMark* mark = rules.automatic ? nullptr : last_breakpoint(facts);
  const Tokens cached = cached_in(actual);
  if (mark != nullptr && mark->bytes < scale.bytes && cached > 0 && cached <= scale.tokens) {
    scale.known_bytes = mark->bytes;
    scale.known_tokens = cached;
  }
  return scale;
}

}  // namespace

void CacheForecast::Mean::add(double sample) {
  constexpr int kMemory = 20;
  count = std::min(count + 1, kMemory);
  value += (sample - value) / count;
}

const CacheForecast::Endpoint& CacheForecast::endpoint_of(const CacheOwner& owner) const {
  static const Endpoint unknown;
  const auto found = endpoints_.find(owner.endpoint);
  return found != endpoints_.end() ? found->second : unknown;
}

CacheForecast::Endpoint& CacheForecast::endpoint_of(const CacheOwner& owner) {
  if (endpoints_.size() >= kEndpointsMax && !endpoints_.contains(owner.endpoint))
    endpoints_.clear();
  return endpoints_[owner.endpoint];
}

TokenScale CacheForecast::scale_of(const CacheOwner& owner, const Session* session,
                                   const RequestFacts& facts) const {
  if (session != nullptr && session->tokens_per_byte > 0)
    return guess_scale(facts, &session->cache, session->tokens_per_byte);
  return guess_scale(facts, nullptr, endpoint_of(owner).tokens_per_byte.value);
}

Tokens CacheForecast::prompt_tokens(const CacheOwner& owner, const RequestFacts& facts) const {
  return scale_of(owner, sessions_.find(name_of(owner)), facts).tokens;
}

PromptForecast CacheForecast::forecast(const CacheOwner& owner, const RequestFacts& facts,
                                       const Price& price, UnixMs now) const {
  const Session* session = sessions_.find(name_of(owner));
  const Endpoint& endpoint = endpoint_of(owner);
  const CacheRules rules = rules_of(price);
  const TokenScale scale = scale_of(owner, session, facts);

  PromptForecast forecast;
  const PrefixMark* last = last_breakpoint(facts);
  const bool one_hour = rules.automatic || (last != nullptr && last->one_hour);
  forecast.fresh_ms = one_hour ? PromptCache::kLongTtlMs : PromptCache::kShortTtlMs;
  int hit = -1;
  if (session != nullptr) {
    forecast.calls = session->calls;
    hit = session->cache.find(facts, scale, rules, now);
    if (hit >= 0) {
      const auto& mark = facts.prefix[static_cast<std::size_t>(hit)];
      forecast.warm_ms = session->cache.expiry_of(mark).value - now.value;
    }
  }
  forecast.usage = classes_of(facts, hit, scale, rules);
  if (rules.automatic) {
    const Tokens all = forecast.usage.cache_read;
    const auto read = static_cast<Tokens>(static_cast<double>(all) * endpoint.kept.value);
    forecast.usage.cache_read = read;
    forecast.usage.input += all - read;
  }
  return forecast;
}

ForecastError CacheForecast::learn(const CacheOwner& owner, const RequestFacts& facts,
                                   const Usage& actual, const Price& price, UnixMs now) {
  const Tokens prompt = actual.prompt();
  if (prompt <= 0 || facts.prompt_bytes == 0) return {};
  const Usage expected = forecast(owner, facts, price, now).usage;
  Session& session = sessions_[name_of(owner)];
  Endpoint& endpoint = endpoint_of(owner);
  const CacheRules rules = rules_of(price);
  const TokenScale scale = known_scale(facts, actual, rules);

  const int hit = session.cache.touch(facts, scale, rules, now);
  const Tokens held =
      hit >= 0 ? scale.at(facts.prefix[static_cast<std::size_t>(hit)].bytes) : Tokens{0};
  // Positions between two counts are only near the truth, and automatic caches round down.
  const Tokens slack = prompt / 50 + 128;
  if (actual.cache_read + slack < held)
    session.cache.forget_behind(facts, scale, actual.cache_read + slack);
  if (rules.automatic && held > 0)
    endpoint.kept.add(
        std::clamp(static_cast<double>(actual.cache_read) / static_cast<double>(held), 0.0, 1.0));
  if (rules.automatic || cached_in(actual) > 0)
    session.cache.write(facts, scale, rules, now, entries_max_);

  session.tokens_per_byte = static_cast<double>(prompt) / static_cast<double>(facts.prompt_bytes);
  endpoint.tokens_per_byte.add(session.tokens_per_byte);
  ++session.calls;
  return {expected.cache_read, actual.cache_read, expected.prompt(), prompt};
}

}  // namespace rlm::money
