#pragma once
// What `direct` would have cost, with its own warm cache: the honest side of every saving (cascade.md §10).

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/units.hpp"
#include "domain/request.hpp"
#include "domain/usage.hpp"
#include "money/price_table.hpp"

namespace rlm::money {

struct BaselineConfig {
  /// Sessions remembered at once; the longest unused one is forgotten first.
  std::size_t sessions_max = 10'000;
};

/// A counterfactual prompt cache per session, with Anthropic's rules: writes only at breakpoints, reads look back at most 20 blocks from each
/// breakpoint, TTL 5 m or 1 h from the last use, minimum prefix (pricing.md §6). Bounded. One thread, or behind a lock.
class BaselineCache {
 public:
  explicit BaselineCache(BaselineConfig config = {}) : config_(config) {}

  /// The usage that the verify model would have reported for this prompt had every earlier exchange of the session gone to it, and remembers
  /// the prompt as sent at `now`. `prompt_tokens`: all input tokens of this prompt (as some model counted them); positions in between are
  /// scaled by bytes. `output`: tokens of the delivered answer. `price.cache_minimum` applies.
  Usage expect(const std::string& session, const RequestFacts& facts, Tokens prompt_tokens, Tokens output,
               const Price& price, UnixMs now);

  /// Remembers a prompt that really went to the verify model (so the cache stays in step), without computing a cost.
  void remember(const std::string& session, const RequestFacts& facts, UnixMs now);

  std::size_t session_count() const { return sessions_.size(); }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    UnixMs expires;
    bool one_hour = false;
  };
  struct Session {
    std::vector<Entry> entries;
    UnixMs used;
  };
  BaselineConfig config_;
  std::unordered_map<std::string, Session> sessions_;
};

}  // namespace rlm::money
