#include "lab/replay_policy.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "lab/gzip_file.hpp"
#include "lab/rejections.hpp"
#include "lab/session_reader.hpp"
#include "lab/test_sessions.hpp"

namespace rlm::lab {
namespace {

std::vector<SessionThread> one_turn(int calls) {
  std::vector<SessionCall> all;
  add_turn(all, 0, calls, 10'000, 0);
  return {thread_of(all)};
}

ReplayConfig rejecting(int per_mille) {
  ReplayConfig config;
  config.rejected_per_mille = per_mille;
  return config;
}

TEST(Replay, AllVerifyWritesTheGrowthAndReadsTheRest) {
  const auto outcome = replay(one_turn(3), ReplayPolicy::AllVerify, {});
  EXPECT_EQ(outcome.counts.calls, 3);
  EXPECT_EQ(outcome.counts.turns, 1);
  EXPECT_EQ(outcome.bill.usage(Purpose::Verify).cache_write_5m, 12'000);
  EXPECT_EQ(outcome.bill.usage(Purpose::Verify).cache_read, 21'000);
  EXPECT_EQ(outcome.bill.cost({}).value, 0);
  // 12,000 at 6.25, 21,000 at 0.5 and 300 at 25 $/MTok
  EXPECT_EQ(outcome.bill.cost(reference_prices()).value, 93'000'000);
}

TEST(Replay, ThePapersRuleDraftsNothingOfAnAgent) {
  const auto threads = one_turn(3);
  EXPECT_EQ(replay(threads, ReplayPolicy::Paper, {}).bill.cost(reference_prices()),
            replay(threads, ReplayPolicy::AllVerify, {}).bill.cost(reference_prices()));
}

TEST(Replay, AllDraftCallsTheVerifyModelNever) {
  const auto outcome = replay(one_turn(3), ReplayPolicy::AllDraft, {});
  EXPECT_EQ(outcome.bill.calls(Purpose::Draft), 3);
  EXPECT_EQ(outcome.bill.verify_answers() + outcome.bill.calls(Purpose::Verdict), 0);
}

TEST(Replay, AVerdictOnEachCallReadsEachDraftAndWritesTheRejectedAnew) {
  const auto outcome = replay(one_turn(4), ReplayPolicy::VerdictEach, rejecting(500));
  EXPECT_EQ(outcome.counts.judged, 4);
  EXPECT_EQ(outcome.counts.rejected, 2);
  const Usage& verdict = outcome.bill.usage(Purpose::Verdict);
  EXPECT_EQ(verdict.input, 400);
  EXPECT_EQ(verdict.output, 4 * 10 + 2 * 100);
  EXPECT_EQ(verdict.cache_write_5m, 13'000);
  EXPECT_EQ(outcome.bill.calls(Purpose::Verdict), 4);
}

TEST(Replay, ACachedVerdictWritesTheWholePromptOnce) {
  const auto outcome = replay(one_turn(4), ReplayPolicy::CachedVerdict, rejecting(1000));
  EXPECT_EQ(outcome.bill.calls(Purpose::Verdict), 1);
  EXPECT_EQ(outcome.bill.usage(Purpose::Verdict).cache_write_5m, 13'000);
  EXPECT_EQ(outcome.bill.usage(Purpose::Verdict).output, 110);
}

TEST(Replay, ADigestIsAFrameWithTheGrowthAndTheLastAnswer) {
  const auto outcome = replay(one_turn(4), ReplayPolicy::DigestVerdict, rejecting(0));
  EXPECT_EQ(outcome.bill.usage(Purpose::Verdict).input, 3'000 + 3'000 + 100);
  EXPECT_EQ(outcome.bill.usage(Purpose::Verdict).output, 10);
  EXPECT_EQ(outcome.bill.verify_answers(), 0);
  EXPECT_EQ(replay(one_turn(30), ReplayPolicy::DigestVerdict, rejecting(0))
                .bill.usage(Purpose::Verdict)
                .input,
            15'000);
}

struct RedoCase {
  int calls;
  int redone;
};

class ReplayRedo : public testing::TestWithParam<RedoCase> {};

TEST_P(ReplayRedo, ServesTheLastHalfOfARejectedTurnOnceMore) {
  const auto outcome =
      replay(one_turn(GetParam().calls), ReplayPolicy::DigestVerdict, rejecting(1000));
  EXPECT_EQ(outcome.counts.rejected, 1);
  EXPECT_EQ(outcome.bill.calls(Purpose::Redo), GetParam().redone);
  EXPECT_EQ(outcome.bill.calls(Purpose::Draft), GetParam().calls);
}

INSTANTIATE_TEST_SUITE_P(Replay, ReplayRedo,
                         testing::Values(RedoCase{1, 0}, RedoCase{2, 1}, RedoCase{3, 1},
                                         RedoCase{4, 2}, RedoCase{7, 3}));

TEST(Replay, TwoToolErrorsHandTheRestOfTheTurnOver) {
  std::vector<SessionCall> calls;
  add_turn(calls, 0, 6, 10'000, 0);
  calls[1].tool_error = calls[2].tool_error = true;
  add_turn(calls, 100, 1, 16'000, 15'000);
  const std::vector<SessionThread> threads = {thread_of(calls)};
  auto config = rejecting(1000);
  const auto outcome = replay(threads, ReplayPolicy::DigestVerdict, config);
  EXPECT_EQ(outcome.counts.handed_over, 1);
  EXPECT_EQ(outcome.bill.calls(Purpose::HandOver), 3);
  EXPECT_EQ(outcome.bill.calls(Purpose::Draft), 4);
  EXPECT_EQ(outcome.counts.judged, 1);  // the turn that was handed over is not
  config.errors_to_hand_over = 3;
  EXPECT_EQ(replay(threads, ReplayPolicy::DigestVerdict, config).counts.handed_over, 0);
}

TEST(Replay, PlannerTakesTheDraftModelWhereItIsCheapAndTheVerifyModelWhereItIsNot) {
  std::vector<SessionCall> calls;
  for (int turn = 0; turn < 20; ++turn)
    add_turn(calls, turn * 100, 4, 50'000 + turn * 4'000, turn == 0 ? 0 : 49'000 + turn * 4'000);
  const std::vector<SessionThread> threads = {thread_of(calls)};
  ReplayConfig config = rejecting(0);
  EXPECT_EQ(replay(threads, ReplayPolicy::Planner, config).counts.verify_turns, 0);
  config.prices.draft.cache_read = config.prices.draft.input = 20'000'000;
  const auto outcome = replay(threads, ReplayPolicy::Planner, config);
  EXPECT_EQ(outcome.counts.verify_turns, 20);
  EXPECT_EQ(outcome.bill.cost(config.prices),
            replay(threads, ReplayPolicy::AllVerify, config).bill.cost(config.prices));
}

TEST(Replay, HindsightIsForOneTurnNoDearerThanAnyFixedPolicy) {
  for (const int calls : {1, 2, 5, 12}) {
    for (const int rejected : {0, 1000}) {
      const auto threads = one_turn(calls);
      const auto config = rejecting(rejected);
      const auto cost = [&](ReplayPolicy policy) {
        return replay(threads, policy, config).bill.cost(config.prices);
      };
      EXPECT_LE(cost(ReplayPolicy::Hindsight), cost(ReplayPolicy::AllVerify)) << calls;
      EXPECT_LE(cost(ReplayPolicy::Hindsight), cost(ReplayPolicy::DigestVerdict)) << calls;
    }
  }
}

TEST(Rejections, HaveTheirShareSpreadOrByChance) {
  for (const std::uint64_t seed : {0u, 1u, 2u, 77u}) {
    Rejections rejections(200, seed);
    int rejected = 0;
    for (std::size_t i = 0; i < 10'000; ++i) rejected += rejections.next(i / 10, i % 10) ? 1 : 0;
    EXPECT_NEAR(rejected, 2'000, seed == 0 ? 0 : 150) << seed;
  }
}

TEST(Replay, PoliciesHaveNames) {
  for (std::size_t i = 0; i < kReplayPolicyCount; ++i) {
    const auto policy = static_cast<ReplayPolicy>(i);
    EXPECT_EQ(replay_policy_named(name_of(policy)), policy);
  }
  EXPECT_FALSE(replay_policy_named("cheapest").has_value());
}

// The figures that the reference cost model gives on the open set of recorded sessions.
TEST(Replay, GivesTheReferenceFiguresOnTheRecordedSessions) {
  const char* folder = std::getenv("RLM_DATA");
  if (folder == nullptr)
    GTEST_SKIP() << "RLM_DATA names no folder with sessions/agent-sessions.jsonl.gz";
  const auto text = read_maybe_gzip(std::string(folder) + "/sessions/agent-sessions.jsonl.gz");
  ASSERT_TRUE(text.has_value()) << text.error().message;
  auto threads = read_sessions(*text);
  ASSERT_TRUE(threads.has_value()) << threads.error().message;
  std::erase_if(*threads, [](const auto& t) { return t.source != SessionSource::ClaudeCode; });
  ReplayConfig config;
  const double all =
      replay(*threads, ReplayPolicy::AllVerify, config).bill.cost(config.prices).dollars();
  EXPECT_NEAR(all, 2'853, 0.5);
  const auto share = [&](ReplayPolicy policy, int rejected) {
    config.rejected_per_mille = rejected;
    return replay(*threads, policy, config).bill.cost(config.prices).dollars() / all * 100;
  };
  EXPECT_NEAR(share(ReplayPolicy::VerdictEach, 200), 116, 0.5);
  EXPECT_NEAR(share(ReplayPolicy::CachedVerdict, 200), 58.7, 0.1);
  EXPECT_NEAR(share(ReplayPolicy::DigestVerdict, 0), 39.3, 0.1);
  EXPECT_NEAR(share(ReplayPolicy::DigestVerdict, 100), 45.1, 0.1);
  EXPECT_NEAR(share(ReplayPolicy::DigestVerdict, 200), 52.2, 0.1);
  EXPECT_LE(share(ReplayPolicy::Planner, 100), 46);
  EXPECT_LE(share(ReplayPolicy::Planner, 200), 53);
  config.prices.draft.input = 660'000;
  config.prices.draft.cache_read = 22'000;
  config.prices.draft.output = 1'980'000;
  EXPECT_NEAR(share(ReplayPolicy::DigestVerdict, 0), 24.7, 0.1);
  EXPECT_NEAR(share(ReplayPolicy::DigestVerdict, 100), 30.4, 0.1);
  EXPECT_NEAR(share(ReplayPolicy::DigestVerdict, 200), 37.5, 0.1);
}

}  // namespace
}  // namespace rlm::lab
