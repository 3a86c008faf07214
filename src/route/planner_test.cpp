#include "route/planner.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "route/test_prices.hpp"

namespace rlm::route {
namespace {

const money::Price& kDraftPrice = test_draft_price();
const money::Price& kVerifyPrice = test_verify_price();
constexpr UnixMs kNow = kPricedAt;

/// A request with a warm verify cache and a cold draft cache that nothing forbids to draft, of a
/// session that ends with it.
PlanQuestion question(Tokens prompt = 40'000, Tokens output = 800) {
  PlanQuestion q;
  q.now = kNow;
  q.verify.rate.price = &kVerifyPrice;
  q.verify.prompt.usage = {.cache_read = prompt};
  q.verify.prompt.warm_ms = q.verify.prompt.fresh_ms = 300'000;
  q.draft.rate.price = &kDraftPrice;
  q.draft.prompt.usage = {.input = prompt};
  q.draft.prompt.fresh_ms = 3'600'000;
  q.expected.draft = q.expected.answer = {output, output};
  q.fits[static_cast<std::size_t>(Plan::DraftTurn)] = false;
  return q;
}
void warm_draft(PlanQuestion& q) {
  q.draft.prompt.usage = {.cache_read = q.draft.prompt.usage.prompt()};
  q.draft.prompt.warm_ms = 3'000'000;
}
void allow_only(PlanQuestion& q, Plan plan) {
  for (const Plan other : kPlans)
    if (other != plan) q.refused[static_cast<std::size_t>(other)] = "probation";
}
const Alternative& of(const PlanChoice& choice, Plan plan) {
  return choice.alternatives[static_cast<std::size_t>(plan)];
}

struct BreakEvenCase {
  const char* name;
  Tokens prompt, output;
  bool warm;
  double direct;      // dollars
  double draft_only;  // as a multiple of direct
  double break_even;  // acceptance from which draft_verify pays; above 1: never
};

class BreakEven : public testing::TestWithParam<BreakEvenCase> {};

// The table of cascade.md §3: each turn adds 500 tokens to a prompt that the verify model has
// cached, and no later call is thought of.
TEST_P(BreakEven, IsThatOfTheTable) {
  const auto& c = GetParam();
  PlanQuestion q = question(c.prompt, c.output);
  q.verify.prompt.usage = {.cache_write_5m = 500, .cache_read = c.prompt - 500};
  if (c.warm) q.draft.prompt.usage = {.input = 500, .cache_read = c.prompt - 500};
  const auto price = [&](Plan plan) { return of(plan_by_cost(q), plan).price().dollars(); };
  EXPECT_NEAR(price(Plan::Direct), c.direct, .00005);
  EXPECT_NEAR(price(Plan::DraftOnly) / price(Plan::Direct), c.draft_only, .005);
  if (c.break_even > 1) {
    EXPECT_GT(price(Plan::DraftVerify), price(Plan::Direct));
    return;
  }
  for (const double off : {-.01, .01}) {
    q.expected.accepted = c.break_even + off;
    EXPECT_EQ(price(Plan::DraftVerify) < price(Plan::Direct), off > 0) << off;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Planner, BreakEven,
    testing::Values(BreakEvenCase{"Cold5K", 5'000, 800, false, .0279, .41, .73},
                    BreakEvenCase{"Warm5K", 5'000, 800, true, .0279, .16, .40},
                    BreakEvenCase{"Cold40K", 40'000, 800, false, .0472, 1.53, 2},
                    BreakEvenCase{"Warm40K", 40'000, 800, true, .0472, .22, .68},
                    BreakEvenCase{"Cold120K", 120'000, 800, false, .0912, 2.32, 2},
                    BreakEvenCase{"Warm120K", 120'000, 6'000, true, .2342, .18, .46}),
    [](const auto& tested) { return std::string(tested.param.name); });

struct ChoiceCase {
  const char* name;
  std::function<void(PlanQuestion&)> change;
  Plan plan;
  const char* reason;
};

class PlanByCost : public testing::TestWithParam<ChoiceCase> {};

TEST_P(PlanByCost, ChoosesAndSaysWhy) {
  PlanQuestion q = question();
  GetParam().change(q);
  const auto choice = plan_by_cost(q);
  EXPECT_EQ(name_of(choice.plan), name_of(GetParam().plan));
  EXPECT_EQ(choice.reason, GetParam().reason);
}

void refuse_all(PlanQuestion& q, std::string_view reason) {
  q.refused.fill(reason);
}

INSTANTIATE_TEST_SUITE_P(
    Planner, PlanByCost,
    testing::Values(
        ChoiceCase{"ADraftFromAColdCacheIsDearer", [](PlanQuestion&) {}, Plan::Direct, "cheapest"},
        ChoiceCase{"AWarmDraftPays", warm_draft, Plan::DraftOnly, "cheapest"},
        ChoiceCase{"AColdDraftPaysWhenManyCallsFollow",
                   [](PlanQuestion& q) { q.session.to_come = 20; }, Plan::DraftOnly, "cheapest"},
        ChoiceCase{"WhatIsOnProbationIsVerified",
                   [](PlanQuestion& q) {
                     warm_draft(q);
                     q.fits = {true, true, false, true, false};
                     q.refused = {"", "probation", "", "", ""};
                     q.expected.accepted = .9;
                   },
                   Plan::DraftVerify, "probation"},
        ChoiceCase{"OrDirectWhenTheVerdictCannotPay",
                   [](PlanQuestion& q) {
                     warm_draft(q);
                     q.fits = {true, true, false, true, false};
                     q.refused = {"", "probation", "", "", ""};
                     q.expected.accepted = .5;
                   },
                   Plan::Direct, "probation"},
        ChoiceCase{"ACommonReasonIsNamedEvenIfDirectIsCheapest",
                   [](PlanQuestion& q) { refuse_all(q, "images"); }, Plan::Direct, "images"},
        ChoiceCase{"DirectCannotBeRefused",
                   [](PlanQuestion& q) {
                     warm_draft(q);
                     refuse_all(q, "safeguards");
                   },
                   Plan::Direct, "safeguards"},
        ChoiceCase{"ProvenToolCalls",
                   [](PlanQuestion& q) {
                     warm_draft(q);
                     allow_only(q, Plan::DraftValidate);
                     q.expected.proven = .9;
                     q.expected.passes = .8;  // so that draft_only would not be cheaper
                   },
                   Plan::DraftValidate, "cheapest"},
        ChoiceCase{"AnUnprovableClassIsDirect",
                   [](PlanQuestion& q) {
                     warm_draft(q);
                     q.fits = {true, false, true, false, false};
                     q.expected.proven = .1;
                   },
                   Plan::Direct, "cheapest"},
        ChoiceCase{"WhatDoesNotFitGivesNoReason",
                   [](PlanQuestion& q) {
                     warm_draft(q);
                     q.fits = {true, false, true, false, false};
                     q.refused = {"", "probation", "not_available", "", ""};
                   },
                   Plan::Direct, "not_available"},
        ChoiceCase{"TooSlowADraft",
                   [](PlanQuestion& q) {
                     warm_draft(q);
                     q.rules.p95_max = Milliseconds(5'000);
                     q.draft.speed.first_byte_p95_ms = 5'001;
                     q.draft.speed.token_p95_ms = 0;
                   },
                   Plan::Direct, "latency"},
        ChoiceCase{"FastEnoughADraft",
                   [](PlanQuestion& q) {
                     warm_draft(q);
                     q.rules.p95_max = Milliseconds(5'000);
                     q.draft.speed.first_byte_p95_ms = 4'999;
                   },
                   Plan::DraftOnly, "cheapest"},
        ChoiceCase{"NoDraftPrice", [](PlanQuestion& q) { q.draft.rate.price = nullptr; },
                   Plan::Direct, "no_price"},
        ChoiceCase{"NoVerifyPrice", [](PlanQuestion& q) { q.verify.rate.price = nullptr; },
                   Plan::Direct, "no_price"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Planner, WithoutAPriceNothingIsPriced) {
  PlanQuestion q = question();
  q.verify.rate.price = nullptr;
  q.refused[1] = "images";
  const auto choice = plan_by_cost(q);
  EXPECT_FALSE(choice.priced);
  EXPECT_EQ(of(choice, Plan::DraftOnly).refused, "images");
  EXPECT_EQ(of(choice, Plan::DraftVerify).bill, NanoUsd{});
}

TEST(Planner, LettingAWarmCacheLapseCostsWhatTheNextCallWouldPay) {
  PlanQuestion q = question();
  EXPECT_EQ(of(plan_by_cost(q), Plan::DraftOnly).lapse, NanoUsd{}) << "nobody comes back";
  q.session.to_come = 50;
  q.session.calls = q.session.verified = 10;
  q.session.gap_ms = 100'000;
  q.verify.prompt.warm_ms = 1;
  const auto lapsing = of(plan_by_cost(q), Plan::DraftOnly).lapse;
  q.verify.prompt.warm_ms = 150'000;
  const auto half = of(plan_by_cost(q), Plan::DraftOnly).lapse;
  q.verify.prompt.warm_ms = q.verify.prompt.fresh_ms;
  EXPECT_EQ(of(plan_by_cost(q), Plan::DraftOnly).lapse, NanoUsd{}) << "it lives on anyhow";
  EXPECT_GT(lapsing, half);
  EXPECT_GT(half, NanoUsd{});
  EXPECT_LE(lapsing.value, 40'000ll * (6'875 - 550)) << "never more than writing it anew";
  EXPECT_EQ(of(plan_by_cost(q), Plan::Direct).lapse, NanoUsd{}) << "the draft has nothing to lose";
}

TEST(Planner, AWarmUpIsSpreadOverTheCallsThatUseIt) {
  PlanQuestion q = question();
  const auto spread = [&](double to_come) {
    q.session.to_come = to_come;
    return of(plan_by_cost(q), Plan::DraftOnly).spread;
  };
  EXPECT_EQ(spread(0), NanoUsd{});
  EXPECT_GT(spread(1), NanoUsd{});
  EXPECT_GE(spread(20), spread(1));
  EXPECT_LE(spread(1'000).value, 40'000ll * (1'740 - 174)) << "never more than the warm-up";
}

}  // namespace
}  // namespace rlm::route
