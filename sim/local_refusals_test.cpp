// What Ollama, vLLM and llama.cpp refuse, in which words, and what is of no effect there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/local_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;

constexpr auto kOllama = Provider::Ollama;
constexpr auto kVllm = Provider::Vllm;
constexpr auto kLlamaCpp = Provider::LlamaCpp;

constexpr const char* kMessages = "/v1/messages";
constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kResponses = "/v1/responses";

constexpr const char* kDocument =
    R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"secret"}},)"
    R"({"type":"text","text":"x"})";
constexpr const char* kImageByUrl =
    R"({"type":"image","source":{"type":"url","url":"https://x/y.png"}})";

struct RefusedCase {
  const char* name;
  Provider provider;
  const char* target;
  std::string body;
  int status;
  std::string type;
  std::string message;
};

class RefusedByALocalServer : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedByALocalServer, IsAnsweredInItsWords) {
  const auto model = running(speaking(GetParam().provider));
  const Got got = post(*model, GetParam().body, GetParam().target);
  EXPECT_EQ(got.status, GetParam().status) << got.body;
  EXPECT_EQ(string_at(got.body, "error.type"), GetParam().type);
  EXPECT_THAT(string_at(got.body, "error.message"), HasSubstr(GetParam().message));
  EXPECT_EQ(model->bill().count, 0u);
}

std::string image_url(const std::string& url) {
  return chat_body(R"({"role":"user","content":[{"type":"image_url","image_url":{"url":")" + url +
                   "\"}}]}");
}

const std::string kFile = chat_body(
    R"({"role":"user","content":[{"type":"file","file":{"file_data":"data:application/pdf;base64,AA"}}]})");
const std::string kLaterSystem =
    chat_body(R"({"role":"user","content":"x"},{"role":"system","content":"y"})");
const std::string kDeveloper = chat_body(R"({"role":"developer","content":"x"})");

