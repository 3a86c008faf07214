#pragma once
// What it is expected to cost and to take when the verify model is asked beside the draft, and the
// loser is stopped (docs/planning.md, "Racing"). Pure.

#include "route/planner.hpp"

namespace rlm::route {

/// The plans in which the verify model may be asked beside the draft.
constexpr bool can_race(Plan plan) {
  return plan == Plan::DraftOnly || plan == Plan::DraftVerify;
}

/// One race. Probabilities in [0, 1].
struct RaceForecast {
  /// The draft is whole before the verify model begins to answer.
  double whole_first = 0;
  /// … and can be delivered before: behind its hold-back, or after its verdict.
  double ready_first = 0;
  /// Tokens that the loser has written when it is stopped.
  Tokens lost_draft = 0;
  Tokens lost_answer = 0;
  double typical_ms = 0;
  double p95_ms = 0;
  /// Of all calls, in nano-dollars.
  double bill = 0;
};

/// With the names of plan_by_cost(), g the probability `passes`, w that a draft which passes is
/// ready first (`ready_first`), W that it is whole first, D' and V' the prices of the stopped
/// calls:
///   draft_only    g·w·(D + ε·verdict + V') + g·(1−w)·(D' + direct) + (1−g)·(D + direct)
///   draft_verify  g·w·(D + verdict + (1−a)·V(answer's output alone) + V')
///                 + g·(W−w)·(D + verdict + direct) + g·(1−W)·(D' + direct) + (1−g)·(D + direct)
/// Who is first: both times are taken for lognormal, with the middle and slow end that are known of
/// their parts. The slow end is that of the sooner beginning and the longer rest: never less than a
/// race takes. `plan` must be one that can race; both models must have a price.
RaceForecast race_of(const PlanQuestion& question, Plan plan);

}  // namespace rlm::route
