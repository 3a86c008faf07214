#include "route/race_price.hpp"

#include <gtest/gtest.h>

#include "route/test_prices.hpp"

namespace rlm::route {
namespace {

/// A short prompt that the verify model has cached; the draft model is new to it.
PlanQuestion question() {
  PlanQuestion q;
  q.now = kPricedAt;
  q.draft.rate.price = &test_draft_price();
  q.verify.rate.price = &test_verify_price();
  q.draft.prompt.usage = {.input = 1'000};
  q.verify.prompt.usage = {.cache_read = 1'000};
  q.draft.speed = {500, 1'500, 5, 8};
  q.verify.speed = {1'500, 4'500, 11, 16};
  q.expected.draft = q.expected.answer = {800, 2'000};
  q.expected.verdict = 6;
  q.expected.accepted = .9;
  q.race = {true, true, 57};
  return q;
}

TEST(RaceForecast, IsWonByTheFasterModelAndAsOftenByEitherOfTwoEqualOnes) {
  PlanQuestion q = question();
  EXPECT_GT(race_of(q, Plan::DraftOnly).ready_first, .7);
  q.draft.speed = q.verify.speed;
  q.race.held = 0;
  EXPECT_NEAR(race_of(q, Plan::DraftOnly).ready_first, .5, 1e-9);
  q.draft.speed.first_byte_ms = 4'000;
  EXPECT_LT(race_of(q, Plan::DraftOnly).ready_first, .3);
}

TEST(RaceForecast, WithoutSpreadTheFirstIsCertain) {
  PlanQuestion q = question();
  q.draft.speed = {100, 100, 1, 1};
  q.verify.speed = {1'000, 1'000, 10, 10};
  q.expected.draft = q.expected.answer = {300, 300};
  EXPECT_EQ(race_of(q, Plan::DraftOnly).ready_first, 1);
  const RaceForecast verified = race_of(q, Plan::DraftVerify);
  EXPECT_EQ(verified.whole_first, 1) << "400 ms against 1,000";
  EXPECT_EQ(verified.ready_first, 0) << "a verdict begins as late as an answer";
}

TEST(RaceForecast, AStreamedRaceIsOverAtTheFirstByteAndOneForAWholeAnswerAtItsEnd) {
  PlanQuestion q = question();
  const RaceForecast streamed = race_of(q, Plan::DraftVerify);
  q.race.streams = false;
  const RaceForecast whole = race_of(q, Plan::DraftVerify);
  EXPECT_LT(streamed.ready_first, .2);
  EXPECT_GT(whole.ready_first, .6);
  EXPECT_EQ(streamed.lost_answer, 0);
  EXPECT_EQ(whole.lost_answer, 409) << "6,000 ms of writing and judging, less the first 1,500";
  EXPECT_LT(streamed.lost_draft, whole.lost_draft);
}

TEST(RaceForecast, ItsSlowEndIsThatOfTheSoonerBeginningAndTheLongerRest) {
  PlanQuestion q = question();
  const double rest = 2'000 * 16;
  EXPECT_EQ(race_of(q, Plan::DraftOnly).p95_ms, 1'500 + 57 * 8 + rest);
  q.expected.passes = .9;  // one in ten is served by the verify model after all
  EXPECT_EQ(race_of(q, Plan::DraftOnly).p95_ms, 4'500 + rest);
}

TEST(RaceForecast, ADraftThatNeverPassesCostsADraftMoreThanDirect) {
  PlanQuestion q = question();
  q.expected.passes = 0;
  const auto choice = plan_by_cost(q);
  const auto& direct = choice.alternatives[0];
  const double draft = 1'000 * 1'740.0 + 800 * 3'480.0;
  EXPECT_NEAR(race_of(q, Plan::DraftOnly).bill, static_cast<double>(direct.bill.value) + draft, 1);
}

TEST(RacePlan, IsTakenWhereTheDraftAloneIsTooSlowAndCheaperThanTheVerifyModel) {
  PlanQuestion q = question();
  q.fits = {true, true, false, true, false};
  q.expected.passes = .9;
  q.rules.p95_max = Milliseconds(40'000);
  PlanChoice choice = plan_by_cost(q);
  EXPECT_EQ(name_of(choice.plan), name_of(Plan::DraftOnly));
  EXPECT_TRUE(choice.raced);
  EXPECT_EQ(choice.reason, "cheapest");
  EXPECT_LE(choice.alternatives[1].p95_ms, 40'000);

  q.race.may = false;
  choice = plan_by_cost(q);
  EXPECT_EQ(name_of(choice.plan), name_of(Plan::Direct));
  EXPECT_EQ(choice.reason, "latency");
  q.race.may = true;
  q.rules.p95_max = Milliseconds(30'000);
  choice = plan_by_cost(q);
  EXPECT_EQ(choice.reason, "latency") << "a race takes as long as the slower rest";
  EXPECT_FALSE(choice.raced);
  q.rules.p95_max = Milliseconds(0);
  EXPECT_FALSE(plan_by_cost(q).raced) << "nobody asked for speed";
}

}  // namespace
}  // namespace rlm::route
