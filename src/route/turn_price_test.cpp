#include "route/turn_price.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "route/test_prices.hpp"

namespace rlm::route {
namespace {

constexpr Tokens kPrompt = 40'000;
constexpr Tokens kAnswer = 300;
constexpr Tokens kGrowth = 2'000;

/// A session in its middle: the verify model has its prompt cached or not, the draft model too.
PlanQuestion turn_of(int calls, bool verify_warm, bool draft_warm) {
  PlanQuestion q;
  q.now = kPricedAt;
  q.verify.rate.price = &test_verify_price();
  q.draft.rate.price = &test_draft_price();
  q.verify.prompt.usage = {.cache_write_5m = verify_warm ? kGrowth : kPrompt,
                           .cache_read = verify_warm ? kPrompt - kGrowth : 0};
  q.verify.prompt.warm_ms = verify_warm ? 300'000 : 0;
  q.draft.prompt.usage = {.input = draft_warm ? kGrowth : kPrompt,
                          .cache_read = draft_warm ? kPrompt - kGrowth : 0};
  q.expected.draft = q.expected.answer = {kAnswer, kAnswer};
  q.expected.verdict = 5;
  q.expected.forms.full = 400;
  q.session.to_come = calls - 1;
  q.session.growth = kGrowth;
  q.session.gap_ms = 1'000;
  q.turn = {0, .1, 1, 15'000, true};
  return q;
}

double bill(const ModelForecast& model, const Usage& usage) {
  return static_cast<double>(model.rate.cost_of(usage, kPricedAt).value);
}

/// All calls of a turn, one after the other.
double billed(const ModelForecast& model, int calls, Tokens output) {
  Usage usage = model.prompt.usage;
  usage.output = output;
  double sum = bill(model, usage);
  const bool writes = model.rate.price->cache_minimum > 0;
  for (int i = 1; i < calls; ++i) {
    Usage next{.cache_read = kPrompt + (i - 1) * kGrowth};
    (writes ? next.cache_write_5m : next.input) = kGrowth;
    next.output = output;
    sum += bill(model, next);
  }
  return sum;
}

using Case = std::tuple<int, bool, bool>;
class TurnPrice : public testing::TestWithParam<Case> {};

TEST_P(TurnPrice, IsTheBillOfItsCalls) {
  const auto [calls, verify_warm, draft_warm] = GetParam();
  PlanQuestion q = turn_of(calls, verify_warm, draft_warm);
  EXPECT_NEAR(static_cast<double>(turn_price(q, Plan::Direct).value),
              billed(q.verify, calls, kAnswer), 100);
  // Nothing is handed over, and the digest is taken: the verify model sees only that.
  q.turn.can_append = false;
  const double digest = bill(q.verify, {.input = q.turn.digest, .output = q.expected.verdict});
  EXPECT_NEAR(static_cast<double>(turn_price(q, Plan::DraftTurn).value),
              billed(q.draft, calls, kAnswer) + digest, 100);
  // No call is proven: each is paid twice.
  q.expected.proven = 0;
  EXPECT_NEAR(static_cast<double>(turn_price(q, Plan::DraftValidate).value),
              billed(q.draft, calls, kAnswer) + billed(q.verify, calls, kAnswer), 200);
}

INSTANTIATE_TEST_SUITE_P(Turns, TurnPrice,
                         testing::Combine(testing::Values(1, 2, 5, 11), testing::Bool(),
                                          testing::Bool()));

TEST(TurnPrice, FallsWhenLessIsHandedOverAndMoreIsTaken) {
  PlanQuestion q = turn_of(9, true, true);
  const auto price = [&q] { return turn_price(q, Plan::DraftTurn); };
  q.turn.handed = .2;
  q.turn.accepted = .5;
  const NanoUsd bad = price();
  q.turn.handed = .05;
  const NanoUsd better = price();
  q.turn.accepted = .9;
  EXPECT_LT(better, bad);
  EXPECT_LT(price(), better);
}

TEST(TurnPrice, ADrivenTurnIsCheaperThanProvingEachCallWhereAShareOfThemFallsBack) {
  PlanQuestion q = turn_of(9, false, true);
  q.expected.proven = .7;
  q.turn.handed = .03;
  q.turn.accepted = .8;
  EXPECT_LT(turn_price(q, Plan::DraftTurn), turn_price(q, Plan::DraftValidate));
  EXPECT_LT(turn_price(q, Plan::DraftValidate), turn_price(q, Plan::Direct));
}

struct JudgeCase {
  const char* name;
  std::function<void(PlanQuestion&)> change;
  JudgeBy by;
};

class CheaperJudge : public testing::TestWithParam<JudgeCase> {};

TEST_P(CheaperJudge, IsTheOneThatCostsLess) {
  PlanQuestion q = turn_of(9, true, true);
  q.turn.accepted = .8;
  GetParam().change(q);
  EXPECT_EQ(cheaper_judge(q), GetParam().by);
}

void never_seen(PlanQuestion& q) {
  q.verify.prompt.usage = {.cache_write_5m = 40'000};
  q.verify.prompt.warm_ms = 0;
}

INSTANTIATE_TEST_SUITE_P(
    Planner, CheaperJudge,
    testing::Values(JudgeCase{"AWarmCacheIsRead", [](PlanQuestion&) {}, JudgeBy::Prefix},
                    JudgeCase{"AColdOneIsNotWrittenToJudge", never_seen, JudgeBy::Digest},
                    JudgeCase{"ItIsWhenTheTurnIsNotTakenOverAnyway",
                              [](PlanQuestion& q) {
                                never_seen(q);
                                q.turn.accepted = .1;
                              },
                              JudgeBy::Prefix},
                    JudgeCase{"AShortPromptIsItsOwnDigest",
                              [](PlanQuestion& q) {
                                q.verify.prompt.usage = {.input = 900};
                                q.turn.digest = 1'800;
                              },
                              JudgeBy::Prefix},
                    JudgeCase{"NothingMayBeAppended",
                              [](PlanQuestion& q) { q.turn.can_append = false; }, JudgeBy::Digest}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace rlm::route
