// What each provider of Chat Completions refuses, and in which words.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/chat_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;

struct ChatCase {
  const char* name;
  Provider provider;
  std::string body;
  int status;
  std::string message;
  std::string code;
};

class RefusedChat : public testing::TestWithParam<ChatCase> {};

TEST_P(RefusedChat, IsAnsweredInTheProvidersWords) {
  const auto model = running(speaking(GetParam().provider));
  const Got got = chat(*model, GetParam().body);
  EXPECT_EQ(got.status, GetParam().status);
  EXPECT_THAT(string_at(got.body, "error.message"), HasSubstr(GetParam().message));
  EXPECT_EQ(string_at(got.body, "error.code"), GetParam().code);
  EXPECT_EQ(model->bill().count, 0u);
}

std::string name_of(const testing::TestParamInfo<ChatCase>& test) {
  return test.param.name;
}

constexpr auto kOpenAi = Provider::OpenAi;
constexpr auto kDeepSeek = Provider::DeepSeek;

std::string called(const std::string& id, const std::string& more = "") {
  return R"({"role":"user","content":"a"},{"role":"assistant","content":null)" + more +
         R"(,"tool_calls":[{"id":")" + id +
         R"(","type":"function","function":{"name":"run","arguments":"{}"}}]})";
}
std::string result(const std::string& id) {
  return R"(,{"role":"tool","tool_call_id":")" + id + R"(","content":"ok"})";
}
std::string tool(const std::string& function) {
  return R"(,"tools":[{"type":"function","function":)" + function + "}]";
}

INSTANTIATE_TEST_SUITE_P(
    OpenAi, RefusedChat,
    testing::Values(
        ChatCase{"NoJson", kOpenAi, "{", 400, "could not parse the JSON body", ""},
        ChatCase{"NoMessages", kOpenAi, R"({"model":"sim-verify"})", 400,
                 "Missing required parameter: 'messages'.", "missing_required_parameter"},
        ChatCase{"EmptyMessages", kOpenAi, chat_body(""), 400, "empty array", "empty_array"},
        ChatCase{"WrongType", kOpenAi, R"({"model":"sim-verify","messages":"x"})", 400,
                 "Invalid type for 'messages': expected an array of objects, but got a string",
                 "invalid_type"},
        ChatCase{"UnknownModel", kOpenAi,
                 R"({"model":"gpt","messages":[{"role":"user","content":"x"}]})", 404,
                 "The model `gpt` does not exist", "model_not_found"},
        ChatCase{"UnknownField", kOpenAi, chat_user("x", R"(,"top_k":1)"), 400,
                 "Unrecognized request argument supplied: top_k", ""},
        ChatCase{
            "CacheControl", kOpenAi,
            chat_body(
                R"({"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]})"),
            400, "Unknown parameter: 'messages[0].content[0].cache_control'.", "unknown_parameter"},
        ChatCase{"MaxTokens", kOpenAi, chat_user("x", R"(,"max_tokens":5)"), 400,
                 "Use 'max_completion_tokens' instead", "unsupported_parameter"},
        ChatCase{"Temperature", kOpenAi, chat_user("x", R"(,"temperature":0.2)"), 400,
                 "'temperature' does not support 0.2", "unsupported_value"},
        ChatCase{"FiveStops", kOpenAi, chat_user("x", R"(,"stop":["a","b","c","d","e"])"), 400,
                 "Expected an array with maximum length 4, but got an array with length 5",
                 "array_above_max_length"},
        ChatCase{"StreamOptionsAlone", kOpenAi,
                 chat_user("x", R"(,"stream_options":{"include_usage":true})"), 400,
                 "only allowed when 'stream' is enabled", ""},
        ChatCase{"UnknownRole", kOpenAi, chat_body(R"({"role":"human","content":"x"})"), 400,
                 "Invalid value: 'human'.", "invalid_value"},
        ChatCase{"NullContent", kOpenAi, chat_body(R"({"role":"assistant","content":null})"), 400,
                 "expected a string, got null", ""},
        ChatCase{"ResultWithoutCall", kOpenAi, chat_body(called("c1") + result("c2")), 400,
                 "must be a response to a preceeding message with 'tool_calls'", ""},
        ChatCase{"TwoResults", kOpenAi, chat_body(called("c1") + result("c1") + result("c1")), 400,
                 "must be a response to a preceeding message", ""},
        ChatCase{"CallWithoutResult", kOpenAi,
                 chat_body(called("c1") + R"(,{"role":"user","content":"b"})"), 400,
                 "did not have response messages: c1", ""},
        ChatCase{"LastCallWithoutResult", kOpenAi, chat_body(called("c1")), 400,
                 "did not have response messages: c1", ""},
        ChatCase{"LongId", kOpenAi, chat_body(called(std::string(41, 'i'))), 400,
                 "maximum length 40, but got a string with length 41", "string_above_max_length"},
        ChatCase{
            "ObjectArguments", kOpenAi,
            chat_body(
                R"({"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"run","arguments":{}}}]})"),
            400, "expected a string, but got an object", "invalid_type"},
        ChatCase{"ToolName", kOpenAi, chat_user("x", tool(R"({"name":"a.b"})")), 400,
                 "does not match pattern", "invalid_value"},
        ChatCase{"LongToolName", kOpenAi,
                 chat_user("x", tool(R"({"name":")" + std::string(65, 'n') + "\"}")), 400,
                 "maximum length 64", "string_above_max_length"},
        ChatCase{"AnthropicTool", kOpenAi,
                 chat_user("x", R"(,"tools":[{"name":"run","input_schema":{}}])"), 400,
                 "Unknown parameter: 'tools[0].name'.", "unknown_parameter"},
        ChatCase{
            "OpenStrictSchema", kOpenAi,
            chat_user(
                "x",
                tool(
                    R"({"name":"run","strict":true,"parameters":{"type":"object","properties":{}}})")),
            400, "'additionalProperties' is required", "invalid_function_parameters"},
        ChatCase{"ChoiceWithoutTools", kOpenAi, chat_user("x", R"(,"tool_choice":"auto")"), 400,
                 "only allowed when 'tools' are specified", ""},
        ChatCase{
            "ChoiceOfNoTool", kOpenAi,
            chat_user("x", tool(R"({"name":"run"})") +
                               R"(,"tool_choice":{"type":"function","function":{"name":"walk"}})"),
            400, "'walk' not found", ""},
        ChatCase{"JsonObjectWithoutTheWord", kOpenAi,
                 chat_user("x", R"(,"response_format":{"type":"json_object"})"), 400,
                 "must contain the word 'json'", ""},
        ChatCase{"ReasoningContent", kOpenAi,
                 chat_body(R"({"role":"assistant","content":"x","reasoning_content":"y"})"), 400,
                 "Unknown parameter: 'messages[0].reasoning_content'.", "unknown_parameter"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Others, RefusedChat,
    testing::Values(
        ChatCase{"DeepSeekUnknownModel", kDeepSeek,
                 R"({"model":"gpt","messages":[{"role":"user","content":"x"}]})", 400,
                 "Model Not Exist", "invalid_request_error"},
        ChatCase{"DeepSeekRole", kDeepSeek, chat_body(R"({"role":"developer","content":"x"})"), 422,
                 "Failed to deserialize the JSON body", "invalid_request_error"},
        ChatCase{"DeepSeekSchema", kDeepSeek,
                 chat_user("x", R"(,"response_format":{"type":"json_schema"})"), 400,
                 "response_format type is unavailable", "invalid_request_error"},
        ChatCase{
            "DeepSeekImage", kDeepSeek,
            chat_body(
                R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}]})"),
            422, "image_url", "invalid_request_error"},
        ChatCase{"DeepSeekMaxCompletionTokens", kDeepSeek,
                 chat_user("x", R"(,"max_completion_tokens":5)"), 400, "Use 'max_tokens' instead",
                 "invalid_request_error"},
        ChatCase{"DeepSeekReasoningLeftOut", kDeepSeek, chat_body(called("c1") + result("c1")), 400,
                 "`reasoning_content` in the thinking mode must be passed back",
                 "invalid_request_error"},
        ChatCase{"FoundryUnknownModel", Provider::Foundry,
                 R"({"model":"gpt","messages":[{"role":"user","content":"x"}]})", 404,
                 "API deployment for this resource does not exist", "DeploymentNotFound"}),
    name_of);

