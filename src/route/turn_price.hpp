#pragma once
// What a whole user turn is expected to cost under a plan. A plan's price for one call cannot tell
// whether the draft model should drive the turn: what a model's cache has to be filled for is paid
// once, and by whichever call comes to it first.

#include "route/planner.hpp"

namespace rlm::route {

/// The turn of N = 1 + `session.to_come` calls that begins with the question's request, if `plan`
/// is followed throughout. Both models must have a price. With n of the calls for a model, W its
/// call with all of this prompt read, F what this prompt costs beyond that, G what the tokens cost
/// by which the prompt grows during the turn, new once and read by the calls behind them:
///   direct          n·W + F + G   of the verify model, n = N
///   draft_turn      the same of the draft model + judge + q·(take-over at half way)
///                   q = 1 − (1−h)^N; judge and take-over: the cheaper way of cheaper_judge(), with
///                   the verify model's cache as it will be when nobody has asked it meanwhile
///   others          n·W + F + G of the draft model, n = N; and of the verify model with the share
///                   of calls that come to it, min(1, n) of F + G
NanoUsd turn_price(const PlanQuestion& question, Plan plan);

}  // namespace rlm::route
