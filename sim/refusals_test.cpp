// What is refused, and in which words.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/test_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;

TEST(Refusals, AcceptsTheKeyInBothHeadersAndRefusesOthers) {
  SimConfig config;
  config.keys = {"good"};
  const auto model = running(config);
  Ask request;
  request.body = user_body("x");
  request.headers = Headers{{"x-api-key", "good"}, {"anthropic-version", "2023-06-01"}};
  EXPECT_EQ(ask(*model, request).status, 200);
  request.headers = Headers{{"authorization", "Bearer good"}, {"anthropic-version", "2026-10-21"}};
  EXPECT_EQ(ask(*model, request).status, 200);
  request.headers = Headers{{"authorization", "Bearer bad"}, {"anthropic-version", "2026-10-21"}};
  EXPECT_EQ(string_at(ask(*model, request).body, "error.type"), "authentication_error");
  request.headers = Headers{{"anthropic-version", "2026-10-21"}};
  EXPECT_EQ(ask(*model, request).status, 401);
  request.headers = Headers{{"x-api-key", "good"}};
  EXPECT_EQ(string_at(ask(*model, request).body, "error.message"),
            "anthropic-version: header is required");
}

struct BadRequestCase {
  const char* name;
  std::string body;
  int status;
  std::string message;
};

class RefusedRequest : public testing::TestWithParam<BadRequestCase> {};

TEST_P(RefusedRequest, IsAnsweredInTheProvidersWords) {
  const auto model = running();
  Ask request;
  request.body = GetParam().body;
  request.headers = Headers{{"x-api-key", "k"}, {"anthropic-version", "2026-10-21"}};
  const Got got = ask(*model, request);
  EXPECT_EQ(got.status, GetParam().status);
  EXPECT_THAT(string_at(got.body, "error.message"), HasSubstr(GetParam().message));
  EXPECT_EQ(string_at(got.body, "request_id"), got.header("request-id"));
  EXPECT_EQ(model->bill().count, 0u);
}

std::string with_messages(const std::string& messages) {
  return R"({"model":"sim-verify","max_tokens":5,"messages":[)" + messages + "]}";
}

