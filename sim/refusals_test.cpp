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
    testing::Values(
        BadRequestCase{"NoJson", "{", 400, "not valid JSON"},
        BadRequestCase{"NoMessages", R"({"model":"sim-verify","max_tokens":5})", 400,
                       "messages: Field required"},
        BadRequestCase{"NoMaxTokens", R"({"model":"sim-verify","messages":[]})", 400,
                       "max_tokens: Field required"},
        BadRequestCase{"UnknownModel", user_body("x", false, "", "gpt"), 404, "model: gpt"},
        BadRequestCase{"SamplingInTheNewVersion", user_body("x", false, R"(,"temperature":1)"), 400,
                       "temperature: Extra inputs are not permitted"},
        BadRequestCase{"UnknownField", user_body("x", false, R"(,"tempo":1)"), 400,
                       "tempo: Extra inputs are not permitted"},
        BadRequestCase{
            "Prefill",
            with_messages(R"({"role":"user","content":"a"},{"role":"assistant","content":"b"})"),
            400, "does not support assistant message prefill"},
        BadRequestCase{
            "ToolUseWithoutResult",
            with_messages(
                R"({"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]},{"role":"user","content":"b"})"),
            400, "`tool_use` ids were found without `tool_result` blocks immediately after: t1"},
        BadRequestCase{
            "ResultWithoutToolUse",
            with_messages(
                R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t9","content":"x"}]})"),
            400, "unexpected `tool_use_id` found in `tool_result` blocks: t9"},
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

TEST(Refusals, RefusesAPromptBeyondItsContext) {
  SimConfig config;
  config.context_max = 10;
  const auto model = running(config);
  EXPECT_THAT(ask(*model, user_body(std::string(36, 'a'))).body,
              HasSubstr("prompt is too long: 11 tokens > 10 maximum"));
}

TEST(Refusals, KnowsItsThinkingBlocksAgainAndRefusesForeignOnes) {
  SimConfig config;
  config.strict.signatures = true;
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