TEST(ChatRefusals, DeepSeekIsContentWhenReasoningReturnsOrThinkingIsOff) {
  const auto model = running(speaking(kDeepSeek));
  EXPECT_EQ(
      chat(*model, chat_body(called("c1", R"(,"reasoning_content":"hm")") + result("c1"))).status,
      200);
  EXPECT_EQ(
      chat(*model, chat_body(called("c1") + result("c1"), R"(,"thinking":{"type":"disabled"})"))
          .status,
      200);
}

TEST(ChatRefusals, CredentialsAreBearersAndFoundrysApiKey) {
  for (const Provider provider : {kOpenAi, kDeepSeek, Provider::OpenRouter, Provider::Foundry}) {
    SimConfig config = speaking(provider);
    config.keys = {"good"};
    const auto model = running(config);
    Ask request;
    request.target = "/v1/chat/completions";
    request.body = chat_user("x");
    request.headers = Headers{{"authorization", "Bearer good"}};
    EXPECT_EQ(ask(*model, request).status, 200);
    request.headers = Headers{{"authorization", "Bearer bad"}};
    EXPECT_EQ(ask(*model, request).status, 401);
    request.headers = Headers{{"x-api-key", "good"}};
    EXPECT_EQ(ask(*model, request).status, 401);
    request.headers = Headers{{"api-key", "good"}};
    EXPECT_EQ(ask(*model, request).status, provider == Provider::Foundry ? 200 : 401);
  }
}

TEST(ChatRefusals, OpenAiNamesTheWrongKey) {
  SimConfig config = speaking(kOpenAi);
  config.keys = {"good"};
  const auto model = running(config);
  EXPECT_EQ(string_at(chat(*model, chat_user("x")).body, "error.code"), "invalid_api_key");
}

TEST(ChatRefusals, APromptBeyondTheContextIsNamedByItsCode) {
  SimConfig config = speaking(kOpenAi);
  config.context_max = 10;
  const auto model = running(config);
  const Got got = chat(*model, chat_user(std::string(36, 'a')));
  EXPECT_EQ(got.status, 400);
  EXPECT_EQ(string_at(got.body, "error.code"), "context_length_exceeded");
}

TEST(ChatRefusals, OtherPathsAndMethodsAreNotFound) {
  const auto model = running(speaking(kOpenAi));
  Ask request;
  request.headers = Headers{{"authorization", "Bearer k"}};
  request.body = user_body("x");
  EXPECT_EQ(ask(*model, request).status, 404);  // it does not speak Messages
  request.target = "/v1/chat/completions";
  request.method = "GET";
  EXPECT_EQ(ask(*model, request).status, 405);
}

}  // namespace
}  // namespace rlm::sim
