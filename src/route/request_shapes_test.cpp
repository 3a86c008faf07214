// Whole bodies in the shapes that agents send, from bytes to plan: what must not be mistaken for
// the user's text (reminders, system prompts, system entries), and how large requests stay simple.

#include <gtest/gtest.h>

#include "route/choose_plan.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::route {
namespace {

const std::string kHeavyPrompt = [] {
  std::string text = "You design, refactor, debug and analyze software step by step. ";
  while (text.size() < 38'000) text += "Mind security, performance and concurrency. ";
  return text;
}();
const std::string kReminder = "<system-reminder>" + kHeavyPrompt + "</system-reminder>";
const std::string kTools = R"([{"name":"Read","description":"Read a file to analyze it",)"
                           R"("input_schema":{"type":"object"}}])";

std::string text_block(const std::string& text) {
  return R"({"type":"text","text":")" + text + R"("})";
}

std::string user(const std::string& blocks) {
  return R"({"role":"user","content":[)" + blocks + "]}";
}

const std::string kSystemEntry =
    R"({"role":"system","content":"Deferred tools: refactor, debug."})";
const std::string kCall = R"({"role":"assistant","content":[)"
                          R"({"type":"tool_use","id":"toolu_1","name":"Read","input":{}}]})";
const std::string kThoughtAndCall =
    R"({"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},)"
    R"({"type":"tool_use","id":"toolu_1","name":"Read","input":{}}]})";
const std::string kResult =
    R"({"type":"tool_result","tool_use_id":"toolu_1","content":"security: debug"})";
const std::string kFailedResult =
    R"({"type":"tool_result","tool_use_id":"toolu_1","is_error":true,"content":"no such file"})";

std::string body_of(const std::string& messages, const std::string& more = "") {
  return R"({"model":"claude-opus-5-5","max_tokens":32000,"stream":true,"system":[)" +
         text_block("x-anthropic-billing-header: cc_version=2.1.330.abc;") + "," +
         text_block(kHeavyPrompt) + R"(],"messages":[)" + messages + "]" + more + "}";
}

Request request_of(const std::string& text, Headers headers = {}) {
  Request request;
  request.headers = std::move(headers);
  request.body = Buffer(text);
  wire::JsonIndex index;
  auto facts = wire::read_request_facts(request.body, index, {}, false);
  EXPECT_TRUE(facts.has_value()) << (facts ? "" : facts.error().message);
  if (facts) request.facts = std::move(*facts);
  return request;
}

struct ShapeCase {
  const char* name;
  std::string body;
  std::string_view turn;
  std::string_view plan;
  std::string reason;
  std::size_t user_characters;
};

class RequestShape : public testing::TestWithParam<ShapeCase> {};

TEST_P(RequestShape, IsReadAsWhatItIs) {
  const Request request = request_of(GetParam().body);
  const Features features = features_of(request);
  RoutePolicy policy;
  policy.preset = RoutePolicy::Preset::Paper;
  const auto decision = *choose_plan(request.facts, features, policy, std::nullopt);
  EXPECT_EQ(name_of(features.turn), GetParam().turn);
  EXPECT_EQ(name_of(decision.plan), GetParam().plan);
  EXPECT_EQ(decision.reason, GetParam().reason);
  EXPECT_EQ(features.user_characters, GetParam().user_characters) << features.user_text;
}

std::string with_tools() {
  return R"(,"tools":)" + kTools;
}
std::string wanting(const std::string& properties) {
  return R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object",)"
         R"("properties":)" +
         properties + R"(,"additionalProperties":false}}})";
}