INSTANTIATE_TEST_SUITE_P(
    Refusals, RefusedRequest,
    testing::Values(BadRequestCase{"NoJson", "{", 400, "not valid JSON"},
                    BadRequestCase{"NoMessages", R"({"model":"sim-verify","max_tokens":5})", 400,
                                   "messages: Field required"},
                    BadRequestCase{"NoMaxTokens", R"({"model":"sim-verify","messages":[]})", 400,
                                   "max_tokens: Field required"},
                    BadRequestCase{"UnknownModel", user_body("x", false, "", "gpt"), 404,
                                   "model: gpt"},
                    BadRequestCase{"SamplingInTheNewVersion",
                                   user_body("x", false, R"(,"temperature":1)"), 400,
                                   "temperature: Extra inputs are not permitted"},
                    BadRequestCase{"UnknownField", user_body("x", false, R"(,"tempo":1)"), 400,
                                   "tempo: Extra inputs are not permitted"},
                    BadRequestCase{
                        "Prefill",
                        with_messages(
                            R"({"role":"user","content":"a"},{"role":"assistant","content":"b"})"),
                        400, "does not support assistant message prefill"},
                    BadRequestCase{
                        "ToolUseWithoutResult",
                        with_messages(
                            R"({"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]},{"role":"user","content":"b"})"),
                        400,
                        "`tool_use` ids were found without `tool_result` blocks immediately after: "
                        "t1"},
                    BadRequestCase{
                        "ResultWithoutToolUse",
                        with_messages(
                            R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t9","content":"x"}]})"),
                        400, "unexpected `tool_use_id` found in `tool_result` blocks: t9"},
                    BadRequestCase{
                        "MalformedToolId",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"tool_use","id":"f.B:0","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"f.B:0","content":"x"}]})"),
                        400,
                        "messages.1.content.0.tool_use.id: String should match pattern "
                        "'^[a-zA-Z0-9_-]+$'"},
                    BadRequestCase{
                        "RepeatedToolId",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]})"),
                        400, "messages.3: `tool_use` ids must be unique"},
                    BadRequestCase{
                        "TwoResultsOfOneCall",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"},{"type":"tool_result","tool_use_id":"t1","content":"x"}]})"),
                        400, "Found multiple `tool_result` blocks with id: t1"},
                    BadRequestCase{
                        "TextBeforeTheResult",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]},{"role":"user","content":[{"type":"text","text":"x"},{"type":"tool_result","tool_use_id":"t1","content":"x"}]})"),
                        400,
                        "`tool_use` ids were found without `tool_result` blocks immediately after: "
                        "t1"},
                    BadRequestCase{
                        "TextMessageBeforeTheResult",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]},{"role":"user","content":[{"type":"text","text":"x"}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]})"),
                        400,
                        "`tool_use` ids were found without `tool_result` blocks immediately after: "
                        "t1"},
                    BadRequestCase{
                        "ToolUseByTheUser",
                        with_messages(
                            R"({"role":"user","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]})"),
                        400, "`tool_use` blocks can only be in `assistant` messages"},
                    BadRequestCase{"ResultByTheAssistant", with_messages(R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}},{"type":"tool_result","tool_use_id":"t1","content":"x"}]},{"role":"user","content":[{"type":"text","text":"x"}]})"),
                                   400, "`tool_result` blocks can only be in `user` messages"},
                    BadRequestCase{
                        "InputThatIsNoObject",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":"{}"}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]})"),
                        400, "tool_use.input: Input should be an object"},
                    BadRequestCase{
                        "EmptyText",
                        with_messages(R"({"role":"user","content":[{"type":"text","text":""}]})"),
                        400, "text content blocks must be non-empty"},
                    BadRequestCase{
                        "UnknownRole", with_messages(R"({"role":"ctx","content":"a"})"), 400,
                        "messages.0.role: Input should be 'user', 'assistant' or 'system'"},
                    BadRequestCase{
                        "SystemFirst",
                        with_messages(
                            R"({"role":"system","content":"a"},{"role":"user","content":[{"type":"text","text":"x"}]})"),
                        400, "a `system` message must follow a `user` message"},
                    BadRequestCase{
                        "UserBehindSystem",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"system","content":"a"},{"role":"user","content":[{"type":"text","text":"x"}]})"),
                        400, "a `system` message must be the last"},
                    BadRequestCase{
                        "ThinkingByTheUser",
                        with_messages(
                            R"({"role":"user","content":[{"type":"thinking","thinking":"","signature":"s"}]})"),
                        400, "`thinking` blocks can only be in `assistant` messages"},
                    BadRequestCase{
                        "ForeignThinking",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"x"}]},{"role":"user","content":[{"type":"text","text":"x"}]})"),
                        400, "messages.1.content.0: Invalid `signature` in `thinking` block"},
                    BadRequestCase{
                        "ForeignRedactedThinking",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"x"}]},{"role":"assistant","content":[{"type":"redacted_thinking","data":"d"},{"type":"text","text":"x"}]},{"role":"user","content":[{"type":"text","text":"x"}]})"),
                        400, "Invalid `data` in `redacted_thinking` block"},
                    BadRequestCase{
                        "FiveBreakpoints",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"1","cache_control":{"type":"ephemeral"}},{"type":"text","text":"2","cache_control":{"type":"ephemeral"}},{"type":"text","text":"3","cache_control":{"type":"ephemeral"}},{"type":"text","text":"4","cache_control":{"type":"ephemeral"}},{"type":"text","text":"5","cache_control":{"type":"ephemeral"}}]})"),
                        400, "A maximum of 4 blocks with cache_control may be provided. Found 5."},
                    BadRequestCase{
                        "HourAfterFiveMinutes",
                        with_messages(
                            R"({"role":"user","content":[{"type":"text","text":"1","cache_control":{"type":"ephemeral"}},{"type":"text","text":"2","cache_control":{"type":"ephemeral","ttl":"1h"}}]})"),
                        400, "must not come after"}),
    [](const auto& tested) { return tested.param.name; });

std::string loop_body(const std::string& model, const std::string& thinking,
                      const std::string& first_block) {
  return R"({"model":")" + model + R"(","max_tokens":2000,"thinking":)" + thinking +
         R"(,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[)" +
         first_block + R"({"type":"tool_use","id":"t1","name":"n","input":{}}]},)" +
         R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t1"}]}]})";
}

