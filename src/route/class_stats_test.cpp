#include "route/class_stats.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace rlm::route {
namespace {

TEST(Quantiles, BeginAtTheirGuess) {
  const Quantiles tokens(300);
  EXPECT_NEAR(tokens.at(.5), 300, 60);
  EXPECT_NEAR(tokens.at(.95), 1'200, 300);
  EXPECT_GT(tokens.mean(), 300);
  EXPECT_LT(tokens.mean(), 600);
}

TEST(Quantiles, AreWithinAFifthOfTheTruthAfterAWhile) {
  std::mt19937 random(3);
  std::lognormal_distribution<double> lengths(std::log(2'000), .8);
  Quantiles quantiles(300);
  std::vector<double> seen;
  for (int i = 0; i < 450; ++i) {
    seen.push_back(lengths(random));
    quantiles.add(seen.back());
  }
  std::sort(seen.begin(), seen.end());
  for (const double share : {.25, .5, .9, .95}) {
    const double truth = seen[static_cast<std::size_t>(share * 450)];
    EXPECT_NEAR(quantiles.at(share) / truth, 1, .2) << share;
  }
}

TEST(Quantiles, GrowWithTheShareWhateverWasSeen) {
  std::mt19937 random(9);
  Quantiles quantiles(50);
  for (int i = 0; i < 3'000; ++i) {
    quantiles.add(std::pow(2.0, static_cast<double>(random() % 300) / 10 - 2));
    double before = 0;
    if (i % 50 == 0)
      for (double share = 0; share <= 1; share += .05) {
        ASSERT_GE(quantiles.at(share), before);
        before = quantiles.at(share);
      }
  }
  EXPECT_LE(quantiles.at(1), std::pow(2.0, 24));
}

TEST(Quantiles, ForgetWhatWasLongAgo) {
  Quantiles quantiles(300);
  for (int i = 0; i < 1'000; ++i) quantiles.add(100);
  for (int i = 0; i < 1'000; ++i) quantiles.add(10'000);
  EXPECT_NEAR(quantiles.at(.5) / 10'000, 1, .2);
}

TEST(Posterior, IsOutweighedByAFewObservationsAndForgets) {
  Posterior p(.65, 10);
  EXPECT_DOUBLE_EQ(p.mean(), .65);
  for (int i = 0; i < 30; ++i) p.add(true);
  EXPECT_GT(p.mean(), .9);
  for (int i = 0; i < 2'000; ++i) p.add(false);
  EXPECT_LT(p.mean(), .02);
  EXPECT_LE(p.weight(), 500);
}

CallRecord call(CallRole role, Tokens output) {
  CallRecord call;
  call.role = role;
  call.end = CallEnd::Complete;
  call.usage.output = output;
  call.usage.reported = true;
  return call;
}

struct LearnCase {
  const char* name;
  Plan plan;
  Verdict verdict;
  std::vector<CallRecord> calls;
  int passes, proven, accepted;  // +1 a yes, -1 a no, 0 nothing learned
};

/// 1: towards yes, -1: towards no, 0: nothing was learned.
int change(const Posterior& was, const Posterior& is) {
  if (was.weight() == is.weight()) return 0;
  return is.mean() > was.mean() ? 1 : -1;
}

class ClassStatsLearn : public testing::TestWithParam<LearnCase> {};

TEST_P(ClassStatsLearn, WhatTheVerdictTells) {
  const auto& c = GetParam();
  ExchangeRecord record;
  record.plan = c.plan;
  record.verdict = c.verdict;
  record.calls = c.calls;
  ClassStats stats;
  const ClassStats before;
  stats.learn(record);
  EXPECT_EQ(change(before.passes, stats.passes), c.passes);
  EXPECT_EQ(change(before.proven, stats.proven), c.proven);
  EXPECT_EQ(change(before.accepted, stats.accepted), c.accepted);
}

const CallRecord kDraft = call(CallRole::Draft, 500);
const CallRecord kDirect = call(CallRole::Direct, 700);
const CallRecord kVerify = call(CallRole::Verify, 6);
const CallRecord kStopped = [] {
  CallRecord verdict = call(CallRole::Verify, 0);
  verdict.end = CallEnd::Cancelled;
  return verdict;
}();

INSTANTIATE_TEST_SUITE_P(
    ClassStats, ClassStatsLearn,
    testing::Values(
        LearnCase{"Skipped", Plan::DraftOnly, Verdict::Skipped, {kDraft}, 1, 0, 0},
        LearnCase{"RefusedDraft", Plan::DraftOnly, Verdict::Fallback, {kDraft, kDirect}, -1, 0, 0},
        LearnCase{"Accepted", Plan::DraftVerify, Verdict::Accepted, {kDraft, kVerify}, 1, 0, 1},
        LearnCase{"Repaired", Plan::DraftVerify, Verdict::Repaired, {kDraft, kVerify}, 1, 0, 1},
        LearnCase{"Enhanced", Plan::DraftVerify, Verdict::Enhanced, {kDraft, kVerify}, 1, 0, -1},
        LearnCase{"BadRepair",
                  Plan::DraftVerify,
                  Verdict::Fallback,
                  {kDraft, kVerify, kDirect},
                  1,
                  0,
                  -1},
        LearnCase{"TooLateInARace",
                  Plan::DraftVerify,
                  Verdict::Fallback,
                  {kDraft, kStopped, kDirect},
                  1,
                  0,
                  0},
        LearnCase{"Validated", Plan::DraftValidate, Verdict::Validated, {kDraft}, 0, 1, 0},
        LearnCase{"Unproven", Plan::DraftValidate, Verdict::Fallback, {kDraft, kDirect}, 0, -1, 0},
        LearnCase{"DeadDraftModel", Plan::DraftOnly, Verdict::Fallback, {kDirect}, 0, 0, 0},
        LearnCase{"Direct", Plan::Direct, Verdict::Direct, {kDirect}, 0, 0, 0},
        LearnCase{"Failed", Plan::DraftVerify, Verdict::Failed, {kDraft}, 0, 0, 0}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(ClassStats, LearnsHowOftenVerdictsRepairFromThoseThatCould) {
  ExchangeRecord record;
  record.plan = Plan::DraftVerify;
  record.calls = {kDraft, kVerify};
  ClassStats stats;
  const double before = stats.forecast().forms.repaired;
  EXPECT_DOUBLE_EQ(before, kRepairedShare);
  record.verdict = Verdict::Repaired;
  stats.learn(record);
  const double once = stats.forecast().forms.repaired;
  EXPECT_GT(once, before);
  record.verdict = Verdict::Enhanced;
  stats.learn(record, /*could_repair=*/false);
  EXPECT_EQ(stats.forecast().forms.repaired, once);
  stats.learn(record);
  EXPECT_LT(stats.forecast().forms.repaired, once);
}

TEST(ClassStats, LearnsLengthsFromWhatEachModelWrote) {
  ClassStats stats;
  ExchangeRecord record;
  record.plan = Plan::DraftVerify;
  record.verdict = Verdict::Enhanced;
  record.calls = {call(CallRole::Draft, 4'000), call(CallRole::Verify, 2'000)};
  for (int i = 0; i < 200; ++i) stats.learn(record);
  const auto forecast = stats.forecast();
  EXPECT_NEAR(static_cast<double>(forecast.draft.mean), 4'000, 400);
  EXPECT_NEAR(static_cast<double>(forecast.answer.mean), 2'000, 200);
  EXPECT_LT(forecast.verdict, 20);
}

struct TurnCase {
  const char* name;
  Plan plan;
  Verdict verdict;
  std::vector<CallRecord> calls;
  int handed, ends, accepted;  // 1: as learned, -1: the contrary, 0: nothing
};

class TurnStatsLearn : public testing::TestWithParam<TurnCase> {};

TEST_P(TurnStatsLearn, WhatACallOfADrivenTurnTells) {
  const auto& c = GetParam();
  const TurnStats before;
  TurnStats stats;
  ExchangeRecord record;
  record.plan = c.plan;
  record.verdict = c.verdict;
  record.calls = c.calls;
  stats.learn(record);
  EXPECT_EQ(change(before.handed, stats.handed), c.handed);
  EXPECT_EQ(change(before.ends, stats.ends), c.ends);
  EXPECT_EQ(change(before.accepted, stats.accepted), c.accepted);
}

const CallRecord kDigest = call(CallRole::Digest, 4);

INSTANTIATE_TEST_SUITE_P(
    ClassStats, TurnStatsLearn,
    testing::Values(
        TurnCase{"AProvenCall", Plan::DraftTurn, Verdict::Validated, {kDraft}, -1, -1, 0},
        TurnCase{"AnUnprovenOne", Plan::DraftTurn, Verdict::Fallback, {kDraft, kDirect}, 1, 0, 0},
        TurnCase{"TakenByDigest", Plan::DraftTurn, Verdict::Accepted, {kDraft, kDigest}, -1, 1, 1},
        TurnCase{"Repaired", Plan::DraftTurn, Verdict::Repaired, {kDraft, kVerify}, -1, 1, 1},
        TurnCase{"Continued", Plan::DraftTurn, Verdict::Enhanced, {kDraft, kVerify}, -1, 1, -1},
        TurnCase{"ContinuedBehindADigest",
                 Plan::DraftTurn,
                 Verdict::Fallback,
                 {kDraft, kDigest, kDirect},
                 -1,
                 1,
                 -1},
        TurnCase{"DeadDraftModel", Plan::DraftTurn, Verdict::Fallback, {kDirect}, 0, 0, 0},
        TurnCase{"Failed", Plan::DraftTurn, Verdict::Failed, {kDraft}, 0, 0, 0},
        TurnCase{"AnotherPlan", Plan::DraftValidate, Verdict::Validated, {kDraft}, 0, 0, 0}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(EndpointStats, SpeedIsLearnedFromCompleteCalls) {
  EndpointStats stats;
  CallRecord fast = call(CallRole::Direct, 1'000);
  fast.first_byte_ms = 200;
  fast.duration_ms = 2'200;
  for (int i = 0; i < 300; ++i) stats.learn(fast);
  EXPECT_NEAR(stats.speed().first_byte_ms, 200, 40);
  EXPECT_NEAR(stats.speed().token_ms, 2, .4);
  CallRecord broken = fast;
  broken.end = CallEnd::Failed;
  broken.first_byte_ms = 60'000;
  for (int i = 0; i < 300; ++i) stats.learn(broken);
  EXPECT_NEAR(stats.speed().first_byte_p95_ms, 200, 80);
}

}  // namespace
}  // namespace rlm::route
