#pragma once
// What a model would bill for a prompt before it is sent: how much of it the model's prompt cache
// still holds (cascade.md §4).

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/lru_map.hpp"
#include "base/units.hpp"
#include "domain/request.hpp"
#include "domain/usage.hpp"
#include "money/price_table.hpp"
#include "money/prompt_cache.hpp"

namespace rlm::money {

struct CacheForecastConfig {
  /// Sessions remembered at once, each endpoint's apart; the longest unused one is forgotten first.
  /// At least 1.
  std::size_t sessions_max = 10'000;
  /// Cached prefixes remembered of one session; the one that expires first is forgotten first. At
  /// least 16.
  std::size_t entries_max = 128;
};

/// Whose cache: one endpoint's, of one session. Caches belong to a model, and prefixes to a
/// conversation.
struct CacheOwner {
  std::string endpoint;
  std::string session;  // with the agent's id, where one is known
};

struct PromptForecast {
  Usage usage;                // by classes; output 0; never `reported`
  std::int64_t warm_ms = 0;   // how long what would be read lives on if nobody reads it; 0: cold
  std::int64_t fresh_ms = 0;  // how long it will live after this prompt was sent
  int calls = 0;              // that the owner has made
};

/// How far a forecast was off, in tokens of the prompt.
struct ForecastError {
  Tokens expected_read = 0;
  Tokens read = 0;
  Tokens expected_prompt = 0;
  Tokens prompt = 0;
  Tokens off() const { return read > expected_read ? read - expected_read : expected_read - read; }
};

/// Fed with what calls were billed, asked for what the next one will be. Bounded. One thread, or
/// behind a lock.
class CacheForecast {
 public:
  explicit CacheForecast(CacheForecastConfig config = {})
      : entries_max_(config.entries_max), sessions_(config.sessions_max) {}

  /// Cannot fail: of an unknown owner everything is cold, and its tokens are the endpoint's usual
  /// share of bytes (at first 3.5 bytes a token).
  PromptForecast forecast(const CacheOwner& owner, const RequestFacts& facts, const Price& price,
                          UnixMs now) const;

  /// The tokens of this prompt, by what the owner's calls before it were billed; without any, by
  /// the endpoint's usual share of bytes.
  Tokens prompt_tokens(const CacheOwner& owner, const RequestFacts& facts) const;

  /// A call for this prompt, begun at `now`, was billed as `actual` (the client's own prompt alone,
  /// without what a verdict call appended). What the provider read less than expected is forgotten;
  /// a provider that reports no caching at all is believed. The result is compared with the
  /// forecast that would have been made at `now`. Ignores a usage without tokens.
  ForecastError learn(const CacheOwner& owner, const RequestFacts& facts, const Usage& actual,
                      const Price& price, UnixMs now);

  std::size_t session_count() const { return sessions_.size(); }

 private:
  /// A running mean that begins at a guess: the first values count for more.
  struct Mean {
    double value = 0;
    int count = 1;
    void add(double sample);
  };
  struct Session {
    PromptCache cache;
    double tokens_per_byte = 0;  // of its last prompt; 0: none yet
    int calls = 0;
  };
  /// What holds for all sessions of an endpoint.
  struct Endpoint {
    Mean tokens_per_byte{1 / 3.5};
    Mean kept{1};  // with automatic caching: how much of what should be cached really was
  };

  TokenScale scale_of(const CacheOwner& owner, const Session* session,
                      const RequestFacts& facts) const;
  const Endpoint& endpoint_of(const CacheOwner& owner) const;
  Endpoint& endpoint_of(const CacheOwner& owner);

  std::size_t entries_max_;
  LruMap<Session> sessions_;
  std::unordered_map<std::string, Endpoint> endpoints_;
};

}  // namespace rlm::money
