#pragma once
// What a repair costs against a rewrite, on simulated verify models.

#include "app/eval.hpp"

namespace rlm::app {

/// Drafts of several lengths with a few wrong sentences in them, judged twice: by a verify model
/// that repairs and by one that rewrites. Prints a table, and --json writes it.
int eval_repair(const EvalOptions& options);

}  // namespace rlm::app
