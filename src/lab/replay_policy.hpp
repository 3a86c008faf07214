#pragma once
// Which model serves each call of recorded sessions, and what that costs.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lab/replay_bill.hpp"
#include "lab/replay_caches.hpp"
#include "lab/session_calls.hpp"

namespace rlm::lab {

enum class ReplayPolicy : std::uint8_t {
  AllVerify,      // the verify model serves all
  Paper,          // the paper's rule: a request with tools goes to the verify model
  VerdictEach,    // draft and verdict on every call
  CachedVerdict,  // the draft model drives a user turn, one verdict on the cached prompt ends it
  DigestVerdict,  // the same with hand-over after tool errors, and a verdict on a digest
  Planner,        // driver and verdict chosen per user turn
  Hindsight,      // the cheapest driver and verdict of each user turn by itself, known afterwards
  AllDraft,       // the draft model serves all, nothing is judged
};
inline constexpr std::size_t kReplayPolicyCount = 8;

/// "all_verify", "paper", "verdict_each", "cached_verdict", "digest", "planner", "hindsight",
/// "all_draft".
std::string_view name_of(ReplayPolicy policy);
std::optional<ReplayPolicy> replay_policy_named(std::string_view name);
/// Whether its bill depends on how many answers the verify model rejects.
bool judges(ReplayPolicy policy);

struct ReplayConfig {
  ReplayPrices prices = reference_prices();
  CacheRules verify_cache;
  /// Of what is judged, so much is rejected.
  int rejected_per_mille = 100;
  /// Tool errors in a user turn after which the verify model drives on; 0: never.
  int errors_to_hand_over = 2;
  /// 0: every n-th judged answer is rejected. Otherwise chance decides, per turn and seed, so that
  /// policies with equal turns meet the same luck.
  std::uint64_t seed = 0;
};

struct ReplayCounts {
  std::int64_t calls = 0;  // of the client
  std::int64_t turns = 0;
  std::int64_t judged = 0;
  std::int64_t rejected = 0;
  std::int64_t handed_over = 0;   // turns
  std::int64_t verify_turns = 0;  // turns that the planner gave to the verify model
  std::int64_t cached_verdicts = 0;
};

struct ReplayOutcome {
  Bill bill;
  ReplayCounts counts;
};

ReplayOutcome replay(const std::vector<SessionThread>& threads, ReplayPolicy policy,
                     const ReplayConfig& config);

}  // namespace rlm::lab