INSTANTIATE_TEST_SUITE_P(
    Ollama, RefusedByALocalServer,
    testing::Values(
        RefusedCase{"NoLength", kOllama, kMessages,
                    R"({"model":"sim-verify","messages":[{"role":"user","content":"x"}]})", 400,
                    "invalid_request_error", "max_tokens"},
        RefusedCase{"NoTokens", kOllama, kMessages,
                    R"({"model":"sim-verify","max_tokens":0,"messages":[]})", 400,
                    "invalid_request_error", "max_tokens"},
        RefusedCase{"ImageByUrl", kOllama, kMessages, user_blocks(kImageByUrl), 400,
                    "invalid_request_error", "Only base64 images are supported"},
        RefusedCase{
            "ImageByUrlInAResult", kOllama, kMessages,
            messages_body(
                R"({"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use",)"
                R"("id":"t","name":"run","input":{}}]},{"role":"user","content":[{"type":)"
                R"("tool_result","tool_use_id":"t","content":[)" +
                std::string(kImageByUrl) + "]}]}"),
            400, "invalid_request_error", "Only base64 images are supported"},
        RefusedCase{"Model", kOllama, kChat,
                    R"({"model":"other","messages":[{"role":"user","content":"x"}]})", 404,
                    "not_found_error", "model 'other' not found"},
        RefusedCase{"ChatImageByUrl", kOllama, kChat, image_url("https://x/y.png"), 400,
                    "invalid_request_error", "invalid image input"},
        RefusedCase{"ChatFile", kOllama, kChat, kFile, 400, "invalid_request_error", "'file'"},
        RefusedCase{"Effort", kOllama, kChat, chat_user("x", R"(,"reasoning_effort":"xhigh")"), 400,
                    "invalid_request_error", "'none', 'low', 'medium', 'high', and 'max'"},
        RefusedCase{"NoResponses", kOllama, kResponses, R"({"model":"sim-verify","input":"x"})",
                    404, "not_found_error", ""},
        RefusedCase{"NoCounts", kOllama, "/v1/messages/count_tokens", user_blocks(""), 404,
                    "not_found_error", ""}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Vllm, RefusedByALocalServer,
    testing::Values(
        RefusedCase{"Document", kVllm, kMessages, user_blocks(kDocument), 400, "BadRequestError",
                    "unsupported content block type `document`"},
        RefusedCase{"ServerTool", kVllm, kMessages,
                    user_blocks(R"({"type":"text","text":"x"})",
                                R"(,"tools":[{"type":"web_search_20250305","name":"web_search"}])"),
                    400, "BadRequestError", "tools.0.input_schema: Field required"},
        RefusedCase{
            "ServerToolUse", kVllm, kMessages,
            messages_body(R"({"role":"user","content":"x"},{"role":"assistant","content":[{"type":)"
                          R"("server_tool_use","id":"s","name":"web_search","input":{}}]})"),
            400, "BadRequestError", "unsupported content block type `server_tool_use`"},
        RefusedCase{"Role", kVllm, kMessages, messages_body(R"({"role":"tool","content":"x"})"),
                    400, "BadRequestError", "role"},
        RefusedCase{"NoTokens", kVllm, kMessages,
                    R"({"model":"sim-verify","max_tokens":0,"messages":[]})", 400,
                    "BadRequestError", "max_tokens"},
        RefusedCase{"Model", kVllm, kChat,
                    R"({"model":"other","messages":[{"role":"user","content":"x"}]})", 404,
                    "NotFoundError", "The model `other` does not exist."},
        RefusedCase{"LaterSystem", kVllm, kChat, kLaterSystem, 400, "BadRequestError",
                    "System message must be at the beginning."},
        RefusedCase{"Developer", kVllm, kChat, kDeveloper, 400, "BadRequestError",
                    "Invalid value: 'developer'"},
        RefusedCase{"ChatFile", kVllm, kChat, kFile, 400, "BadRequestError", "'file'"},
        RefusedCase{"ChoiceWithoutTools", kVllm, kChat,
                    chat_user("x", R"(,"tool_choice":"required")"), 400, "BadRequestError",
                    "only allowed when 'tools' are specified"},
        RefusedCase{"StreamOptionsAlone", kVllm, kChat,
                    chat_user("x", R"(,"stream_options":{"include_usage":true})"), 400,
                    "BadRequestError", "only allowed when 'stream' is enabled"},
        RefusedCase{"Path", kVllm, "/api/v1/chat/completions", chat_user("x"), 404, "NotFoundError",
                    ""}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    LlamaCpp, RefusedByALocalServer,
    testing::Values(
        RefusedCase{"NoMessages", kLlamaCpp, kMessages, R"({"model":"sim-verify"})", 400,
                    "invalid_request_error", "messages: Field required"},
        RefusedCase{"LaterSystem", kLlamaCpp, kChat, kLaterSystem, 400, "invalid_request_error",
                    "System message must be at the beginning."},
        RefusedCase{"Developer", kLlamaCpp, kChat, kDeveloper, 400, "invalid_request_error",
                    "Invalid value: 'developer'"},
        RefusedCase{"ChatFile", kLlamaCpp, kChat, kFile, 400, "invalid_request_error", "'file'"},
        RefusedCase{"InputFile", kLlamaCpp, kResponses,
                    R"({"model":"m","input":[{"role":"user","content":[{"type":"input_file"}]}]})",
                    400, "invalid_request_error", "'input_file' is not supported"},
        RefusedCase{"EarlierResponse", kLlamaCpp, kResponses,
                    R"({"model":"m","input":"x","previous_response_id":"resp_1"})", 400,
                    "invalid_request_error", "resp_1"},
        RefusedCase{"Path", kLlamaCpp, "/anthropic/v1/messages", user_blocks(""), 404,
                    "not_found_error", "File Not Found"}),
    [](const auto& test) { return test.param.name; });

struct IgnoredCase {
  const char* name;
  Provider provider;
  const char* target;
  std::string body;
};

class IgnoredByALocalServer : public testing::TestWithParam<IgnoredCase> {};

TEST_P(IgnoredByALocalServer, IsOfNoEffect) {
  const auto model = running(speaking(GetParam().provider));
  model->script(Reply::of_text("Answered all the same, in as many words."));
  const Got got = post(*model, GetParam().body, GetParam().target);
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_THAT(got.body, HasSubstr("Answered all the same, in as many words."));
}

INSTANTIATE_TEST_SUITE_P(
    Local, IgnoredByALocalServer,
    testing::Values(
        IgnoredCase{
            "OllamaFields", kOllama, kMessages,
            user_blocks(
                R"({"type":"text","text":"x","cache_control":{"type":"ephemeral","ttl":"5m"}})",
                R"(,"tool_choice":{"type":"any"},"metadata":{"user_id":"u"},"service_tier":"auto")")},
        IgnoredCase{"OllamaChoice", kOllama, kChat,
                    chat_user("x", R"(,"tool_choice":"required","parallel_tool_calls":false)")},
        IgnoredCase{"OllamaOtherLimit", kOllama, kChat,
                    chat_user("x", R"(,"max_completion_tokens":2)")},
        IgnoredCase{"VllmFields", kVllm, kMessages,
                    user_blocks(R"({"type":"text","text":"x"})",
                                R"(,"thinking":{"type":"disabled"},"anthropic_beta":["x"])")},
        IgnoredCase{"VllmSampling", kVllm, kChat,
                    chat_user("x", R"(,"top_k":5,"temperature":0.2,"max_completion_tokens":99)")},
        IgnoredCase{"LlamaCppLength", kLlamaCpp, kMessages,
                    R"({"model":"sim-verify","messages":[{"role":"user","content":"x"}]})"},
        IgnoredCase{
            "LlamaCppModel", kLlamaCpp, kMessages,
            R"({"model":"other","max_tokens":99,"messages":[{"role":"user","content":"x"}]})"},
        IgnoredCase{
            "LlamaCppTool", kLlamaCpp, kResponses,
            R"({"model":"m","input":"x","tools":[{"type":"custom","name":"c"}],"top_k":3})"},
        IgnoredCase{
            "VllmForeignItems", kVllm, kResponses,
            R"({"model":"sim-verify","temperature":0.2,"max_output_tokens":15,"input":[{"role":"user","content":"x"},)"
            R"({"type":"reasoning","id":"r","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},)"
            R"({"type":"function_call","id":"7","call_id":"c","name":"run","arguments":"{}"},)"
            R"({"type":"function_call_output","call_id":"c","output":"ok"}]})"}),
    [](const auto& test) { return test.param.name; });

