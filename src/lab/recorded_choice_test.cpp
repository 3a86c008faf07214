#include "lab/recorded_choice.hpp"

#include <gtest/gtest.h>

#include "lab/test_ledgers.hpp"

namespace rlm::lab {
namespace {

using Preset = route::RoutePolicy::Preset;
using TrustBy = RecordedChooser::TrustBy;

struct ChoiceCase {
  const char* name;
  Preset preset;
  const char* kind;
  const char* reason;
  Plan recorded;
  const char* refused;  // of draft_only, in the record
  TrustBy trust;
  Plan chosen;
};

class RecordedChoices : public testing::TestWithParam<ChoiceCase> {};

TEST_P(RecordedChoices, FollowTheRulesThatAreAskedFor) {
  const ChoiceCase& one = GetParam();
  const exchange::RoutingTable table = test_table(one.preset);
  ExchangeRecord record = direct_chat(1, one.recorded);
  record.kind = one.kind;
  record.reason = one.reason;
  record.weighed = std::string(R"([{"plan":"direct","price_nano":15,"p95_ms":9},)") +
                   R"({"plan":"draft_only","price_nano":2,"p95_ms":9,"refused":")" + one.refused +
                   R"("},{"plan":"draft_verify","price_nano":10,"p95_ms":9}])";
  RecordedChooser chooser(table, one.trust);
  EXPECT_EQ(chooser.choose(record).plan, one.chosen);
}

INSTANTIATE_TEST_SUITE_P(
    Lab, RecordedChoices,
    testing::Values(ChoiceCase{"TrustOfTheRecord", Preset::Balanced, "chat/simple", "probation",
                               Plan::DraftVerify, "probation", TrustBy::Record, Plan::DraftVerify},
                    ChoiceCase{"TrustOfTheRules", Preset::Balanced, "chat/simple", "probation",
                               Plan::DraftVerify, "probation", TrustBy::Rules, Plan::DraftOnly},
                    ChoiceCase{"SafeTrustsNothing", Preset::Safe, "chat/simple", "cheapest",
                               Plan::DraftOnly, "", TrustBy::Rules, Plan::DraftVerify},
                    ChoiceCase{"WhatTheDraftCannotStaysSo", Preset::MaxSavings, "chat/simple",
                               "images", Plan::DraftVerify, "images", TrustBy::Rules,
                               Plan::DraftVerify},
                    ChoiceCase{"OffIsDirect", Preset::Off, "chat/simple", "cheapest",
                               Plan::DraftOnly, "", TrustBy::Rules, Plan::Direct},
                    ChoiceCase{"AForcedPlanStays", Preset::Safe, "chat/simple", "forced",
                               Plan::DraftOnly, "", TrustBy::Rules, Plan::DraftOnly},
                    ChoiceCase{"AGateIsNeverDrafted", Preset::MaxSavings, "side/simple",
                               "safety_gate", Plan::Direct, "", TrustBy::Rules, Plan::Direct},
                    ChoiceCase{"PaperDraftsWhatIsSimple", Preset::Paper, "chat/simple", "cheapest",
                               Plan::Direct, "probation", TrustBy::Rules, Plan::DraftOnly},
                    ChoiceCase{"PaperVerifiesWhatIsComplex", Preset::Paper, "chat/complex",
                               "cheapest", Plan::Direct, "", TrustBy::Rules, Plan::DraftVerify},
                    ChoiceCase{"PaperLeavesTools", Preset::Paper, "continue/simple", "cheapest",
                               Plan::DraftValidate, "", TrustBy::Rules, Plan::Direct},
                    ChoiceCase{"WhatTheProviderAloneCanStaysDirectByThePaper", Preset::Paper,
                               "chat/simple", "images", Plan::Direct, "images", TrustBy::Rules,
                               Plan::Direct}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(RecordedChooser, TheFirstRequestOfATurnDecidesForTheOthers) {
  const exchange::RoutingTable table = test_table(Preset::Balanced);
  ExchangeRecord opens = direct_chat(1, Plan::DraftTurn);
  opens.session = "s";
  opens.kind = "ask/simple";
  opens.weighed = R"([{"plan":"direct","price_nano":9,"p95_ms":1,"turn_nano":90},)"
                  R"({"plan":"draft_turn","price_nano":2,"p95_ms":1,"turn_nano":20}])";
  ExchangeRecord goes_on = direct_chat(2, Plan::DraftTurn);
  goes_on.session = "s";
  goes_on.kind = "continue/simple";
  goes_on.reason = "driving";
  goes_on.weighed = R"([{"plan":"direct","price_nano":9,"p95_ms":1}])";
  RecordedChooser as_it_was(table, TrustBy::Record);
  EXPECT_EQ(as_it_was.choose(opens).plan, Plan::DraftTurn);
  EXPECT_EQ(as_it_was.choose(goes_on).plan, Plan::DraftTurn);
  RecordedChooser by_rules(table, TrustBy::Rules);  // where `ask` is on probation
  EXPECT_EQ(by_rules.choose(opens).plan, Plan::Direct);
  EXPECT_EQ(by_rules.choose(goes_on).plan, Plan::Direct);
}

TEST(RecordedChooser, ASlowPlanIsRefusedByALimitThatTheRecordDidNotHave) {
  exchange::RoutingTable table = test_table(Preset::Balanced);
  table.cascades[0].policy.cost.p95_max = Milliseconds(1'000);
  RecordedChooser chooser(table, TrustBy::Rules);
  const auto choice = chooser.choose(direct_chat(1, Plan::DraftOnly));
  EXPECT_EQ(choice.plan, Plan::Direct);
  EXPECT_EQ(choice.reason, "latency");
}

TEST(KeyOfKind, ReadsWhatTheRouterWrites) {
  for (const char* kind : {"chat/simple", "recover/complex", "side/simple"})
    EXPECT_EQ(route::name_of(*key_of_kind(kind)), kind);
  for (const char* kind : {"", "chat", "chat/", "chat/easy", "talk/simple"})
    EXPECT_FALSE(key_of_kind(kind).has_value()) << kind;
}

}  // namespace
}  // namespace rlm::lab
