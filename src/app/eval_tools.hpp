#pragma once
// What proving tool calls lets through, and what it is worth, on recorded pairs.

#include "app/eval.hpp"

namespace rlm::app {

/// Reads every bfcl* file of --pairs and prints the fault-injection table and the quality and cost
/// of delivering proven draft calls. Deterministic; no call is made.
int eval_tools(const EvalOptions& options);

}  // namespace rlm::app
