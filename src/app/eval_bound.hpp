#pragma once
// Proof of the quality rule's bound in simulated worlds.

#include "app/eval.hpp"

namespace rlm::app {

/// Prints how often the bound holds, how soon drifts are noticed and what audits cost, over --runs
/// lives a world. Deterministic for a --seed; no call is made.
int eval_bound(const EvalOptions& options);

}  // namespace rlm::app
