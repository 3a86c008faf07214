#include "lab/what_if.hpp"

#include <gtest/gtest.h>

#include "lab/other_plan.hpp"
#include "lab/random_text.hpp"
#include "lab/test_ledgers.hpp"

namespace rlm::lab {
namespace {

using Preset = route::RoutePolicy::Preset;

WhatIfResult under(Preset preset, const LedgerHistory& history) {
  const exchange::RoutingTable table = test_table(preset);
  money::RateBook rates(test_prices());
  WhatIf what_if(table, rates, RecordedChooser::TrustBy::Rules);
  for (const auto& exchange : history.exchanges()) what_if.add(exchange);
  for (const auto* orphan : history.orphans()) what_if.add_orphan(*orphan);
  return what_if.result();
}

double count(const WhatIfResult& result, Verdict verdict) {
  return result.verdicts[static_cast<std::size_t>(verdict)];
}

TEST(WhatIf, ThePlanThatWasTakenGivesWhatItGave) {
  LedgerHistory history;
  for (int i = 9; i >= 0; --i) history.add(direct_chat(i, Plan::Direct));
  const WhatIfResult result = under(Preset::Off, history);
  EXPECT_EQ(result.other_plan, 0);
  EXPECT_TRUE(result.is_exact());
  EXPECT_EQ(result.told_cost.value, 10 * 15'000'000);
  EXPECT_EQ(result.cost.interval.low, result.cost.interval.high);
  EXPECT_EQ(count(result, Verdict::Direct), 10);
}

TEST(WhatIf, OfADraftThatWasVerifiedItsOwnCallsTellWhatLettingItPassCosts) {
  LedgerHistory history;
  ExchangeRecord record = direct_chat(1, Plan::DraftVerify);
  record.verdict = Verdict::Enhanced;
  record.calls = {test_call(CallRole::Draft, 1'000, 100), test_call(CallRole::Verify, 1'300, 100)};
  record.calls[1].started_ms = 1'000;
  close_record(record);
  history.add(record);
  const WhatIfResult result = under(Preset::MaxSavings, history);
  EXPECT_EQ(result.derived, 1);
  EXPECT_EQ(result.told_cost, record.calls[0].cost);
  EXPECT_EQ(count(result, Verdict::Skipped), 1);
  EXPECT_EQ(result.p50_ms.value, 1'000);
  EXPECT_EQ(result.quality.labels, 1);
  EXPECT_EQ(result.quality.bad_rate.value, 1);
}

TEST(WhatIf, WithoutATryTheCostIsThePlannersAndTheRestIsNotKnown) {
  LedgerHistory history;
  history.add(direct_chat(1, Plan::Direct));
  const WhatIfResult result = under(Preset::Balanced, history);
  EXPECT_EQ(result.expected, 1);
  EXPECT_NEAR(result.cost.value, .002, 1e-12);
  EXPECT_EQ(count(result, Verdict::Skipped), 0);
}

TEST(WhatIf, ARecordWithoutItsKindStaysAsItWas) {
  LedgerHistory history;
  ExchangeRecord record = direct_chat(1, Plan::DraftOnly);
  record.reason = "simple";
  record.kind.clear();
  record.weighed.clear();
  history.add(record);
  const WhatIfResult result = under(Preset::Balanced, history);
  EXPECT_EQ(result.untold, 1);
  EXPECT_EQ(result.other_plan, 0);
}

TEST(WhatIf, TriesThatEveryOneHadTellEverythingAndTheirOwnCostGoesWithThem) {
  LedgerHistory history;
  for (int i = 0; i < 20; ++i) {
    const ExchangeRecord client = direct_chat(i, Plan::Shadow);
    history.add(tried_chat(client, i < 5 ? Judgement::Rewritten : Judgement::Accepted, 1'000'000));
    history.add(client);
  }
  const WhatIfResult unseen = under(Preset::Balanced, history);
  EXPECT_EQ(unseen.estimated, 20);
  EXPECT_NEAR(unseen.cost.value, 20 * .0012, 1e-9);
  EXPECT_EQ(unseen.cost.interval.low, unseen.cost.interval.high);
  EXPECT_NEAR(count(unseen, Verdict::Skipped), 20, 1e-9);
  EXPECT_EQ(unseen.p50_ms.value, 1'000);
  EXPECT_NEAR(unseen.quality.bad_rate.value, .25, 1e-12);
  const WhatIfResult verified = under(Preset::Safe, history);
  // The price of draft_verify is above that of direct, so that is what `safe` takes.
  EXPECT_EQ(verified.other_plan, 0);
  EXPECT_EQ(count(verified, Verdict::Direct), 20);
}

TEST(OtherPlan, AVerdictOnDraftedCallsIsToldByHowTheyCompareWithTheVerifyModelsOwn) {
  const exchange::RoutingTable table = test_table(Preset::Safe);
  money::RateBook rates(test_prices());
  const ExchangeRecord client = direct_chat(1, Plan::Shadow);
  const auto judged = [&](Verdict verdict, Judgement judgement, const std::string& reason = "") {
    ExchangeRecord tried = tried_chat(client, judgement, 500'000);
    tried.plan = Plan::DraftValidate;
    tried.verdict = verdict;
    tried.reason += reason;
    tried.calls.resize(1);
    RecordedExchange exchange;
    exchange.client = &client;
    exchange.shadow = &tried;
    return drawn_outcome(exchange, Plan::DraftVerify, {table.cascades[0], table, rates});
  };
  const NanoUsd draft = tried_chat(client, Judgement::Same, 1).calls[0].cost;
  const NanoUsd direct = client.calls[0].cost;
  const auto same = judged(Verdict::Validated, Judgement::Same);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->outcome.verdict, Verdict::Accepted);
  EXPECT_EQ(same->probability, .5);
  EXPECT_LT(same->outcome.cost, direct + draft) << "a few tokens instead of the answer";
  const auto other = judged(Verdict::Validated, Judgement::Different);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->outcome.verdict, Verdict::Enhanced);
  EXPECT_GT(other->outcome.cost, direct + draft) << "draft and instruction are read besides";
  const auto refused = judged(Verdict::Fallback, Judgement::Different, ",not_proven:schema:type");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->outcome.verdict, Verdict::Fallback);
  EXPECT_EQ(refused->outcome.cost, direct + draft);
  EXPECT_FALSE(judged(Verdict::Fallback, Judgement::Different, ",not_proven:risk:write"))
      << "the verify model would have been asked about it";
  EXPECT_FALSE(judged(Verdict::Fallback, Judgement::Different, ",not_proven:no_tool_call"))
      << "a text is judged, too";
  EXPECT_FALSE(judged(Verdict::Validated, Judgement::None));
}

// Worlds in which the truth is known: costs differ by the answer's length, a tenth is tried.
TEST(WhatIf, ItsIntervalHoldsTheTruthInNineteenOfTwentyWorlds) {
  int cost_held = 0;
  int quality_held = 0;
  constexpr int kWorlds = 200;
  for (int world = 0; world < kWorlds; ++world) {
    Random random(static_cast<std::uint64_t>(world) + 1);
    LedgerHistory history;
    double truth = 0;
    int bad = 0;
    constexpr int kExchanges = 600;
    for (int i = 0; i < kExchanges; ++i) {
      const auto client = direct_chat(i, Plan::Shadow, 50 + static_cast<Tokens>(random.below(400)));
      const bool is_bad = random.uniform() < .1;
      const auto tried =
          tried_chat(client, is_bad ? Judgement::Rewritten : Judgement::Same, 200'000);
      truth += tried.calls[0].cost.dollars();
      bad += is_bad ? 1 : 0;
      if (random.uniform() < .2) history.add(tried);
      history.add(client);
    }
    const WhatIfResult result = under(Preset::Balanced, history);
    cost_held += result.cost.interval.low <= truth && truth <= result.cost.interval.high ? 1 : 0;
    const double rate = static_cast<double>(bad) / kExchanges;
    const Interval& interval = result.quality.bad_rate.interval;
    quality_held += interval.low <= rate && rate <= interval.high ? 1 : 0;
  }
  EXPECT_GE(cost_held, 180);  // 190 are expected, with a deviation of 3
  EXPECT_GE(quality_held, 180);
}

}  // namespace
}  // namespace rlm::lab
