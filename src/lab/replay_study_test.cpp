#include "lab/replay_study.hpp"

#include <gtest/gtest.h>

#include "lab/replay_report.hpp"
#include "lab/test_sessions.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::lab {
namespace {

/// Eight turns of four calls, 100 s apart.
std::vector<SessionThread> eight_turns() {
  std::vector<SessionCall> calls;
  for (int turn = 0; turn < 8; ++turn)
    add_turn(calls, turn * 100, 4, 20'000 + turn * 4'000, turn == 0 ? 0 : 19'000 + turn * 4'000);
  return {thread_of(calls)};
}

ReplayQuestion all_policies(int draws) {
  ReplayQuestion question;
  question.sessions = "made up";
  for (std::size_t i = 0; i < kReplayPolicyCount; ++i)
    question.policies.push_back(static_cast<ReplayPolicy>(i));
  question.draws = draws;
  return question;
}

TEST(ReplayStudy, HasARowForEachPolicyAndShareAndDrawsWhereChanceMatters) {
  const ReplayQuestion question = all_policies(3);
  std::size_t steps = 0;
  const ReplayStudy result = study(eight_turns(), question, [&] { ++steps; });
  EXPECT_EQ(steps, step_count(question));
  ASSERT_EQ(result.rows.size(), 3u + 5u * 3u);
  for (const ReplayRow& row : result.rows) {
    EXPECT_EQ(row.drawn.size(), judges(row.policy) && row.rejected_per_mille > 0 ? 3u : 0u);
    EXPECT_EQ(row.outcome.counts.calls, 32);
  }
  EXPECT_EQ(result.rows.front().policy, ReplayPolicy::AllVerify);
  EXPECT_DOUBLE_EQ(result.rows.front().share, 1);
  EXPECT_EQ(result.calls_replayed, static_cast<std::int64_t>(steps) * 32);
}

TEST(ReplayStudy, AllVerifyWithAnHourCostsWhatItCostsAgainstThePlainOne) {
  ReplayQuestion question = all_policies(0);
  question.policies = {ReplayPolicy::AllVerify};
  question.config.verify_cache.one_hour = true;
  const ReplayStudy result = study(eight_turns(), question);
  EXPECT_GT(result.rows.front().share, 1.1);
  EXPECT_NEAR(result.cache.one_hour_saves, 1 - result.rows.front().share, 1e-12);
}

TEST(CacheFigures, PriceChangedPrefixesAndCompactionsApart) {
  const std::vector<SessionThread> threads = {thread_of({
      call_at(0, 100'000, 0, 10),
      call_at(10, 101'000, 1'000, 10),  // changed: 99,000 tokens written again
      call_at(20, 10'000, 2'000, 10),   // compacted: 8,000
      call_at(30, 11'000, 10'000, 10),
  })};
  const CacheFigures figures = cache_figures(threads, reference_prices());
  EXPECT_EQ(figures.changes, 1);
  EXPECT_EQ(figures.compactions, 1);
  // 5.75 $/MTok more for each, of 100,000 + 100,000 + 8,000 + 1,000 written, 13,000 read, 40 out.
  const double all = (209'000 * 6.25 + 13'000 * 0.5 + 40 * 25) * 1e-6;
  EXPECT_NEAR(figures.changes_cost, 99'000 * 5.75e-6 / all, 1e-6);
  EXPECT_NEAR(figures.compactions_cost, 8'000 * 5.75e-6 / all, 1e-6);
  EXPECT_LT(figures.keep_alive_saves, 0);  // nothing expired, two reads behind the end
  EXPECT_EQ(figures.keep_alives, 2);
}

TEST(CacheFigures, AKeepAlivePaysWherePausesAreALittleTooLong) {
  std::vector<SessionCall> calls;
  for (int i = 0; i < 10; ++i) calls.push_back(call_at(i * 400, 100'000 + i * 1'000, 0, 10));
  const CacheFigures figures = cache_figures({thread_of(calls)}, reference_prices());
  EXPECT_EQ(figures.changes, 0);
  EXPECT_GT(figures.keep_alive_saves, 0.7);
  EXPECT_GT(figures.one_hour_saves, 0.7);
}

TEST(Difference, IsTakenDrawByDraw) {
  ReplayRow a, b;
  a.drawn = {0.4, 0.6};
  b.drawn = {0.5, 0.5};
  EXPECT_NEAR(difference(a, b).mean, 0, 1e-12);
  EXPECT_NEAR(difference(a, b).low, -0.1, 1e-12);
  EXPECT_NEAR(difference(a, b).high, 0.1, 1e-12);
  b.drawn.clear();
  b.share = 1;
  EXPECT_NEAR(difference(a, b).mean, -0.5, 1e-12);
}

TEST(ReplayReport, NamesPoliciesPricesAndAssumptions) {
  const ReplayQuestion question = all_policies(2);
  const std::string text = replay_report(question, study(eight_turns(), question));
  for (const char* part :
       {"made up: 32 model calls in 8 user turns of 1 threads.", "1.74 in, 0.145 hit, 3.48 out",
        "cached_verdict", "Keep-alive reads", "planner against",
        "Assumed:", "All calls are priced at the two models above"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(ReplayReport, IsJsonWithEveryBill) {
  const ReplayQuestion question = all_policies(2);
  const ReplayStudy result = study(eight_turns(), question);
  const std::string json = replay_report_json(question, result);
  wire::JsonIndex index;
  const auto root = index.parse(json);
  ASSERT_TRUE(root.has_value()) << json;
  EXPECT_EQ(root->member("calls").integer(0), 32);
  std::size_t rows = 0;
  root->member("policies").each_element([&](wire::JsonValue row) {
    ++rows;
    EXPECT_TRUE(row.member("bill").member("redo").member("cost_usd").exists());
    return true;
  });
  EXPECT_EQ(rows, result.rows.size());
}

TEST(Grouped, SetsCommas) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(27'421), "27,421");
}

}  // namespace
}  // namespace rlm::lab
