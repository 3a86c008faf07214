#include "observe/recent_exchanges.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "observe/sample_record.hpp"

namespace rlm::observe {
namespace {

std::string id_of(int i) {
  return "exc_" + std::to_string(i);
}

std::vector<std::string> ids_of(const std::vector<RecentExchanges::RecordPtr>& records) {
  std::vector<std::string> ids;
  for (const auto& record : records) ids.push_back(record->id);
  return ids;
}

using Ids = std::vector<std::string>;

TEST(RecentExchanges, KeepsTheNewestAndStillSumsOverAll) {
  RecentExchanges recent({.capacity = 3});
  for (int i = 1; i <= 3; ++i) recent.add(sample_record(id_of(i)));
  EXPECT_NE(recent.find("exc_1"), nullptr);
  recent.add(sample_record("exc_4"));
  EXPECT_EQ(recent.find("exc_1"), nullptr);
  EXPECT_EQ(ids_of(recent.page(10)), (Ids{"exc_4", "exc_3", "exc_2"}));
  EXPECT_EQ(recent.summary({0}).totals.requests, 4);
  EXPECT_EQ(recent.summary({0}).window, 3u);
}

TEST(RecentExchanges, PagesBackwardsFromAnId) {
  RecentExchanges recent;
  for (int i = 1; i <= 5; ++i) recent.add(sample_record(id_of(i)));
  EXPECT_EQ(ids_of(recent.page(2)), (Ids{"exc_5", "exc_4"}));
  EXPECT_EQ(ids_of(recent.page(2, "exc_4")), (Ids{"exc_3", "exc_2"}));
  EXPECT_EQ(ids_of(recent.page(2, "exc_2")), (Ids{"exc_1"}));
  EXPECT_EQ(ids_of(recent.page(2, "exc_1")), Ids{});
  EXPECT_EQ(ids_of(recent.page(2, "unknown")), Ids{});
}

TEST(RecentExchanges, TellsWhatCameBetweenTwoChanges) {
  RecentExchanges recent({.capacity = 3});
  EXPECT_EQ(recent.added_between(0, 0, 10).size(), 0u);
  for (int i = 1; i <= 5; ++i) recent.add(sample_record(id_of(i)));
  EXPECT_EQ(recent.change(), 5u);
  EXPECT_EQ(ids_of(recent.added_between(3, 5, 10)), (Ids{"exc_4", "exc_5"}));
  EXPECT_EQ(ids_of(recent.added_between(3, 4, 10)), (Ids{"exc_4"}));
  EXPECT_EQ(ids_of(recent.added_between(5, 5, 10)), Ids{});
  EXPECT_EQ(ids_of(recent.added_between(0, 5, 10)), (Ids{"exc_3", "exc_4", "exc_5"}));
  EXPECT_EQ(ids_of(recent.added_between(0, 5, 2)), (Ids{"exc_4", "exc_5"}));
}

TEST(RecentExchanges, SumsMoneyTokensAndUpstreams) {
  RecentExchanges recent;
  recent.add(sample_record("exc_1"));
  recent.add(sample_record("exc_2", Verdict::Enhanced));
  auto failed = sample_record("exc_3", Verdict::Fallback);
  failed.calls[0].end = CallEnd::Failed;
  recent.add(failed);
  const Summary summary = recent.summary({42});
  EXPECT_EQ(summary.now.value, 42);
  EXPECT_EQ(summary.totals.cost.value, 9'000'000);
  EXPECT_EQ(summary.totals.saved().value, 21'000'000);
  EXPECT_DOUBLE_EQ(*summary.totals.saved_ratio(), 0.7);
  EXPECT_EQ(summary.totals.cascaded, 3);
  EXPECT_DOUBLE_EQ(*summary.totals.draft_use_ratio(), 1.0 / 3);
  EXPECT_EQ(summary.totals.tokens.output, 240);
  ASSERT_EQ(summary.upstreams.size(), 2u);
  EXPECT_EQ(summary.upstreams[0].endpoint, "deepseek");
  EXPECT_EQ(summary.upstreams[0].calls, 3);
  EXPECT_EQ(summary.upstreams[0].failed, 1);
  EXPECT_EQ(summary.upstreams[0].latency.count, 2);
  EXPECT_EQ(summary.upstreams[1].cost.value, 6'000'000);
}

TEST(RecentExchanges, ShowsWorkOffAClientsPathAndCountsItsMoneyAlone) {
  RecentExchanges recent;
  recent.add(sample_record("exc_1"));
  recent.add(sample_shadow("exc_2"));
  const Summary summary = recent.summary({0});
  EXPECT_EQ(ids_of(recent.page(10)), (Ids{"exc_2", "exc_1"}));
  EXPECT_EQ(summary.totals.requests, 1);
  EXPECT_EQ(summary.totals.cascaded, 1);
  EXPECT_EQ(summary.totals.cost.value, 4'000'000);
  EXPECT_EQ(summary.totals.aside_cost.value, 1'000'000);
  EXPECT_EQ(summary.totals.saved().value, 6'000'000);
  EXPECT_EQ(summary.all.count, 1);
  ASSERT_EQ(summary.points.size(), 1u);
  EXPECT_EQ(summary.points[0].requests, 1);
  EXPECT_EQ(summary.points[0].cost.value, 4'000'000);
}

TEST(RecentExchanges, SumsWhatIsEstimated) {
  RecentExchanges recent;
  ExchangeRecord record = sample_record("exc_1");
  record.calls[0].usage = {};  // stopped before it was sent: nothing is charged, nothing estimated
  record.calls[1].usage.reported = false;
  recent.add(record);
  recent.add(sample_record("exc_2"));
  EXPECT_EQ(recent.summary({0}).totals.estimated_cost.value, 2'000'000);
}

TEST(RecentExchanges, TakesADirectAnswerUnderAShadowPlanForDirect) {
  RecentExchanges recent;
  ExchangeRecord record = sample_record("exc_1", Verdict::Direct);
  record.plan = Plan::Shadow;
  recent.add(record);
  EXPECT_EQ(recent.summary({0}).totals.cascaded, 0);
  EXPECT_EQ(recent.summary({0}).cascaded.count, 0);
}

TEST(RecentExchanges, HasNoRatiosWhileNothingHappened) {
  const Summary summary = RecentExchanges().summary({0});
  EXPECT_FALSE(summary.totals.draft_use_ratio());
  EXPECT_FALSE(summary.totals.saved_ratio());
  EXPECT_EQ(summary.all.p50, -1);
  EXPECT_EQ(summary.since.value, 0);
}

TEST(RecentExchanges, LeavesClientsThatLeftOutOfThePercentiles) {
  RecentExchanges recent;
  auto record = sample_record("exc_1");
  recent.add(record);
  record = sample_record("exc_2");
  record.client_left = true;
  record.duration_ms = 1;
  recent.add(record);
  const Summary summary = recent.summary({0});
  EXPECT_EQ(summary.all.count, 1);
  EXPECT_EQ(summary.all.p50, 2'000);
  EXPECT_EQ(summary.totals.client_left, 1);
}

TEST(RecentExchanges, PreloadsTheLedgersNewestInTheirOrder) {
  RecentExchanges recent;
  recent.preload({sample_record("exc_2"), sample_record("exc_1")});
  recent.add(sample_record("exc_3"));
  EXPECT_EQ(ids_of(recent.page(10)), (Ids{"exc_3", "exc_2", "exc_1"}));
}

TEST(RecentExchanges, CanBeReadWhileItIsWritten) {
  RecentExchanges recent({.capacity = 50});
  std::thread writer([&recent] {
    for (int i = 0; i < 500; ++i) recent.add(sample_record(id_of(i)));
  });
  std::uint64_t seen = 0;
  while (seen < 500) {
    const Summary summary = recent.summary({0});
    EXPECT_EQ(static_cast<std::uint64_t>(summary.totals.requests), summary.change);
    EXPECT_LE(recent.page(100).size(), 50u);
    seen = summary.change;
  }
  writer.join();
}

struct PercentileCase {
  const char* name;
  std::vector<std::int64_t> values;
  int percent;
  std::int64_t expected;
};

class Percentile : public testing::TestWithParam<PercentileCase> {};

TEST_P(Percentile, IsTheNearestRank) {
  auto values = GetParam().values;
  EXPECT_EQ(percentile(values, GetParam().percent), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Latency, Percentile,
                         testing::Values(PercentileCase{"NoneOfNothing", {}, 50, -1},
                                         PercentileCase{"OfOne", {7}, 95, 7},
                                         PercentileCase{"LowerMiddleOfTwo", {9, 1}, 50, 1},
                                         PercentileCase{"MiddleOfThree", {9, 1, 5}, 50, 5},
                                         PercentileCase{"P95OfTwentyIsTheNineteenth",
                                                        {1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                                         11, 12, 13, 14, 15, 16, 17, 18, 19, 20},
                                                        95,
                                                        19},
                                         PercentileCase{"LowestOfAll", {3, 2, 1}, 0, 1}),
                         [](const auto& of) { return of.param.name; });

TEST(CostSeries, AddsUpWithinAStepAndKeepsOrderWhenTimesDoNot) {
  CostSeries series;
  const std::int64_t step = series.step_ms();
  series.add({100 * step}, {1}, {10});
  series.add({102 * step}, {2}, {20});
  series.add({101 * step}, {4}, {40});
  series.add({100 * step + 1}, {8}, {80});
  ASSERT_EQ(series.points().size(), 3u);
  EXPECT_EQ(series.points()[0].cost.value, 9);
  EXPECT_EQ(series.points()[0].requests, 2);
  EXPECT_EQ(series.points()[1].cost.value, 4);
  EXPECT_EQ(series.points()[2].baseline.value, 20);
}

TEST(CostSeries, WidensItsStepsInsteadOfGrowingAndLosesNothing) {
  CostSeries series;
  const std::int64_t step = series.step_ms();
  for (int i = 0; i < 1000; ++i) series.add({1'790'000'000'000 + i * step}, {1}, {2});
  EXPECT_LE(series.points().size(), CostSeries::kPointsMax);
  EXPECT_GT(series.step_ms(), step);
  NanoUsd cost;
  for (const auto& point : series.points()) cost += point.cost;
  EXPECT_EQ(cost.value, 1000);
}

TEST(CostSeries, WidensOverALongPauseWithoutEndlessWork) {
  CostSeries series;
  series.add({0}, {1}, {1});
  series.add({4'000'000'000'000}, {1}, {1});
  EXPECT_EQ(series.points().size(), 2u);
}

}  // namespace
}  // namespace rlm::observe
