#include "draft/draft_guard.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace rlm::draft {
namespace {

Answer answer_of(std::string text) {
  Answer answer;
  answer.content.emplace_back().text = std::move(text);
  answer.stop_reason = "end_turn";
  answer.usage.output = 100;
  answer.usage.reported = true;
  answer.complete = true;
  return answer;
}

void add_block(Answer& answer, ContentBlock::Kind kind) {
  ContentBlock& block = answer.content.emplace_back();
  block.kind = kind;
  block.text = "{}";
}

constexpr const char* kSchema =
    R"({"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]})";

struct GuardCase {
  const char* name;
  std::function<void(Answer&, RequestFacts&)> change;
  std::string_view expected;  // empty: may be used
};

class DraftGuard : public testing::TestWithParam<GuardCase> {};

TEST_P(DraftGuard, NamesTheCause) {
  Answer answer = answer_of("Use a mutex around the map.");
  RequestFacts facts;
  facts.max_tokens = 1000;
  facts.last_user_text = "How do I make this map safe?";
  GetParam().change(answer, facts);
  EXPECT_EQ(why_refuse(answer, facts).value_or(""), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    DraftGuard, DraftGuard,
    testing::Values(
        GuardCase{"GoodAnswer", [](auto&, auto&) {}, ""},
        GuardCase{"StopSequence", [](auto& a, auto&) { a.stop_reason = "stop_sequence"; }, ""},
        GuardCase{"ThinkingBesideText",
                  [](auto& a, auto&) { add_block(a, ContentBlock::Kind::Thinking); }, ""},
        GuardCase{"NoMessageStop", [](auto& a, auto&) { a.complete = false; }, "incomplete"},
        GuardCase{"NoStopReason", [](auto& a, auto&) { a.stop_reason = ""; }, "incomplete"},
        GuardCase{"PausedTurn", [](auto& a, auto&) { a.stop_reason = "pause_turn"; }, "incomplete"},
        GuardCase{"VendorsOwnReason",
                  [](auto& a, auto&) { a.stop_reason = "insufficient_system_resource"; },
                  "incomplete"},
        GuardCase{"NoBlocks", [](auto& a, auto&) { a.content.clear(); }, "empty"},
        GuardCase{"BlanksOnly", [](auto& a, auto&) { a.content[0].text = " \n\t"; }, "empty"},
        GuardCase{"ThinkingOnly",
                  [](auto& a, auto&) { a.content[0].kind = ContentBlock::Kind::Thinking; },
                  "empty"},
        GuardCase{"CutBeforeTheClientsLimit", [](auto& a, auto&) { a.stop_reason = "max_tokens"; },
                  "cut_off"},
        GuardCase{"CutAtTheClientsLimit",
                  [](auto& a, auto& f) {
                    a.stop_reason = "max_tokens";
                    a.usage.output = f.max_tokens;
                  },
                  ""},
        GuardCase{"CutWithAnUnknownLimit",
                  [](auto& a, auto& f) {
                    a.stop_reason = "max_tokens";
                    f.max_tokens = -1;
                  },
                  "cut_off"},
        GuardCase{"WindowExceeded",
                  [](auto& a, auto&) { a.stop_reason = "model_context_window_exceeded"; },
                  "cut_off"},
        GuardCase{"RefusalAsStopReason", [](auto& a, auto&) { a.stop_reason = "refusal"; },
                  "refusal"},
        GuardCase{"RefusalAsText",
                  [](auto& a, auto&) { a.content[0].text = "I'm sorry, but I can't help."; },
                  "refusal"},
        GuardCase{"Loop",
                  [](auto& a, auto&) {
                    for (int i = 0; i < 8; ++i) a.content[0].text += "\nLet me check again.";
                  },
                  "repetition"},
        GuardCase{"OpenFence", [](auto& a, auto&) { a.content[0].text += "\n```cpp\nint x;"; },
                  "open_code_fence"},
        GuardCase{"OpenFenceAtTheClientsStopSequence",
                  [](auto& a, auto&) {
                    a.content[0].text += "\n```cpp\nint x;\n";
                    a.stop_reason = "stop_sequence";
                  },
                  ""},
        GuardCase{"OpenFenceAtTheClientsLimit",
                  [](auto& a, auto& f) {
                    a.content[0].text += "\n```cpp\nint x;\n";
                    a.stop_reason = "max_tokens";
                    a.usage.output = f.max_tokens;
                  },
                  ""},
        GuardCase{"ToolCallWithoutTools",
                  [](auto& a, auto&) { add_block(a, ContentBlock::Kind::ToolUse); },
                  "unexpected_tool_call"},
        GuardCase{"ToolCallWithTools",
                  [](auto& a, auto& f) {
                    add_block(a, ContentBlock::Kind::ToolUse);
                    f.tool_count = 3;
                  },
                  "unproven_tool_call"},
        GuardCase{"StopForALostToolCall", [](auto& a, auto&) { a.stop_reason = "tool_use"; },
                  "unexpected_tool_call"},
        GuardCase{"UnknownBlock", [](auto& a, auto&) { add_block(a, ContentBlock::Kind::Other); },
                  "unknown_block"},
        GuardCase{"PromisedJson",
                  [](auto& a, auto& f) {
                    f.wants_structured_output = true;
                    a.content[0].text = " {\"ok\": true}\n";
                  },
                  ""},
        GuardCase{"PromisedJsonThatIsProse",
                  [](auto&, auto& f) { f.wants_structured_output = true; },
                  "structured_output_not_json"},
        GuardCase{"PromisedJsonInAFence",
                  [](auto& a, auto& f) {
                    f.wants_structured_output = true;
                    a.content[0].text = "```json\n{\"ok\": true}\n```";
                  },
                  "structured_output_not_json"},
        GuardCase{"PromisedSchemaKept",
                  [](auto& a, auto& f) {
                    f.wants_structured_output = true;
                    f.structured_schema = kSchema;
                    a.content[0].text = R"({"ok":true})";
                  },
                  ""},
        GuardCase{"PromisedSchemaBroken",
                  [](auto& a, auto& f) {
                    f.wants_structured_output = true;
                    f.structured_schema = kSchema;
                    a.content[0].text = R"({"ok":"yes"})";
                  },
                  "structured_output_schema"},
        GuardCase{"PromisedSchemaThatCannotBeChecked",
                  [](auto& a, auto& f) {
                    f.wants_structured_output = true;
                    f.structured_schema = R"({"$ref":"https://example.com/schema"})";
                    a.content[0].text = R"({"ok":"yes"})";
                  },
                  "structured_output_unchecked"},
        GuardCase{"PromisedObjectThatIsAList",
                  [](auto& a, auto& f) {
                    f.wants_structured_output = true;
                    f.structured_schema = kSchema;
                    a.content[0].text = R"([{"ok":true}])";
                  },
                  "structured_output_schema"},
        GuardCase{"WrongScript",
                  [](auto& a, auto& f) {
                    f.last_user_text = "Please explain why this function is slow on large inputs.";
                    for (int i = 0; i < 4; ++i)
                      a.content[0].text +=
                          std::to_string(i) + "这个函数在处理大输入时很慢请解释原因";
                  },
                  "language_script"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(DraftGuard, JoinsTextBlocksBeforeItLooks) {
  Answer answer = answer_of("```cpp\nint x;\n");
  answer.content.emplace_back().text = "```\n";
  EXPECT_EQ(why_refuse(answer, RequestFacts{}), std::nullopt);
}

}  // namespace
}  // namespace rlm::draft
