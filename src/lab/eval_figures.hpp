#pragma once
// Numbers out of a run that the report shows.

#include <string>
#include <vector>

#include "lab/eval_report.hpp"
#include "lab/statistics.hpp"

namespace rlm::lab {

struct PassCount {
  std::size_t passed = 0;
  std::size_t total = 0;
};

/// The kinds of the tasks, each once, in their order.
std::vector<std::string> kinds_of(const std::vector<Task>& tasks);

/// Passed and all tasks of a kind (empty: of all kinds). An unanswered task is not passed.
PassCount passes(const EvalRun& run, const TargetRun& target, const std::string& kind);

/// Whole durations of the answered requests with a verdict (empty: all), in milliseconds at time
/// scale 1.
std::vector<double> totals_ms(const EvalRun& run, const TargetRun& target,
                              const std::string& verdict);
/// The same until the first text.
std::vector<double> first_texts_ms(const EvalRun& run, const TargetRun& target,
                                   const std::string& verdict);

/// The 95 % interval of the saving over the tasks whose cost is known on both sides.
Interval paired_saving_interval(const EvalRun& run);

}  // namespace rlm::lab
