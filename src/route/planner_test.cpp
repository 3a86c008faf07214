#include "route/planner.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

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

// Every way a plan can go, each with its probability and its calls, billed one by one.
double billed_one_by_one(Plan plan, const PlanQuestion& q) {
  const ClassForecast& e = q.expected;
  const auto bill = [&](const ModelForecast& model, Tokens more_input, Tokens output) {
    Usage usage = model.prompt.usage;
    usage.input += more_input;
    usage.output = output;
    return static_cast<double>(model.rate.cost_of(usage, q.now).value);
  };
  const auto alone = [&](Tokens input, Tokens output) {
    const Usage usage{.input = input, .output = output};
    return static_cast<double>(q.verify.rate.cost_of(usage, q.now).value);
  };
  const double direct = bill(q.verify, 0, e.answer.mean);
  const double draft = bill(q.draft, 0, e.draft.mean);
  const Tokens suffix = e.draft.mean + e.instruction;
  const double accepts = bill(q.verify, suffix, e.verdict);
  const double rewrites = accepts + alone(0, e.answer.mean);
  if (plan == Plan::Direct) return direct;
  if (plan == Plan::DraftTurn) {
    const bool on_digest = cheaper_judge(q) == JudgeBy::Digest;
    const double taken = on_digest ? alone(q.turn.digest, e.verdict) : accepts;
    const double refused = on_digest ? taken + direct : rewrites;
    return draft + q.turn.handed * direct +
           (1 - q.turn.handed) * q.turn.ends *
               (q.turn.accepted * taken + (1 - q.turn.accepted) * refused);
  }
  double sum = 0;
  for (const bool survives : {false, true})
    for (const bool accepted : {false, true})
      for (const bool audited : {false, true}) {
        const double good = plan == Plan::DraftValidate ? e.proven : e.passes;
        const double probability = (survives ? good : 1 - good) *
                                   (accepted ? e.accepted : 1 - e.accepted) *
                                   (audited ? q.rules.audit_share : 1 - q.rules.audit_share);
        double cost = draft;
        if (!survives)
          cost += direct;
        else if (plan == Plan::DraftVerify)
          cost += accepted ? accepts : rewrites;
        else if (audited)
          cost += accepts;
        sum += probability * cost;
      }
  return sum;
}

PlanQuestion random_question(std::mt19937& random, money::Price& draft, money::Price& verify) {
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto share = [&] { return upto(101) / 100.0; };
  const auto price = [&](money::Price& p) {
    p.cache_read = upto(1'000'000);
    p.input = p.cache_read + upto(5'000'000);
    p.cache_write_5m = p.input + upto(1'000'000);
    p.cache_write_1h = p.input + upto(5'000'000);
    p.output = upto(30'000'000);
    p.cache_minimum = upto(2) * 1'024;
  };
  const auto forecast = [&](const money::Price& p) {
    money::PromptForecast f;
    f.usage = {.input = upto(50'000), .cache_read = upto(2) * upto(200'000)};
    if (p.cache_minimum > 0) f.usage.cache_write_5m = upto(20'000);
    f.warm_ms = f.usage.cache_read > 0 ? upto(300'000) : 0;
    f.fresh_ms = 300'000;
    return f;
  };
  price(draft);
  price(verify);
  PlanQuestion q;
  q.now = kNow;
  q.draft.rate.price = &draft;
  q.verify.rate = {&verify, 1'000 + upto(2) * 100};
  q.draft.prompt = forecast(draft);
  q.verify.prompt = forecast(verify);
  for (auto* model : {&q.draft, &q.verify})
    model->speed = {upto(3'000) * 1.0, upto(9'000) * 1.0, upto(20) * 1.0, upto(50) * 1.0};
  q.expected.draft = {upto(3'000), upto(9'000)};
  q.expected.answer = {upto(3'000), upto(9'000)};
  q.expected.verdict = upto(20);
  q.expected.instruction = upto(500);
  q.expected.passes = share();
  q.expected.proven = share();
  q.expected.accepted = share();
  q.turn = {share(), share(), share(), upto(20'000), upto(4) != 0};
  q.session = {upto(30) * 1.0, upto(30) * 1.0, upto(30) * 1.0, upto(20) * 1.0, upto(400'000) * 1.0};
  q.rules.audit_share = upto(2) * share();
  q.rules.p95_max = Milliseconds(upto(2) * upto(60'000));
  for (auto& refused : q.refused)
    if (upto(3) == 0) refused = "probation";
  for (auto& fits : q.fits) fits = upto(4) != 0;
  return q;
}

TEST(Planner, AgreesWithBillingEveryWayThatEveryPlanCanGo) {
  std::mt19937 random(5);
  money::Price draft, verify;
  std::array<int, kPlans.size()> chosen{};
  for (int round = 0; round < 20'000; ++round) {
    const PlanQuestion q = random_question(random, draft, verify);
    const PlanChoice choice = plan_by_cost(q);
    const Alternative* best = nullptr;
    for (const Plan plan : kPlans) {
      const Alternative& a = of(choice, plan);
      ASSERT_NEAR(static_cast<double>(a.bill.value), billed_one_by_one(plan, q), 50)
          << name_of(plan);
      ASSERT_GE(a.spread, NanoUsd{});
      ASSERT_GE(a.lapse, NanoUsd{});
      ASSERT_GE(a.price().value, -50) << name_of(plan);
      const bool slow = q.rules.p95_max.count() > 0 && plan != Plan::Direct &&
                        a.p95_ms > static_cast<double>(q.rules.p95_max.count());
      const auto number = static_cast<std::size_t>(plan);
      const bool may = plan == Plan::Direct || (q.refused[number].empty() && !slow);
      ASSERT_EQ(a.refused.empty(), may) << name_of(plan);
      const bool made_for_it = plan == Plan::Direct || q.fits[number];
      if (!may || !made_for_it || plan == Plan::DraftTurn) continue;
      if (best == nullptr || a.price() < best->price()) best = &a;
    }
    const Alternative& turn = of(choice, Plan::DraftTurn);
    if (turn.fits && turn.refused.empty() && turn.turn < best->turn) best = &turn;
    ASSERT_EQ(name_of(choice.plan), name_of(best->plan));
    ASSERT_FALSE(choice.reason.empty());
    ++chosen[static_cast<std::size_t>(choice.plan)];
  }
  for (const int count : chosen) EXPECT_GT(count, 50) << "the questions must be mixed";
}

}  // namespace
}  // namespace rlm::route