TEST(Refusals, AManuallyThinkingModelWantsItsLoopBegunWithThinking) {
  const auto model = running();
  const Got got =
      ask(*model, loop_body("sim-verify", R"({"type":"enabled","budget_tokens":1024})", ""));
  EXPECT_EQ(got.status, 400);
  EXPECT_THAT(string_at(got.body, "error.message"),
              HasSubstr("messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, "
                        "but found `tool_use`"));
  for (const char* thinking : {R"({"type":"adaptive"})", R"({"type":"disabled"})"})
    EXPECT_EQ(ask(*model, loop_body("sim-verify", thinking, "")).status, 200);
}

TEST(Refusals, DeepSeekWantsReasoningWithAllTurnsOrNoneAndSpeaksItsOwnErrors) {
  SimConfig config;
  config.models = {"sim-draft"};
  config.provider = Provider::DeepSeek;
  const auto model = running(config);
  const std::string off = R"({"type":"disabled"})";
  const std::string on = R"({"type":"enabled"})";
  const std::string reasoning = R"({"type":"thinking","thinking":"hm","signature":""},)";
  EXPECT_EQ(ask(*model, loop_body("sim-draft", off, "")).status, 200);
  EXPECT_EQ(ask(*model, loop_body("sim-draft", off, reasoning)).status, 200);
  EXPECT_EQ(ask(*model, loop_body("sim-draft", on, reasoning)).status, 200);
  const Got missing = ask(*model, loop_body("sim-draft", on, ""));
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.body,
            R"({"error":{"message":"The `content[].thinking` in the thinking mode must be passed )"
            R"(back to the API.","type":"invalid_request_error","param":null,)"
            R"("code":"invalid_request_error"}})");
  const std::string said =
      R"({"type":"text","text":"x"}]},{"role":"user","content":"b"},{"role":"assistant","content":[)";
  EXPECT_EQ(ask(*model, loop_body("sim-draft", off, reasoning + said)).status, 400) << "mixed";
  for (const char* type : {"document", "redacted_thinking", "image", "mcp_tool_use"})
    EXPECT_THAT(string_at(ask(*model, loop_body("sim-draft", off,
                                                R"({"type":")" + std::string(type) + "\"},"))
                              .body,
                          "error.message"),
                HasSubstr("unsupported content block type"));
  EXPECT_THAT(
      ask(*model,
          R"({"model":"sim-draft","max_tokens":5,"messages":[{"role":"user","content":"a"},{"role":"system","content":"b"}]})")
          .body,
      HasSubstr("messages.1.role: Input should be 'user' or 'assistant'"));
}

TEST(Refusals, RefusesAPromptBeyondItsContext) {
  SimConfig config;
  config.context_max = 10;
  const auto model = running(config);
  EXPECT_THAT(ask(*model, user_body(std::string(36, 'a'))).body,
              HasSubstr("prompt is too long: 11 tokens > 10 maximum"));
}

TEST(Refusals, KnowsItsThinkingBlocksAgainAndRefusesForeignOnes) {
  SimConfig config;
  config.thinking_tokens = {20, 0};
  const auto model = running(config);
  const std::string thinking = R"(,"thinking":{"type":"adaptive","display":"summarized"}})";
  const std::string question = R"({"role":"user","content":"a"})";
  const std::string head = R"({"model":"sim-verify","max_tokens":500,"messages":[)";
  const Got first = ask(*model, head + question + "]" + thinking);
  const auto begin = first.body.find("{\"type\":\"thinking\"");
  ASSERT_NE(begin, std::string::npos) << first.body;
  const std::string block = first.body.substr(begin, first.body.find('}', begin) + 1 - begin);
  const std::string answer =
      "{\"role\":\"assistant\",\"content\":[" + block + R"(,{"type":"text","text":"b"}]})";
  const std::string tail = "," + answer + R"(,{"role":"user","content":"c"}])" + thinking;
  EXPECT_EQ(ask(*model, head + question + tail).status, 200);
  const Got moved = ask(*model, head + R"({"role":"user","content":"other"})" + tail);
  EXPECT_EQ(moved.status, 400);
  EXPECT_THAT(moved.body,
              HasSubstr("messages.1.content.0: Invalid `signature` in `thinking` block"));
}

}  // namespace
}  // namespace rlm::sim
