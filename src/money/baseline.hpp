#pragma once
// What `direct` would have cost, with its own warm cache: the honest side of every saving
// (cascade.md §10).

#include <cstdint>
#include <optional>
#include <string>

#include "base/lru_map.hpp"
#include "base/units.hpp"
#include "domain/request.hpp"
#include "domain/usage.hpp"
#include "money/price_table.hpp"
#include "money/prompt_cache.hpp"

namespace rlm::money {

struct BaselineConfig {
  /// Sessions remembered at once; the longest unused one is forgotten first. At least 1.
  std::size_t sessions_max = 10'000;
  /// Cached prefixes remembered of one session, in each cache; the one that expires first is
  /// forgotten first. At least 4.
  std::size_t entries_max = 128;
};

/// A counterfactual PromptCache per session, beside the real one. Bounded. One thread, or behind a
/// lock.
class BaselineCache {
 public:
  explicit BaselineCache(BaselineConfig config = {})
      : entries_max_(config.entries_max), sessions_(config.sessions_max) {}

  /// The usage that the verify model would have reported for this prompt had every earlier exchange
  /// of the session gone to it, and remembers the prompt as sent at `now`. `prompt_tokens`: all
  /// input tokens of this prompt (as some model counted them), which the result's classes always
  /// add up to; positions in between are scaled by bytes. `output`: tokens of the delivered answer.
  /// `price.cache_minimum` applies.
  Usage expect(const std::string& session, const RequestFacts& facts, Tokens prompt_tokens,
               Tokens output, const Price& price, UnixMs now);

  /// Remembers a prompt that really went to the verify model (so the cache stays in step), without
  /// computing a cost.
  void remember(const std::string& session, const RequestFacts& facts, const Price& price,
                UnixMs now);

  /// For a prompt that really went to the verify model and was billed as `actual`: what it would
  /// have been with the warm cache of a session that always goes there, when that cache reaches
  /// further than the real one (which earlier drafted exchanges left cold); nothing when both agree
  /// and `actual` is the answer. Remembers the prompt.
  std::optional<Usage> expect_sent(const std::string& session, const RequestFacts& facts,
                                   const Usage& actual, const Price& price, UnixMs now);

  /// What this prompt would be billed as if it were sent, by what really went to the verify model
  /// before; remembers nothing. Tokens behind what was counted: 3.5 bytes each. Output 0.
  Usage forecast(const std::string& session, const RequestFacts& facts, const Price& price,
                 UnixMs now) const;

  /// A keep-alive read of this prompt: the real cache lives on, the counterfactual one does not.
  void read_again(const std::string& session, const RequestFacts& facts, const Usage& actual,
                  const Price& price, UnixMs now);
  /// For a prompt that is about to be told to expect_sent(): what it would have been billed as
  /// without the reads since the session's last prompt, when only these kept its cache alive;
  /// nothing when they made no difference.
  std::optional<Usage> expect_lapsed(const std::string& session, const RequestFacts& facts,
                                     const Usage& actual, const Price& price, UnixMs now);

  std::size_t session_count() const { return sessions_.size(); }

 private:
  struct Session {
    PromptCache counterfactual;   // had every exchange gone to the verify model
    PromptCache sent;             // what really went there
    bool was_read_again = false;  // since its last prompt
  };

  std::size_t entries_max_;
  LruMap<Session> sessions_;
};

}  // namespace rlm::money
