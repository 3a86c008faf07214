#pragma once
// Cascading over recorded pairs of two models' answers as if live.

#include "app/eval.hpp"

namespace rlm::app {

/// Reads every file of --pairs and prints quality, cost and router figures of the presets, with the
/// goals that were set. Deterministic for a --seed; no call is made.
int eval_pairs(const EvalOptions& options);

}  // namespace rlm::app
