// Ollama, vLLM and llama.cpp as a client sees them: keys, shapes of answers, errors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/local_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kAsStream = R"(,"stream":true)";

std::string hello(std::string_view more = "") {
  return messages_body(R"({"role":"user","content":"Hello"})", more);
}

std::string data_of(const Got& got, std::string_view name) {
  for (const Event& event : events_of(got.body))
    if (event.name == name) return event.data;
  return {};
}

Reply thoughtful() {
  Reply reply = Reply::of_text("Hello there");
  ReplyBlock thinking;
  thinking.kind = ReplyBlock::Kind::Thinking;
  thinking.text = "A greeting.";
  reply.blocks.insert(reply.blocks.begin(), thinking);
  return reply;
}

TEST(Local, AsksForNoKeyUnlessItHasSome) {
  for (const Provider provider : kLocalProviders) {
    const auto open = running(speaking(provider));
    EXPECT_EQ(post(*open, hello()).status, 200);
    EXPECT_EQ(post(*open, chat_user("x"), kChat).status, 200);
    SimConfig config = speaking(provider);
    config.keys = {"good"};
    const auto closed = running(config);
    Ask request;
    request.body = hello();
    for (const auto& [value, status] : {std::pair("Bearer good", 200), {"Bearer bad", 401}}) {
      request.headers = Headers{{"authorization", value}};
      EXPECT_EQ(ask(*closed, request).status, status);
    }
    request.headers = Headers{{"x-api-key", "good"}};
    EXPECT_EQ(ask(*closed, request).status, provider == Provider::LlamaCpp ? 200 : 401);
  }
}

TEST(Local, WrongKeysAreRefusedInEachServersShape) {
  const auto refused = [](Provider provider, const char* target) {
    SimConfig config = speaking(provider);
    config.keys = {"good"};
    return post(*running(config), hello(), target).body;
  };
  EXPECT_EQ(refused(Provider::Vllm, "/v1/messages"), R"({"error":"Unauthorized"})");
  EXPECT_EQ(refused(Provider::Vllm, kChat), R"({"error":"Unauthorized"})");
  EXPECT_EQ(refused(Provider::LlamaCpp, "/v1/messages"),
            R"({"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}})");
  EXPECT_THAT(refused(Provider::Ollama, "/v1/messages"),
              StartsWith(R"({"type":"error","error":{"type":"authentication_error")"));
}

TEST(Local, TellsAsMuchUsageInMessagesAsEachServerDoes) {
  for (const auto& [provider, usage] :
       {std::pair(Provider::Ollama, R"("usage":{"input_tokens":2,"output_tokens":8})"),
        {Provider::Vllm,
         R"("usage":{"input_tokens":2,"cache_read_input_tokens":0,"output_tokens":8})"},
        {Provider::LlamaCpp,
         R"("usage":{"input_tokens":2,"cache_read_input_tokens":0,"output_tokens":8})"}}) {
    const auto model = running(speaking(provider));
    model->script(thoughtful());
    EXPECT_THAT(post(*model, hello()).body, HasSubstr(usage));
  }
}

TEST(Local, SignsThoughtsAsEachServerDoes) {
  for (const auto& [provider, delta] :
       {std::pair(Provider::Ollama, ""),
        {Provider::Vllm, R"("signature_delta","signature":"EqSim)"},
        {Provider::LlamaCpp, R"("signature_delta","signature":""})"}}) {
    const auto model = running(speaking(provider));
    model->script(thoughtful());
    const Got got = post(*model, hello(kAsStream));
    EXPECT_THAT(got.body, HasSubstr(delta));
    EXPECT_EQ(got.body.find("signature") == std::string::npos, provider == Provider::Ollama);
    EXPECT_THAT(got.body, HasSubstr(R"("thinking_delta","thinking":"A greeting.")"));
  }
}

TEST(Local, StreamsMessagesWithoutPingsAndWithoutNulls) {
  for (const Provider provider : kLocalProviders) {
    const auto model = running(speaking(provider));
    const Got got = post(*model, hello(kAsStream));
    EXPECT_THAT(got.body, StartsWith("event: message_start"));
    EXPECT_THAT(got.body, Not(HasSubstr("ping")));
    EXPECT_THAT(got.body, Not(HasSubstr("null")));
    const std::string end = data_of(got, "message_delta");
    EXPECT_EQ(integer_at(end, "usage.input_tokens"), provider == Provider::LlamaCpp ? -1 : 2);
    EXPECT_GT(integer_at(end, "usage.output_tokens"), 0);
  }
}

TEST(Local, OllamaNamesNoStopSequence) {
  for (const Provider provider : kLocalProviders) {
    const auto model = running(speaking(provider));
    model->script(Reply::of_text("one END two"));
    const Got got = post(*model, hello(R"(,"stop_sequences":["END"])"));
    EXPECT_EQ(text_of(got), "one ");
    const bool is_ollama = provider == Provider::Ollama;
    EXPECT_EQ(string_at(got.body, "stop_reason"), is_ollama ? "end_turn" : "stop_sequence");
    EXPECT_EQ(string_at(got.body, "stop_sequence"), is_ollama ? "" : "END");
  }
}

