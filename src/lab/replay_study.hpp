#pragma once
// Policies side by side on the same recorded sessions.

#include <functional>
#include <string>
#include <vector>

#include "lab/replay_policy.hpp"

namespace rlm::lab {

struct ReplayQuestion {
  std::string sessions;  // what was read, for the report
  std::vector<ReplayPolicy> policies;
  std::vector<int> rejected_per_mille = {0, 100, 200};
  /// Besides rejecting every n-th, chance decides this many times.
  int draws = 16;
  ReplayConfig config;  // its rejected_per_mille and seed are not used
};

struct ReplayRow {
  ReplayPolicy policy = ReplayPolicy::AllVerify;
  int rejected_per_mille = 0;  // 0 where nothing is judged
  ReplayOutcome outcome;       // with every n-th rejected
  NanoUsd cost;
  double share = 0;           // of all-verify
  std::vector<double> drawn;  // the same per draw; empty where chance changes nothing
};

/// What the verify model's cache costs and could save where it serves everything.
struct CacheFigures {
  std::int64_t changes = 0;  // prefixes that changed within the TTL, the prompt as long as before
  std::int64_t compactions = 0;  // the same, with a prompt that became much shorter
  double changes_cost = 0;       // shares of all-verify
  double compactions_cost = 0;
  double one_hour_saves = 0;  // negative: costs more
  double keep_alive_saves = 0;
  std::int64_t keep_alives = 0;
};

struct ReplayStudy {
  std::int64_t threads = 0;
  ReplayCounts counts;  // of the recordings: calls and turns
  NanoUsd baseline;     // all-verify with the 5-minute TTL and no keep-alive
  std::vector<ReplayRow> rows;
  CacheFigures cache;
  std::int64_t calls_replayed = 0;  // over all runs
};

/// `step` is called after each of step_count() runs. At least one thread.
ReplayStudy study(
    const std::vector<SessionThread>& threads, const ReplayQuestion& question,
    const std::function<void()>& step = [] {});
std::size_t step_count(const ReplayQuestion& question);

CacheFigures cache_figures(const std::vector<SessionThread>& threads, const ReplayPrices& prices);

/// Mean and range of `row` less `other`, draw by draw, as shares of all-verify. Either may have no
/// draws: its one figure counts then.
struct Difference {
  double mean = 0, low = 0, high = 0;
};
Difference difference(const ReplayRow& row, const ReplayRow& other);

}  // namespace rlm::lab
