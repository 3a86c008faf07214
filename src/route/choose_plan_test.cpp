#include "route/choose_plan.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace rlm::route {
namespace {

// A request as the router sees it; `change` makes it what the case is about.
struct Shape {
  RequestFacts facts;
  Features features;
  RoutePolicy policy;
};

Shape simple_shape() {
  Shape shape;
  shape.policy.preset = RoutePolicy::Preset::Paper;
  shape.facts.last_role = shape.facts.last_speaker = Role::User;
  shape.facts.max_tokens = 4096;
  shape.facts.prompt_bytes = 49'000;  // every request of an agent is this large, whatever was asked
  shape.features.user_text = "What does this flag do?";
  shape.features.user_characters = 23;
  return shape;
}

struct PlanCase {
  const char* name;
  std::function<void(Shape&)> change;
  Plan plan;
  std::string reason;
  std::optional<Plan> forced = std::nullopt;
};

class ChoosePlan : public testing::TestWithParam<PlanCase> {};

TEST_P(ChoosePlan, IsTheExpectedOne) {
  Shape shape = simple_shape();
  GetParam().change(shape);
  const auto decision = *choose_plan(shape.facts, shape.features, shape.policy, GetParam().forced);
  EXPECT_EQ(name_of(decision.plan), name_of(GetParam().plan));
  EXPECT_EQ(decision.reason, GetParam().reason);
}

const auto name_of_case = [](const auto& tested) { return std::string(tested.param.name); };
void nothing(Shape&) {}
void offer_tools(Shape& s) {
  s.facts.tool_count = 12;
}
void be_safety_gate(Shape& s) {
  s.features.safety_gate = true;
}
void be_thinking_with_tools(Shape& s) {
  s.facts.thinking = Thinking::Enabled;
  s.facts.tool_count = 1;
}
void be_off(Shape& s) {
  s.policy.preset = RoutePolicy::Preset::Off;
}

INSTANTIATE_TEST_SUITE_P(
    PaperRules, ChoosePlan,
    testing::Values(
        PlanCase{"ShortQuestion", nothing, Plan::DraftOnly, "simple"},
        PlanCase{"AnyToolGoesDirect", offer_tools, Plan::Direct, "tools"},
        PlanCase{"Keyword", [](Shape& s) { s.features.user_text = "Please REFACTOR this"; },
                 Plan::DraftVerify, "keyword:refactor"},
        PlanCase{"Phrase", [](Shape& s) { s.features.user_text = "Explain it step by step."; },
                 Plan::DraftVerify, "keyword:step by step"},
        PlanCase{"KeywordInsideAWord", [](Shape& s) { s.features.user_text = "a designer's desk"; },
                 Plan::DraftOnly, "simple"},
        PlanCase{"KeywordAndTools",
                 [](Shape& s) {
                   offer_tools(s);
                   s.features.user_text = "refactor";
                 },
                 Plan::Direct, "tools"},
        PlanCase{"OneBelowTheLimit", [](Shape& s) { s.features.user_characters = 1499; },
                 Plan::DraftOnly, "simple"},
        PlanCase{"AtTheLimit", [](Shape& s) { s.features.user_characters = 1500; },
                 Plan::DraftVerify, "long"},
        PlanCase{"KeywordIsNamedBeforeLength",
                 [](Shape& s) {
                   s.features.user_text = "debug";
                   s.features.user_characters = 2000;
                 },
                 Plan::DraftVerify, "keyword:debug"},
        PlanCase{"OwnKeywords",
                 [](Shape& s) { s.policy.paper.keywords = std::vector<std::string>{"flag"}; },
                 Plan::DraftVerify, "keyword:flag"},
        PlanCase{"OwnLimit", [](Shape& s) { s.policy.paper.complex_characters_min = 23; },
                 Plan::DraftVerify, "long"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    ForcedPlans, ChoosePlan,
    testing::Values(
        PlanCase{"Direct", nothing, Plan::Direct, "forced", Plan::Direct},
        PlanCase{"DraftVerify", nothing, Plan::DraftVerify, "forced", Plan::DraftVerify},
        PlanCase{"DraftOnlyAgainstAKeyword", [](Shape& s) { s.features.user_text = "refactor"; },
                 Plan::DraftOnly, "forced", Plan::DraftOnly},
        PlanCase{"DraftVerifyWithTools", offer_tools, Plan::DraftVerify, "forced",
                 Plan::DraftVerify},
        PlanCase{"NotAgainstEligibility", [](Shape& s) { s.facts.has_images = true; }, Plan::Direct,
                 "images", Plan::DraftOnly},
        PlanCase{"NotAgainstTheSafetyGate", be_safety_gate, Plan::Direct, "safety_gate",
                 Plan::DraftOnly},
        PlanCase{"NotWhenOff", be_off, Plan::Direct, "off", Plan::DraftOnly},
        PlanCase{"OffIsNamedBeforeTheSafetyGate",
                 [](Shape& s) {
                   be_off(s);
                   be_safety_gate(s);
                 },
                 Plan::Direct, "off"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Eligibility, ChoosePlan,
    testing::Values(
        PlanCase{"SafetyGate", be_safety_gate, Plan::Direct, "safety_gate"},
        PlanCase{"CachePrewarm", [](Shape& s) { s.facts.max_tokens = 0; }, Plan::Direct,
                 "cache_prewarm"},
        PlanCase{"Safeguards", [](Shape& s) { s.facts.has_safeguards = true; }, Plan::Direct,
                 "safeguards"},
        PlanCase{"ThinkingLoop", [](Shape& s) { s.facts.loop_has_thinking = true; }, Plan::Direct,
                 "thinking_loop"},
        PlanCase{
            "ThinkingBeforeThisLoop",
            [](Shape& s) { s.facts.history_has_thinking = s.facts.ends_with_tool_result = true; },
            Plan::DraftOnly, "simple"},
        PlanCase{"ThinkingInAFinishedTurn", [](Shape& s) { s.facts.history_has_thinking = true; },
                 Plan::DraftOnly, "simple"},
        PlanCase{"ThinkingThatMustBeginALoop", be_thinking_with_tools, Plan::Direct,
                 "thinking_required", Plan::DraftValidate},
        PlanCase{"ThinkingThatARewriteWouldLack", be_thinking_with_tools, Plan::Direct,
                 "thinking_required", Plan::DraftVerify},
        PlanCase{"ThinkingAndADraftThatOnlyTalks", be_thinking_with_tools, Plan::DraftOnly,
                 "forced", Plan::DraftOnly},
        PlanCase{"ThinkingThatTheModelMayLeaveOut",
                 [](Shape& s) {
                   be_thinking_with_tools(s);
                   s.facts.thinking = Thinking::Adaptive;
                 },
                 Plan::DraftValidate, "forced", Plan::DraftValidate},
        PlanCase{"BoundToProvider", [](Shape& s) { s.facts.is_bound_to_provider = true; },
                 Plan::Direct, "bound_to_provider"},
        PlanCase{"ServerTools", [](Shape& s) { s.facts.has_server_tools = true; }, Plan::Direct,
                 "server_tools"},
        PlanCase{"Citations", [](Shape& s) { s.facts.has_citations = true; }, Plan::Direct,
                 "citations"},
        PlanCase{"UnknownBlocks", [](Shape& s) { s.facts.has_other_blocks = true; }, Plan::Direct,
                 "unknown_blocks"},
        PlanCase{"Images", [](Shape& s) { s.facts.has_images = true; }, Plan::Direct, "images"},
        PlanCase{"ImagesThatTheDraftCanSee",
                 [](Shape& s) { s.facts.has_images = s.policy.draft.images = true; },
                 Plan::DraftOnly, "simple"},
        PlanCase{"Documents", [](Shape& s) { s.facts.has_documents = true; }, Plan::Direct,
                 "documents"},
        PlanCase{"StructuredOutput", [](Shape& s) { s.facts.wants_structured_output = true; },
                 Plan::Direct, "structured_output"},
        PlanCase{"StopSequences", [](Shape& s) { s.facts.stop_sequences = {"END"}; },
                 Plan::DraftOnly, "simple"},
        PlanCase{"StopSequencesThatTheDraftLacks",
                 [](Shape& s) {
                   s.facts.stop_sequences = {"END"};
                   s.policy.draft.stop_sequences = false;
                 },
                 Plan::Direct, "stop_sequences"},
        PlanCase{"AssistantPrefill",
                 [](Shape& s) { s.facts.last_role = s.facts.last_speaker = Role::Assistant; },
                 Plan::Direct, "assistant_prefill"},
        PlanCase{"EndsWithSystem", [](Shape& s) { s.facts.last_role = Role::System; },
                 Plan::DraftOnly, "simple"},
        PlanCase{"NoVerdictCallBehindASystemEntry",
                 [](Shape& s) {
                   s.facts.last_role = Role::System;
                   s.features.user_text = "refactor";
                 },
                 Plan::Direct, "ends_with_system"},
        PlanCase{"LargestPrompt", [](Shape& s) { s.facts.prompt_bytes = 3'000'000; },
                 Plan::DraftOnly, "simple"},
        PlanCase{"PromptTooLong", [](Shape& s) { s.facts.prompt_bytes = 3'000'001; }, Plan::Direct,
                 "prompt_too_long"}),
    name_of_case);

TEST(RoutePolicy, PresetsHaveNames) {
  EXPECT_EQ(preset_named("paper"), RoutePolicy::Preset::Paper);
  EXPECT_EQ(preset_named("max_savings"), RoutePolicy::Preset::MaxSavings);
  EXPECT_EQ(preset_named("Paper"), std::nullopt);
  for (const auto preset : kPresets) EXPECT_EQ(preset_named(name_of(preset)), preset);
}

TEST(RoutePolicy, PresetsThatGoByCostLeaveOnlyTheirOwnRequestsToThePlanner) {
  for (const auto preset : {RoutePolicy::Preset::Safe, RoutePolicy::Preset::Balanced,
                            RoutePolicy::Preset::MaxSavings}) {
    Shape shape = simple_shape();
    shape.policy.preset = preset;
    EXPECT_EQ(choose_plan(shape.facts, shape.features, shape.policy, std::nullopt), std::nullopt);
    const auto forced = choose_plan(shape.facts, shape.features, shape.policy, Plan::DraftOnly);
    EXPECT_EQ(forced.value_or(Decision{}).plan, Plan::DraftOnly);
    be_safety_gate(shape);
    const auto gate = choose_plan(shape.facts, shape.features, shape.policy, Plan::DraftOnly);
    EXPECT_EQ(gate.value_or(Decision{}).reason, "safety_gate");
  }
}

TEST(RoutePolicy, PresetsTrustAsTheyPromise) {
  const auto trusted = [](RoutePolicy::Preset preset, TurnKind turn) {
    const QualityRule rule = quality_of(preset);
    return rule.of({turn, Complexity::Simple}, Risk::None) == Trust::Trusted &&
           rule.of({turn, Complexity::Complex}, Risk::Write) == Trust::Trusted;
  };
  for (std::size_t i = 0; i < kTurnKindCount; ++i) {
    const auto turn = static_cast<TurnKind>(i);
    EXPECT_FALSE(trusted(RoutePolicy::Preset::Safe, turn)) << name_of(turn);
    EXPECT_TRUE(trusted(RoutePolicy::Preset::MaxSavings, turn)) << name_of(turn);
    EXPECT_EQ(trusted(RoutePolicy::Preset::Balanced, turn),
              turn == TurnKind::Chat || turn == TurnKind::Side)
        << name_of(turn);
  }
}

TEST(PaperRules, EveryDefaultKeywordIsFound) {
  const PaperRules rules;
  for (const auto& keyword : default_complexity_keywords())
    EXPECT_EQ(rules.keywords.find("so " + keyword + " it").value_or(""), keyword);
}

TEST(Presets, KeepWhatFollowsFromNone) {
  QualityRule beside;
  beside.can_validate = true;
  beside.allowed[static_cast<std::size_t>(Risk::Write)] = false;
  for (const auto preset : kPresets) {
    const QualityRule rule = quality_of(preset, beside);
    EXPECT_TRUE(rule.can_validate);
    EXPECT_EQ(rule.allowed, beside.allowed);
  }
}

}  // namespace
}  // namespace rlm::route