INSTANTIATE_TEST_SUITE_P(
    Agents, RequestShape,
    testing::Values(
        ShapeCase{"ShortTextInALargeBody", body_of(user(text_block("What is 2+2?"))), "chat",
                  "draft_only", "simple", 12},
        ShapeCase{"ReminderBesideTheText",
                  body_of(user(text_block(kReminder) + "," + text_block("What is 2+2?"))), "chat",
                  "draft_only", "simple", 12},
        ShapeCase{"ReminderInsideTheText",
                  body_of(user(text_block("What is " + kReminder + "2+2?"))), "chat", "draft_only",
                  "simple", 12},
        ShapeCase{"TextAsAString",
                  body_of(R"({"role":"user","content":")" + kReminder + R"(\nWhat is 2+2?"})"),
                  "chat", "draft_only", "simple", 12},
        ShapeCase{"KeywordInTheText", body_of(user(text_block("Refactor it"))), "chat",
                  "draft_verify", "keyword:refactor", 11},
        ShapeCase{"LongText", body_of(user(text_block(std::string(1500, 'a')))), "chat",
                  "draft_verify", "long", 1500},
        ShapeCase{"KeywordInAnEarlierTurn",
                  body_of(user(text_block("Refactor it")) +
                          R"(,{"role":"assistant","content":"Shall I debug it too?"},)" +
                          user(text_block("yes"))),
                  "chat", "draft_only", "simple", 3},
        ShapeCase{"EndsWithASystemEntry",
                  body_of(user(text_block("What is 2+2?")) + "," + kSystemEntry), "chat",
                  "draft_only", "simple", 12},
        ShapeCase{"KeywordThenASystemEntry",
                  body_of(user(text_block("Refactor it")) + "," + kSystemEntry), "chat", "direct",
                  "ends_with_system", 11},
        ShapeCase{"MainLoop", body_of(user(text_block("Refactor it")), with_tools()), "ask",
                  "direct", "tools", 11},
        ShapeCase{"MainLoopEndingWithASystemEntry",
                  body_of(user(text_block("yes")) + "," + kSystemEntry, with_tools()), "ask",
                  "direct", "tools", 3},
        ShapeCase{
            "ToolResultThenASystemEntry",
            body_of(user(text_block("Go")) + "," + kCall + "," + user(kResult) + "," + kSystemEntry,
                    with_tools()),
            "continue", "direct", "tools", 0},
        ShapeCase{
            "FailedToolResult",
            body_of(user(text_block("Go")) + "," + kCall + "," + user(kFailedResult), with_tools()),
            "recover", "direct", "tools", 0},
        ShapeCase{"ToolLoopWithThinkingButNoToolsOffered",
                  body_of(user(text_block("Go")) + "," + kThoughtAndCall + "," + user(kResult)),
                  "continue", "direct", "thinking_loop", 0},
        ShapeCase{"SessionTitle",
                  body_of(user(text_block("<session>debug</session>")),
                          wanting(R"({"title":{"type":"string"}})")),
                  "side", "direct", "structured_output", 24},
        ShapeCase{"PromptHook",
                  body_of(user(text_block("May it run?")),
                          wanting(R"({"ok":{"type":"boolean"},"reason":{"type":"string"}})")),
                  "side", "direct", "safety_gate", 11},
        ShapeCase{"AutoModeClassifier",
                  body_of(user(text_block("rm -rf /")), R"(,"stop_sequences":["</severity>"])"),
                  "side", "direct", "safety_gate", 8},
        ShapeCase{
            "AutoMode",
            body_of(user(text_block("yes")), R"(,"safeguards":[{"type":"dangerous_tool_use"}])"),
            "chat", "direct", "safeguards", 3},
        ShapeCase{"Compaction",
                  body_of(user(text_block("Go")) + "," + kCall + "," + user(kResult) + "," +
                              R"({"role":"user","content":"Respond with TEXT ONLY: <summary>"})",
                          with_tools()),
                  "compaction", "direct", "tools", 33}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(RequestShapes, ConversationWithoutASessionIdKeepsItsFingerprint) {
  const std::string opening = user(text_block("What is 2+2?"));
  const std::string answer = R"(,{"role":"assistant","content":"4"},)";
  const std::string first = features_of(request_of(body_of(opening))).session;
  const std::string second =
      features_of(request_of(body_of(opening + answer + user(text_block("And 3+3?"))))).session;
  const std::string other = features_of(request_of(body_of(user(text_block("Hello"))))).session;
  EXPECT_TRUE(first.starts_with("fp_")) << first;
  EXPECT_EQ(second, first);
  EXPECT_NE(other, first);
}

TEST(RequestShapes, SessionOfMetadataIsReadFromTheBody) {
  const std::string body =
      body_of(user(text_block("yes")), R"(,"metadata":{"user_id":"{\"session_id\":\"s-1\"}"})");
  EXPECT_EQ(features_of(request_of(body)).session, "s-1");
}

}  // namespace
}  // namespace rlm::route
