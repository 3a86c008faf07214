#pragma once
// `eval suite|service --simulated`: models set to the paper's figures, so that its arithmetic can
// be seen at work.

#include "app/eval.hpp"

namespace rlm::app {

/// As eval_command().
int eval_simulated(const EvalOptions& options);

}  // namespace rlm::app
