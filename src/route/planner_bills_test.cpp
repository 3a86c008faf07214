// The planner's prices against billing every way that every plan can go.

#include <gtest/gtest.h>

#include <random>

#include "route/planner.hpp"
#include "route/race_price.hpp"
#include "route/test_prices.hpp"

namespace rlm::route {
namespace {

constexpr UnixMs kNow = kPricedAt;

const Alternative& of(const PlanChoice& choice, Plan plan) {
  return choice.alternatives[static_cast<std::size_t>(plan)];
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
  // Of answers, the cheaper instruction is sent; of turns and calls the full one.
  const Tokens brief_most = std::max<Tokens>(0, e.draft.mean - kRepairTokens);
  const bool by_price = e.forms.brief > 0 && (plan == Plan::DraftVerify || plan == Plan::DraftOnly);
  const bool brief = by_price && e.forms.repaired * alone(0, brief_most) <
                                     alone(std::max<Tokens>(0, e.forms.full - e.forms.brief), 0);
  const Tokens suffix = e.draft.mean + (brief ? e.forms.brief : e.forms.full);
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

// The same of a race, whose odds are given: who is first, whether the draft passes, what its
// verdict is.
double raced_one_by_one(Plan plan, const PlanQuestion& q) {
  const ClassForecast& e = q.expected;
  const RaceForecast odds = race_of(q, plan);
  const auto bill = [&](const ModelForecast& model, Tokens more_input, Tokens output) {
    Usage usage = model.prompt.usage;
    usage.input += more_input;
    usage.output = output;
    return static_cast<double>(model.rate.cost_of(usage, q.now).value);
  };
  const double draft = bill(q.draft, 0, e.draft.mean);
  const double direct = bill(q.verify, 0, e.answer.mean);
  const double verdict = bill(q.verify, verdict_suffix(q), e.verdict);
  const Usage rewrite{.output = e.answer.mean};
  double sum = 0;
  enum class Beaten { WhileWritten, WhileJudged, Never };
  for (const auto beaten : {Beaten::WhileWritten, Beaten::WhileJudged, Beaten::Never})
    for (const bool accepted : {false, true}) {
      const double odd = beaten == Beaten::Never         ? odds.ready_first
                         : beaten == Beaten::WhileJudged ? odds.whole_first - odds.ready_first
                                                         : 1 - odds.whole_first;
      const double probability = odd * (accepted ? e.accepted : 1 - e.accepted);
      double cost =
          bill(q.draft, 0, beaten == Beaten::WhileWritten ? odds.lost_draft : e.draft.mean);
      if (plan == Plan::DraftVerify && beaten != Beaten::WhileWritten) cost += verdict;
      if (plan == Plan::DraftOnly && beaten == Beaten::Never) cost += q.rules.audit_share * verdict;
      if (plan == Plan::DraftVerify && beaten == Beaten::Never && !accepted)
        cost += static_cast<double>(q.verify.rate.cost_of(rewrite, q.now).value);
      cost += beaten == Beaten::Never ? bill(q.verify, 0, odds.lost_answer) : direct;
      sum += e.passes * probability * cost;
    }
  return sum + (1 - e.passes) * (draft + direct);
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
  q.expected.forms = {upto(500), upto(2) * upto(100), share()};
  q.expected.passes = share();
  q.expected.proven = share();
  q.expected.accepted = share();
  q.turn = {share(), share(), share(), upto(20'000), upto(4) != 0};
  q.session = {upto(30) * 1.0, upto(30) * 1.0, upto(30) * 1.0, upto(20) * 1.0, upto(400'000) * 1.0};
  q.rules.audit_share = upto(2) * share();
  q.rules.p95_max = Milliseconds(upto(2) * upto(60'000));
  q.race = {upto(2) == 0, upto(2) == 0, upto(2) * upto(200) - 1};
  for (auto& refused : q.refused)
    if (upto(3) == 0) refused = "probation";
  for (auto& fits : q.fits) fits = upto(4) != 0;
  return q;
}

TEST(Planner, AgreesWithBillingEveryWayThatEveryPlanCanGo) {
  std::mt19937 random(5);
  money::Price draft, verify;
  std::array<int, kPlans.size()> chosen{};
  int raced = 0;
  int priced_as_race = 0;
  for (int round = 0; round < 20'000; ++round) {
    const PlanQuestion q = random_question(random, draft, verify);
    const PlanChoice choice = plan_by_cost(q);
    const Alternative* best = nullptr;
    for (const Plan plan : kPlans) {
      const Alternative& a = of(choice, plan);
      const double billed = a.raced ? raced_one_by_one(plan, q) : billed_one_by_one(plan, q);
      ASSERT_NEAR(static_cast<double>(a.bill.value), billed, 50) << name_of(plan);
      ASSERT_GE(a.spread, NanoUsd{});
      ASSERT_GE(a.lapse, NanoUsd{});
      ASSERT_GE(a.price().value, -50) << name_of(plan);
      const bool slow = q.rules.p95_max.count() > 0 && plan != Plan::Direct &&
                        a.p95_ms > static_cast<double>(q.rules.p95_max.count());
      const auto number = static_cast<std::size_t>(plan);
      const bool may = plan == Plan::Direct || (q.refused[number].empty() && !slow);
      ASSERT_EQ(a.refused.empty(), may) << name_of(plan);
      priced_as_race += a.raced ? 1 : 0;
      ASSERT_TRUE(!a.raced || (q.race.may && can_race(plan) && q.rules.p95_max.count() > 0));
      const bool made_for_it = plan == Plan::Direct || q.fits[number];
      if (!may || !made_for_it || plan == Plan::DraftTurn) continue;
      if (best == nullptr || a.price() < best->price()) best = &a;
    }
    const Alternative& turn = of(choice, Plan::DraftTurn);
    if (turn.fits && turn.refused.empty() && turn.turn < best->turn) best = &turn;
    ASSERT_EQ(name_of(choice.plan), name_of(best->plan));
    ASSERT_FALSE(choice.reason.empty());
    ASSERT_EQ(choice.raced, best->raced);
    raced += choice.raced ? 1 : 0;
    ++chosen[static_cast<std::size_t>(choice.plan)];
  }
  EXPECT_GT(priced_as_race, 200) << "the questions must be mixed";
  EXPECT_GT(raced, 20);
  for (const int count : chosen) EXPECT_GT(count, 50) << "the questions must be mixed";
}

}  // namespace
}  // namespace rlm::route