TEST(Local, ThinksUnaskedAndOllamaNotWhenToldNotTo) {
  for (const Provider provider : kLocalProviders) {
    SimConfig config = speaking(provider);
    config.thinking_tokens = {12, 0};
    const auto model = running(config);
    EXPECT_THAT(post(*model, hello()).body, HasSubstr(R"("type":"thinking")"));
    const Got off = post(*model, hello(R"(,"thinking":{"type":"disabled"})"));
    EXPECT_EQ(off.body.find(R"("type":"thinking")") == std::string::npos,
              provider == Provider::Ollama);
    const Got none = post(*model, chat_user("x", R"(,"reasoning_effort":"none")"), kChat);
    EXPECT_EQ(none.body.find("reasoning") == std::string::npos, provider == Provider::Ollama);
  }
}

TEST(Local, ShowsReasoningByTheNameThatEachServerHasForIt) {
  for (const auto& [provider, name] : {std::pair(Provider::Ollama, "\"reasoning\":"),
                                       {Provider::Vllm, "\"reasoning\":"},
                                       {Provider::LlamaCpp, "\"reasoning_content\":"}}) {
    const auto model = running(speaking(provider));
    model->script(thoughtful());
    EXPECT_THAT(post(*model, chat_user("x"), kChat).body,
                HasSubstr(std::string(name) + "\"A greeting.\""));
  }
}

TEST(Local, OllamaStreamsCallsWhole) {
  const auto model = running(speaking(Provider::Ollama));
  const std::string input = R"({"cmd":"make all the things, one after the other"})";
  model->script(Reply::of_tool("run", input));
  const ChatAnswer answer = chat_answer_of(post(*model, chat_user("x", kAsStream), kChat).body);
  EXPECT_EQ(string_at(answer.calls, "function.name"), "run");
  EXPECT_EQ(string_at(answer.calls, "function.arguments"), input);
  EXPECT_EQ(answer.finish_reason, "tool_calls");
}

TEST(Local, OnlyLlamaCppTellsTimings) {
  for (const Provider provider : kLocalProviders) {
    const auto model = running(speaking(provider));
    for (const Got& got : {post(*model, hello()), post(*model, chat_user("x"), kChat)})
      EXPECT_EQ(got.body.find("\"timings\":{") != std::string::npos,
                provider == Provider::LlamaCpp);
    EXPECT_EQ(post(*model, chat_user("x"), kChat).header("openai-version"), "");
  }
}

TEST(Local, OllamaTellsNoCachedTokensAndOthersDo) {
  const std::string text(700, 'a');
  for (const Provider provider : kLocalProviders) {
    const auto model = running(speaking(provider));
    post(*model, chat_user(text), kChat);
    const Got got = post(*model, chat_user(text), kChat);
    EXPECT_EQ(integer_at(got.body, "usage.prompt_tokens"), 200);
    EXPECT_EQ(integer_at(got.body, "usage.prompt_tokens_details.cached_tokens"),
              provider == Provider::Ollama ? -1 : 192);
    EXPECT_GT(billed(*model).usage.cache_read, 0);
  }
}

TEST(Local, CountsTokensButForOllama) {
  for (const Provider provider : {Provider::Vllm, Provider::LlamaCpp}) {
    const auto model = running(speaking(provider));
    const Got got =
        post(*model, R"({"model":"sim-verify","messages":[{"role":"user","content":"Hello"}]})",
             "/v1/messages/count_tokens");
    EXPECT_EQ(got.body, R"({"input_tokens":2})");
    EXPECT_EQ(model->bill().count, 0u);
  }
  const auto model = running(speaking(Provider::LlamaCpp));
  EXPECT_EQ(post(*model, R"({"model":"m","input":"Hello"})", "/v1/responses/input_tokens").body,
            R"({"object":"response.input_tokens","input_tokens":2})");
}

TEST(Local, ListsModelsAsOpenAiDoesAndTellsItsHealth) {
  for (const Provider provider : kLocalProviders) {
    SimConfig config = speaking(provider);
    config.keys = {"good"};
    const auto model = running(config);
    Ask request;
    request.method = "GET";
    request.target = "/v1/models";
    request.headers = Headers{{"authorization", "Bearer good"}};
    EXPECT_EQ(string_at(ask(*model, request).body, "object"), "list");
    request.target = "/health";
    request.headers = {};
    EXPECT_EQ(ask(*model, request).status, provider == Provider::Ollama ? 404 : 200);
  }
}

TEST(Local, AModelThatIsStillLoadingIsUnavailable) {
  const auto model = running(speaking(Provider::LlamaCpp));
  for (const std::string target : {"/v1/messages", kChat}) {
    model->script(Reply::of_fault(status_fault(503)));
    const Got got = post(*model, hello(), target);
    EXPECT_EQ(got.status, 503);
    EXPECT_EQ(got.body,
              R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})");
  }
}

TEST(Local, FailuresInsideAStreamOfMessagesHaveTheServersWords) {
  for (const auto& [provider, error] :
       {std::pair(Provider::Ollama, R"({"type":"error","error":{"type":"overloaded_error")"),
        {Provider::Vllm, R"({"type":"error","error":{"type":"ServiceUnavailableError")"},
        {Provider::LlamaCpp, R"({"error":{"code":503,)"}}) {
    const auto model = running(speaking(provider));
    Reply reply = Reply::of_fault(parse_fault("error_later")->fault);
    model->script(reply);
    EXPECT_THAT(data_of(post(*model, hello(kAsStream)), "error"), StartsWith(error));
  }
}

}  // namespace
}  // namespace rlm::sim
