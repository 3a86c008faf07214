// The guard where tool calls are proven afterwards.

#include <gtest/gtest.h>

#include <functional>

#include "draft/draft_guard.hpp"

namespace rlm::draft {
namespace {

struct ToolDraftCase {
  const char* name;
  std::function<void(Answer&, RequestFacts&)> change;
  std::string_view expected;  // empty: passes on to the proof
};

class ToolDraftGuard : public testing::TestWithParam<ToolDraftCase> {};

TEST_P(ToolDraftGuard, LetsWholeCallsPass) {
  Answer answer;
  answer.content.resize(2);
  answer.content[0].text = "I look first.";
  answer.content[1].kind = ContentBlock::Kind::ToolUse;
  answer.content[1].name = "Read";
  answer.content[1].text = "{}";
  answer.stop_reason = "tool_use";
  answer.complete = true;
  RequestFacts facts;
  facts.max_tokens = 100;
  facts.tool_count = 1;
  GetParam().change(answer, facts);
  EXPECT_EQ(why_refuse(answer, facts, ToolCalls::ProvenLater).value_or(""), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    DraftGuard, ToolDraftGuard,
    testing::Values(
        ToolDraftCase{"Whole", [](auto&, auto&) {}, ""},
        ToolDraftCase{"WithoutText", [](auto& a, auto&) { a.content.erase(a.content.begin()); },
                      ""},
        ToolDraftCase{"EndTurnBehindACall", [](auto& a, auto&) { a.stop_reason = "end_turn"; }, ""},
        ToolDraftCase{"NoToolsOffered", [](auto&, auto& f) { f.tool_count = 0; },
                      "unexpected_tool_call"},
        ToolDraftCase{"LostCall", [](auto& a, auto&) { a.content.pop_back(); },
                      "unproven_tool_call"},
        ToolDraftCase{"CutAtTheClientsLimit",
                      [](auto& a, auto& f) {
                        a.stop_reason = "max_tokens";
                        a.usage.output = f.max_tokens;
                      },
                      "cut_off"},
        ToolDraftCase{"CutByAStopSequence", [](auto& a, auto&) { a.stop_reason = "stop_sequence"; },
                      "cut_off"},
        ToolDraftCase{"NoMessageStop", [](auto& a, auto&) { a.complete = false; }, "incomplete"},
        ToolDraftCase{"RefusalBesideACall",
                      [](auto& a, auto&) { a.content[0].text = "I'm sorry, but I can't help."; },
                      "refusal"},
        ToolDraftCase{"TextOnly",
                      [](auto& a, auto&) {
                        a.content.pop_back();
                        a.stop_reason = "end_turn";
                      },
                      ""}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace rlm::draft
