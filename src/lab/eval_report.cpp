#include "lab/eval_report.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "lab/eval_figures.hpp"
#include "lab/paper.hpp"
#include "lab/statistics.hpp"
#include "lab/table.hpp"

namespace rlm::lab {

namespace {

std::string share_of(std::size_t part, std::size_t all) {
  return all == 0 ? "-" : percent(static_cast<double>(part) / static_cast<double>(all));
}

std::string interval_of(const Interval& interval) {
  return percent(interval.low) + " .. " + percent(interval.high);
}

std::string verdict_table(const EvalRun& run) {
  const std::map<std::string, const char*> stated = {{"SKIPPED", "64 - 70 %"}};
  Table table({"cascade verdict", "n", "share", "95 % interval", "paper"});
  const std::size_t all = run.cascade.outcomes.size();
  for (const auto& [verdict, count] : verdict_counts(run.cascade)) {
    const auto paper_says = stated.find(verdict);
    table.add({verdict, std::to_string(count), share_of(count, all),
               interval_of(wilson(count, all)),
               paper_says == stated.end() ? "" : paper_says->second});
  }
  const DraftUse use = draft_use(run.cascade);
  table.add({"draft use", std::to_string(use.used) + "/" + std::to_string(use.cascaded),
             share_of(use.used, use.cascaded), interval_of(wilson(use.used, use.cascaded)),
             "88.8 %"});
  return table.text();
}

std::string cost_table(const EvalRun& run) {
  const CostFigures cost = cost_figures(run);
  if (cost.pairs == 0) return "No cost is known on both sides.\n";
  const double n = static_cast<double>(cost.pairs);
  Table table({"cost", "n", "total", "per request", "change", "95 % interval", "paper"});
  const std::string count = std::to_string(cost.pairs);
  table.add({"direct", count, dollars(cost.direct), dollars(cost.direct / n, 6)});
  const Interval interval = paired_saving_interval(run);
  table.add({"cascade", count, dollars(cost.cascade), dollars(cost.cascade / n, 6),
             signed_percent(-cost.saving()),
             signed_percent(-interval.high) + " .. " + signed_percent(-interval.low), "-45.8 %"});
  const std::size_t unknown = run.tasks.size() - cost.pairs;
  return table.text() +
         (unknown == 0 ? ""
                       : std::to_string(unknown) +
                             " requests whose cost is not known on both sides are left out.\n");
}

std::vector<std::string> latency_row(const std::string& name, const std::vector<double>& totals,
                                     const std::vector<double>& firsts) {
  const Interval p50 = quantile_interval(totals, 0.5);
  return {name,
          std::to_string(totals.size()),
          milliseconds(quantile(totals, 0.5)),
          milliseconds(p50.low) + " .. " + milliseconds(p50.high),
          milliseconds(quantile(totals, 0.95)),
          milliseconds(quantile(firsts, 0.5))};
}

std::string latency_table(const EvalRun& run) {
  Table table({run.simulated ? "latency (simulated)" : "latency", "n", "p50", "95 % interval",
               "p95", "first text p50", "paper p50"});
  const auto direct = totals_ms(run, run.direct, "");
  const auto cascade = totals_ms(run, run.cascade, "");
  if (direct.empty() || cascade.empty()) return "No latency is known on both sides.\n";
  auto row = latency_row("direct", direct, first_texts_ms(run, run.direct, ""));
  row.push_back(milliseconds(paper::kDirectP50Ms));
  table.add(std::move(row));
  row = latency_row("cascade", cascade, first_texts_ms(run, run.cascade, ""));
  row.push_back(milliseconds(paper::kCascadeP50Ms));
  table.add(std::move(row));
  for (const auto& [verdict, count] : verdict_counts(run.cascade)) {
    const auto totals = totals_ms(run, run.cascade, verdict);
    if (!totals.empty())
      table.add(latency_row("  " + verdict, totals, first_texts_ms(run, run.cascade, verdict)));
  }
  return table.text() +
         "Speed-up of the cascade: " + decimal(quantile(direct, 0.5) / quantile(cascade, 0.5), 2) +
         "x at p50 (paper 1.83x), " + decimal(quantile(direct, 0.95) / quantile(cascade, 0.95), 2) +
         "x at p95 (paper: not stated).\n";
}

std::string pass_cell(const PassCount& count) {
  return std::to_string(count.passed) + "/" + std::to_string(count.total) + "  " +
         share_of(count.passed, count.total);
}

std::string pass_table(const EvalRun& run) {
  Table table({"pass rate", "direct", "95 % interval", "cascade", "95 % interval", "paper"});
  for (const auto& kind : kinds_of(run.tasks)) {
    const PassCount direct = passes(run, run.direct, kind);
    const PassCount cascade = passes(run, run.cascade, kind);
    table.add({kind, pass_cell(direct), interval_of(wilson(direct.passed, direct.total)),
               pass_cell(cascade), interval_of(wilson(cascade.passed, cascade.total))});
  }
  const PassCount direct = passes(run, run.direct, "");
  const PassCount cascade = passes(run, run.cascade, "");
  table.add({"all", pass_cell(direct), interval_of(wilson(direct.passed, direct.total)),
             pass_cell(cascade), interval_of(wilson(cascade.passed, cascade.total)),
             "95 % / 100 %"});
  const double p = fisher_exact(direct.passed, direct.total, cascade.passed, cascade.total);
  return table.text() + "Fisher's exact test for a difference: p = " + decimal(p, 2) +
         " (paper, 19/20 against 20/20: 1.00).\n";
}

std::string failures_of(const EvalRun& run, const TargetRun& target) {
  std::string text;
  for (std::size_t i = 0; i < target.outcomes.size(); ++i) {
    const Outcome& outcome = target.outcomes[i];
    std::string why = outcome.error;
    if (why.empty() && i < target.grades.size() && !target.grades[i].passed)
      why = target.grades[i].reason;
    if (why.empty()) continue;
    const std::string verdict = outcome.verdict.empty() ? "" : " [" + outcome.verdict + "]";
    text +=
        "  " + target.name + "  " + run.tasks[i].id + verdict + ": " + why.substr(0, 160) + "\n";
  }
  return text;
}

}  // namespace

std::string report_text(const EvalRun& run) {
  std::string text = "Evaluation `" + run.workload + "`: " + std::to_string(run.tasks.size()) +
                     " requests to " + run.direct.model + ", direct and through the cascade" +
                     (run.simulated ? " (SIMULATED models)" : "") + "\n";
  text += "\n" + verdict_table(run) + "\n" + cost_table(run) + "\n" + latency_table(run);
  if (!run.direct.grades.empty()) text += "\n" + pass_table(run);
  const std::string failures = failures_of(run, run.direct) + failures_of(run, run.cascade);
  if (!failures.empty()) text += "\nNot passed or not answered:\n" + failures;
  text += "\n";
  if (!run.isolation.empty())
    text += wrapped("- Code was run in a sandbox: " + run.isolation + ".", 100);
  for (const auto& note : run.notes) text += wrapped("- " + note, 100);
  return text;
}

}  // namespace rlm::lab
