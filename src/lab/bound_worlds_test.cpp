#include "lab/bound_worlds.hpp"

#include <gtest/gtest.h>

#include "lab/bound_report.hpp"
#include "lab/statistics.hpp"

namespace rlm::lab {
namespace {

constexpr int kRuns = 100;

World constant(double bad_rate, int exchanges = 3'000) {
  World world;
  world.stretches = {{exchanges, bad_rate}};
  return world;
}

// The full proof is `rlm-cascade eval bound`; this is a smaller one of the same worlds. A bound
// that holds in 95 % of lives fails this once in some thousand seeds.
class TheBound : public testing::TestWithParam<World> {};
TEST_P(TheBound, HoldsAtAllTimesInAtLeastNineteenOfTwentyLives) {
  World world = GetParam();
  world.stretches[0].exchanges = 2'000;
  const auto figures = live_often(world, kRuns, 77);
  EXPECT_GT(wilson(static_cast<std::size_t>(figures.held), kRuns).high, .95);
  EXPECT_LT(wilson(static_cast<std::size_t>(figures.wrongly_trusted), kRuns).low, .05);
}
INSTANTIATE_TEST_SUITE_P(Worlds, TheBound, testing::ValuesIn(constant_worlds()));

TEST(BoundWorlds, AGoodClassEarnsTrustAndKeepsIt) {
  const auto figures = live_often(constant(.002), kRuns, 1);
  EXPECT_EQ(figures.trusted, kRuns);
  EXPECT_EQ(figures.demoted_before, 0);
  EXPECT_LT(figures.labels_to_trust, 250);
}

TEST(BoundWorlds, ABadClassIsVerifiedForever) {
  const auto figures = live_often(constant(.10), kRuns, 1);
  EXPECT_LE(figures.trusted, kRuns / 20);
}

TEST(BoundWorlds, ADriftIsNoticedAndMoreAuditsNoticeItSooner) {
  World world;
  world.start = quality::Trust::Trusted;
  world.stretches = {{3'000, .005}, {6'000, .10}};
  world.rules.audit_share = .05;
  const auto few = live_often(world, kRuns, 3);
  world.rules.audit_share = .20;
  const auto many = live_often(world, kRuns, 3);
  EXPECT_EQ(few.noticed, kRuns);
  EXPECT_EQ(many.noticed, kRuns);
  EXPECT_LT(many.notice_exchanges, few.notice_exchanges);
  EXPECT_LT(many.bad_unseen, few.bad_unseen);
}

TEST(BoundWorlds, AJudgeThatMissesDoesNotBoundTheTruth) {
  World world = constant(.05);
  world.judge.misses = .5;
  const auto figures = live_often(world, kRuns, 5);
  EXPECT_LT(figures.held_truth, .5 * kRuns);
}

TEST(BoundWorlds, TheSameSeedGivesTheSameLife) {
  const Life a = live(constant(.01), 9);
  const Life b = live(constant(.01), 9);
  EXPECT_EQ(a.trusted_after, b.trusted_after);
  EXPECT_EQ(a.audits, b.audits);
}

TEST(BoundReport, NamesTheLabelsThatZeroFailuresNeed) {
  const auto need = zero_failure_need(.02);
  EXPECT_EQ(need.fixed, 149);
  EXPECT_EQ(need.anytime, 163);
  EXPECT_EQ(need.trusted, 175);
  EXPECT_EQ(need.uniform, 224);
}

TEST(BoundReport, HasARowForEveryWorld) {
  int steps = 0;
  const auto figures = bound_figures(2, 1, [&steps] { ++steps; });
  EXPECT_EQ(static_cast<std::size_t>(steps), constant_worlds().size() + drifting_worlds().size());
  EXPECT_EQ(figures.constant.size(), constant_worlds().size());
  EXPECT_NE(bound_report_text(figures).find("slow drift"), std::string::npos);
  EXPECT_NE(bound_report_html(figures).find("<svg"), std::string::npos);
  EXPECT_NE(bound_report_json(figures).find("\"notice_labels\""), std::string::npos);
}

}  // namespace
}  // namespace rlm::lab
