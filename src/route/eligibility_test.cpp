#include "route/eligibility.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace rlm::route {
namespace {

struct EligibilityCase {
  const char* name;
  Plan plan;
  std::function<void(RequestFacts&)> change;
  std::string_view expected;  // empty: may be tried
};

class Eligibility : public testing::TestWithParam<EligibilityCase> {};

TEST_P(Eligibility, OfPlansThatProveToolCalls) {
  RequestFacts facts;
  facts.tool_count = 2;
  facts.ends_with_tool_result = true;
  GetParam().change(facts);
  EXPECT_EQ(why_not_draft(facts, Features{}, DraftAbilities{}, GetParam().plan).value_or(""),
            GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Plans, Eligibility,
    testing::Values(EligibilityCase{"AGoingTurn", Plan::DraftValidate, [](auto&) {}, ""},
                    EligibilityCase{"NothingToCall", Plan::DraftValidate,
                                    [](auto& f) { f.tool_count = 0; }, "no_tools"},
                    EligibilityCase{"NothingToCallElsewhere", Plan::DraftVerify,
                                    [](auto& f) { f.tool_count = 0; }, ""},
                    EligibilityCase{"BehindAnError", Plan::DraftValidate,
                                    [](auto& f) { f.last_tool_failed = true; }, "recover"},
                    EligibilityCase{"BehindAnErrorElsewhere", Plan::DraftVerify,
                                    [](auto& f) { f.last_tool_failed = true; }, ""},
                    EligibilityCase{"AVerdictWhereACallMustCome", Plan::DraftVerify,
                                    [](auto& f) { f.must_call_tool = true; }, "tool_choice"},
                    EligibilityCase{"ProofWhereACallMustCome", Plan::DraftValidate,
                                    [](auto& f) { f.must_call_tool = true; }, ""},
                    EligibilityCase{"Safeguards", Plan::DraftValidate,
                                    [](auto& f) { f.has_safeguards = true; }, "safeguards"},
                    EligibilityCase{"BoundThinking", Plan::DraftValidate,
                                    [](auto& f) { f.loop_has_thinking = true; }, "thinking_loop"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(EligibilityOfAForm, IsForAbleDraftsThatNoRewriteReplaces) {
  DraftAbilities able;
  able.structured_output = true;
  const auto why = [](const DraftAbilities& draft, Plan plan, std::size_t schema_bytes) {
    RequestFacts facts;
    facts.tool_count = 1;
    facts.wants_structured_output = true;
    facts.structured_schema.assign(schema_bytes, ' ');
    return std::string(why_not_draft(facts, Features{}, draft, plan).value_or(""));
  };
  const std::string lacks = "structured_output";
  EXPECT_EQ(why(able, Plan::DraftOnly, 9), "");
  EXPECT_EQ(why(able, Plan::DraftValidate, 9), "");
  EXPECT_EQ(why(able, Plan::DraftVerify, 9), lacks);
  EXPECT_EQ(why(able, Plan::DraftTurn, 9), lacks);
  EXPECT_EQ(why(DraftAbilities{}, Plan::DraftOnly, 9), lacks);
  EXPECT_EQ(why(able, Plan::DraftOnly, kWantedSchemaBytesMax - 1), "");
  EXPECT_EQ(why(able, Plan::DraftOnly, kWantedSchemaBytesMax), lacks) << "it may have been cut";
}

TEST(EligibilityOfUrls, IsWhatTheDraftEndpointTakes) {
  RequestFacts facts;
  facts.has_images = facts.has_url_sources = true;
  DraftAbilities draft;
  draft.images = true;
  EXPECT_EQ(why_not_draft(facts, Features{}, draft, Plan::DraftVerify).value_or(""), "");
  draft.url_sources = false;
  EXPECT_EQ(why_not_draft(facts, Features{}, draft, Plan::DraftVerify).value_or(""), "url_sources");
  facts.has_url_sources = false;
  EXPECT_EQ(why_not_draft(facts, Features{}, draft, Plan::DraftVerify).value_or(""), "");
}

}  // namespace
}  // namespace rlm::route
