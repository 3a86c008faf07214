#pragma once
// What becomes of a suite's tasks when simulated models play the paper's benchmark.

#include <vector>

#include "domain/plan.hpp"
#include "lab/service_workload.hpp"
#include "lab/suite.hpp"

namespace rlm::lab {

/// The plan that the paper's rule makes for a task.
Plan plan_by_paper(const Task& task);

/// Tasks that the rule skips are answered rightly by the draft, the verify model errs at every
/// twentieth of them; of those that the rule has verified, every third draft is wrong and must be
/// rewritten.
std::vector<ServiceRequest> suite_with_destinies(const std::vector<Task>& tasks);

}  // namespace rlm::lab
