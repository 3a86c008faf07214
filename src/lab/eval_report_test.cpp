#include "lab/eval_report.hpp"

#include <gtest/gtest.h>

#include "lab/eval_figures.hpp"
#include "lab/progress_bar.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::lab {
namespace {

Outcome outcome_of(const char* verdict, double total_ms, std::int64_t cost) {
  Outcome outcome;
  outcome.status = 200;
  outcome.verdict = verdict;
  outcome.total_ms = total_ms;
  outcome.first_text_ms = total_ms / 2;
  outcome.cost = NanoUsd{cost};
  return outcome;
}

// Four tasks, of which the cascade skips two, has one accepted and loses one.
EvalRun small_run() {
  EvalRun run;
  run.workload = "suite";
  for (const char* id : {"a", "b", "c", "d"}) {
    Task task;
    task.id = id;
    task.kind = id[0] < 'c' ? "code" : "math";
    run.tasks.push_back(task);
  }
  run.direct.name = "direct";
  run.cascade.name = "cascade";
  run.direct.model = run.cascade.model = "m";
  for (int i = 0; i < 4; ++i) run.direct.outcomes.push_back(outcome_of("", 400, 1'000'000));
  run.direct.grades = {{true, ""}, {true, ""}, {false, "expected 5"}, {true, ""}};
  run.cascade.outcomes = {outcome_of("SKIPPED", 100, 200'000), outcome_of("SKIPPED", 200, 200'000),
                          outcome_of("ACCEPTED", 500, 1'400'000), outcome_of("FAILED", 0, 0)};
  run.cascade.outcomes[3].error = "HTTP 529: busy";
  run.cascade.outcomes[3].cost.reset();
  run.cascade.grades = {{true, ""}, {true, ""}, {true, ""}, {false, "no answer"}};
  return run;
}

TEST(Figures, CountOnlyWhatIsKnownOnBothSides) {
  const EvalRun run = small_run();
  const CostFigures cost = cost_figures(run);
  EXPECT_EQ(cost.pairs, 3u);
  EXPECT_NEAR(cost.saving(), 1 - 1.8 / 3, 1e-12);
  EXPECT_EQ(totals_ms(run, run.cascade, "").size(), 3u);
  EXPECT_EQ(totals_ms(run, run.cascade, "SKIPPED").size(), 2u);
}

TEST(Figures, CountDraftUseOverTheCascadedOnes) {
  EvalRun run = small_run();
  EXPECT_EQ(draft_use(run.cascade).used, 3u);
  EXPECT_EQ(draft_use(run.cascade).cascaded, 4u);
  run.cascade.outcomes[3].verdict = "DIRECT";
  EXPECT_EQ(draft_use(run.cascade).cascaded, 3u);
}

TEST(Figures, FailAnUnansweredTask) {
  EvalRun run = small_run();
  run.cascade.grades[3].passed = true;
  EXPECT_EQ(passes(run, run.cascade, "").passed, 3u);
  EXPECT_EQ(passes(run, run.direct, "math").passed, 1u);
}

TEST(Figures, ScaleSimulatedTimeBack) {
  EvalRun run = small_run();
  run.time_scale = 0.1;
  EXPECT_DOUBLE_EQ(quantile(totals_ms(run, run.direct, ""), 0.5), 4000);
}

TEST(ReportText, ShowsEveryTableBesideThePaper) {
  EvalRun run = small_run();
  run.simulated = true;
  run.notes = {"a note"};
  const std::string text = report_text(run);
  for (const char* expected :
       {"SIMULATED", "draft use", "3/4", "88.8 %", "-40.0 %", "-45.8 %", "3,698 ms", "2,026 ms",
        "1.83x", "3/4  75.0 %", "95 % / 100 %", "direct  c: expected 5",
        "cascade  d [FAILED]: HTTP 529: busy", "- a note"})
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
}

TEST(ReportText, SaysWhenNothingIsKnown) {
  EvalRun run = small_run();
  for (auto& outcome : run.cascade.outcomes) outcome.error = "unreachable";
  const std::string text = report_text(run);
  EXPECT_NE(text.find("No cost is known on both sides."), std::string::npos);
  EXPECT_NE(text.find("No latency is known on both sides."), std::string::npos);
}

TEST(ReportJson, IsOneObjectWithEveryRequest) {
  const std::string text = report_json(small_run());
  wire::JsonIndex index;
  const auto root = index.parse(text);
  ASSERT_TRUE(root.has_value()) << root.error().message;
  int requests = 0;
  root->member("cascade").member("requests").each_element([&](wire::JsonValue) {
    return ++requests > 0;
  });
  EXPECT_EQ(requests, 4);
  EXPECT_TRUE(root->member("cost").member("saving").exists());
}

TEST(ProgressLine, FillsUp) {
  EXPECT_EQ(progress_line("x", 0, 4), "x [" + std::string(40, ' ') + "] 0/4");
  EXPECT_EQ(progress_line("x", 4, 4), "x [" + std::string(40, '#') + "] 4/4");
}

}  // namespace
}  // namespace rlm::lab
