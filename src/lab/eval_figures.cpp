#include "lab/eval_figures.hpp"

#include <algorithm>

namespace rlm::lab {

namespace {

std::string verdict_of(const Outcome& outcome) {
  return outcome.verdict.empty() ? "NONE" : outcome.verdict;
}

template <class Duration>
std::vector<double> durations(const EvalRun& run, const TargetRun& target,
                              const std::string& verdict, Duration&& duration) {
  std::vector<double> values;
  for (const Outcome& outcome : target.outcomes) {
    if (!outcome.answered() || duration(outcome) < 0) continue;
    if (verdict.empty() || verdict == verdict_of(outcome))
      values.push_back(duration(outcome) / run.time_scale);
  }
  return values;
}

// Calls `visit(direct, cascade)` with the dollars of each task whose cost is known on both sides.
template <class Visit>
void each_known_pair(const EvalRun& run, Visit&& visit) {
  for (std::size_t i = 0; i < run.tasks.size(); ++i) {
    const Outcome& direct = run.direct.outcomes[i];
    const Outcome& cascade = run.cascade.outcomes[i];
    if (direct.cost && cascade.cost && direct.answered() && cascade.answered())
      visit(direct.cost->dollars(), cascade.cost->dollars());
  }
}

}  // namespace

std::vector<std::string> kinds_of(const std::vector<Task>& tasks) {
  std::vector<std::string> kinds;
  for (const Task& task : tasks)
    if (std::find(kinds.begin(), kinds.end(), task.kind) == kinds.end()) kinds.push_back(task.kind);
  return kinds;
}

PassCount passes(const EvalRun& run, const TargetRun& target, const std::string& kind) {
  PassCount count;
  for (std::size_t i = 0; i < run.tasks.size() && i < target.grades.size(); ++i) {
    if (!kind.empty() && run.tasks[i].kind != kind) continue;
    ++count.total;
    if (target.outcomes[i].answered() && target.grades[i].passed) ++count.passed;
  }
  return count;
}

std::vector<double> totals_ms(const EvalRun& run, const TargetRun& target,
                              const std::string& verdict) {
  return durations(run, target, verdict, [](const Outcome& outcome) { return outcome.total_ms; });
}

std::vector<double> first_texts_ms(const EvalRun& run, const TargetRun& target,
                                   const std::string& verdict) {
  return durations(run, target, verdict,
                   [](const Outcome& outcome) { return outcome.first_text_ms; });
}

Interval paired_saving_interval(const EvalRun& run) {
  std::vector<double> direct;
  std::vector<double> cascade;
  each_known_pair(run, [&](double a, double b) {
    direct.push_back(a);
    cascade.push_back(b);
  });
  return saving_interval(direct, cascade);
}

CostFigures cost_figures(const EvalRun& run) {
  CostFigures figures;
  each_known_pair(run, [&](double direct, double cascade) {
    ++figures.pairs;
    figures.direct += direct;
    figures.cascade += cascade;
  });
  return figures;
}

std::vector<std::pair<std::string, std::size_t>> verdict_counts(const TargetRun& run) {
  std::vector<std::pair<std::string, std::size_t>> counts = {
      {"SKIPPED", 0},  {"VALIDATED", 0}, {"ACCEPTED", 0}, {"REPAIRED", 0}, {"ENHANCED", 0},
      {"FALLBACK", 0}, {"DIRECT", 0},    {"FAILED", 0},   {"NONE", 0}};
  for (const Outcome& outcome : run.outcomes) {
    const std::string verdict = verdict_of(outcome);
    const auto known = std::find_if(counts.begin(), counts.end(),
                                    [&](const auto& c) { return c.first == verdict; });
    if (known == counts.end())
      counts.emplace_back(verdict, 1);
    else
      ++known->second;
  }
  std::erase_if(counts, [](const auto& count) { return count.second == 0; });
  return counts;
}

DraftUse draft_use(const TargetRun& run) {
  DraftUse use;
  for (const auto& [verdict, count] : verdict_counts(run)) {
    if (verdict == "SKIPPED" || verdict == "VALIDATED" || verdict == "ACCEPTED") use.used += count;
    if (verdict != "DIRECT" && verdict != "NONE") use.cascaded += count;
  }
  return use;
}

}  // namespace rlm::lab
