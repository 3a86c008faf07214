#pragma once
// The paper's tables for one run over two targets, each figure with its count and interval.

#include <string>
#include <vector>

#include "lab/checkers.hpp"
#include "lab/eval_client.hpp"
#include "lab/suite.hpp"

namespace rlm::lab {

/// What one target made of the tasks; the vectors are as long as the tasks. `grades` is empty when
/// nothing was graded.
struct TargetRun {
  std::string name;
  std::string model;
  std::vector<Outcome> outcomes;
  std::vector<Grade> grades;
};

struct EvalRun {
  std::string workload;  // "suite" or "service"
  std::vector<Task> tasks;
  TargetRun direct;
  TargetRun cascade;
  /// Simulated models run this much faster; durations are divided by it before they are shown. 1:
  /// real time.
  double time_scale = 1;
  bool simulated = false;
  std::string isolation;  // how code was run; empty: none was
  std::vector<std::string>
      notes;  // what a reader must know to judge the figures; printed at the end
};

/// Counts and sums of a run, for the tables and for JSON.
struct CostFigures {
  std::size_t pairs = 0;  // tasks whose cost is known on both sides
  double direct = 0;      // dollars over these
  double cascade = 0;
  double saving() const { return direct > 0 ? 1 - cascade / direct : 0; }
};
CostFigures cost_figures(const EvalRun& run);

/// Verdicts in a fixed order with their counts; exchanges without one are "NONE".
std::vector<std::pair<std::string, std::size_t>> verdict_counts(const TargetRun& run);

/// (SKIPPED + ACCEPTED) and all cascaded exchanges (all but DIRECT).
struct DraftUse {
  std::size_t used = 0;
  std::size_t cascaded = 0;
};
DraftUse draft_use(const TargetRun& run);

/// All tables and notes, for a terminal.
std::string report_text(const EvalRun& run);
/// The same and every single outcome, without prompts or answers, as one JSON object.
std::string report_json(const EvalRun& run);

}  // namespace rlm::lab