TEST(LocalRefusals, DocumentsAreLostAtOllamaAndLlamaCpp) {
  for (const Provider provider : {kOllama, kLlamaCpp}) {
    const auto model = running(speaking(provider));
    const Got got = post(*model, user_blocks(kDocument));
    EXPECT_EQ(got.status, 200) << got.body;
    EXPECT_EQ(integer_at(got.body, "usage.input_tokens"), 1) << "only the x";
  }
}

TEST(LocalRefusals, NobodyMindsRolesInAnyOrderOrThoughtsOfOthers) {
  for (const Provider provider : kLocalProviders) {
    const auto model = running(speaking(provider));
    const Got got = post(
        *model,
        messages_body(
            R"({"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s"},)"
            R"({"type":"text","text":""}]},{"role":"system","content":"Be brief."},)"
            R"({"role":"user","content":"x"},{"role":"assistant","content":"So"})",
            R"(,"thinking":{"type":"enabled","budget_tokens":1024})"));
    EXPECT_EQ(got.status, 200) << got.body;
  }
}

TEST(LocalRefusals, APromptBeyondTheContextIsNamedByLlamaCpp) {
  SimConfig config = speaking(kLlamaCpp);
  config.context_max = 10;
  const auto model = running(config);
  for (const Got& got :
       {post(*model, messages_body(R"({"role":"user","content":")" + std::string(60, 'a') + "\"}")),
        post(*model, chat_user(std::string(60, 'a')), kChat)}) {
    EXPECT_EQ(got.status, 400);
    EXPECT_EQ(string_at(got.body, "error.type"), "exceed_context_size_error");
  }
}

}  // namespace
}  // namespace rlm::sim
