// Chat Completions as a client sees them: whole, streamed, and with each provider's ways.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/chat_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kStream = R"(,"stream":true,"stream_options":{"include_usage":true})";
constexpr const char* kTools =
    R"(,"tools":[{"type":"function","function":{"name":"run","parameters":{"type":"object"}}}])";

TEST(Chat, AnswersWholeWithOpenAisEnvelopeUsageAndHeaders) {
  const auto model = running(speaking(Provider::OpenAi));
  model->script(Reply::of_text("Hello there"));
  const Got got = chat(*model, chat_user("Say hello."));
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_THAT(got.body, StartsWith("{\"id\":\"chatcmpl-"));
  EXPECT_EQ(string_at(got.body, "object"), "chat.completion");
  EXPECT_THAT(got.body, HasSubstr(R"("message":{"role":"assistant","content":"Hello there",)"
                                  R"("refusal":null},"logprobs":null,"finish_reason":"stop")"));
  EXPECT_EQ(integer_at(got.body, "usage.prompt_tokens"), 3);
  EXPECT_EQ(integer_at(got.body, "usage.completion_tokens"), 4);
  EXPECT_EQ(integer_at(got.body, "usage.total_tokens"), 7);
  EXPECT_NE(got.header("x-request-id"), "");
  EXPECT_EQ(got.header("x-ratelimit-remaining-requests"), "3999");
  EXPECT_EQ(billed(*model).usage.output, 4);
}

TEST(Chat, StreamsChunksUsageAndDone) {
  const auto model = running(speaking(Provider::OpenAi));
  model->script(Reply::of_text("A somewhat longer answer, in pieces."));
  const Got got = chat(*model, chat_user("x", kStream));
  EXPECT_EQ(got.header("content-type"), "text/event-stream");
  const ChatAnswer answer = chat_answer_of(got.body);
  EXPECT_EQ(answer.content, "A somewhat longer answer, in pieces.");
  EXPECT_EQ(answer.finish_reason, "stop");
  EXPECT_TRUE(answer.done);
  EXPECT_GT(answer.chunks, 4);
  EXPECT_EQ(integer_at(answer.usage, "completion_tokens"), 11);
  EXPECT_THAT(got.body, HasSubstr(R"("choices":[],"usage":{"prompt_tokens":1)"));
  EXPECT_THAT(got.body, HasSubstr(R"("usage":null)"));
}

TEST(Chat, TellsUsageInAStreamOnlyToWhoAskedForIt) {
  const auto model = running(speaking(Provider::OpenAi));
  const Got got = chat(*model, chat_user("x", R"(,"stream":true)"));
  EXPECT_THAT(got.body, Not(HasSubstr("usage")));
  EXPECT_TRUE(chat_answer_of(got.body).done);
}

TEST(Chat, StreamsToolCallsInFragments) {
  const auto model = running(speaking(Provider::OpenAi));
  Reply reply = Reply::of_tool("run", R"({"cmd":"make all the things"})", "Let me look.");
  reply.blocks.push_back(reply.blocks.back());
  model->script(reply);
  const Got got = chat(*model, chat_user("x", std::string(kTools) + kStream));
  const ChatAnswer answer = chat_answer_of(got.body);
  EXPECT_EQ(answer.content, "Let me look.");
  EXPECT_EQ(answer.finish_reason, "tool_calls");
  EXPECT_THAT(answer.calls, StartsWith(R"({"index":0,"id":"call_)"));
  EXPECT_THAT(answer.calls, HasSubstr(R"({"index":0,"function":{"arguments":"{\"cmd\":\"make )"));
  EXPECT_THAT(answer.calls, HasSubstr(R"({"index":1,"id":"call_)"));
}

TEST(Chat, AToolCallWithoutTextHasNullContent) {
  const auto model = running(speaking(Provider::OpenAi));
  model->script(Reply::of_tool("run", "{}"));
  const Got got = chat(*model, chat_user("x", kTools));
  EXPECT_THAT(got.body, HasSubstr(R"("content":null,"refusal":null,"tool_calls":[{"id":"call_)"));
  EXPECT_THAT(got.body, HasSubstr(R"("function":{"name":"run","arguments":"{}"}}])"));
}

TEST(Chat, EndsByLengthStopAndRefusal) {
  const auto model = running(speaking(Provider::OpenAi));
  model->script(Reply::of_text("one two three four five six seven"));
  const Got cut = chat(*model, chat_user("x", R"(,"max_completion_tokens":3)"));
  EXPECT_THAT(cut.body, HasSubstr(R"("finish_reason":"length")"));
  EXPECT_EQ(integer_at(cut.body, "usage.completion_tokens"), 3);
  model->script(Reply::of_text("one two three"));
  EXPECT_THAT(
      chat(*model, chat_user("x", R"(,"stop":"two")")).body,
      HasSubstr(R"("content":"one ","refusal":null},"logprobs":null,"finish_reason":"stop")"));
  Reply refusal = Reply::of_text("I cannot help with that.");
  refusal.stop_reason = "refusal";
  model->script(refusal);
  EXPECT_THAT(chat(*model, chat_user("x")).body,
              HasSubstr(R"("content":null,"refusal":"I cannot help with that.")"));
  model->script(refusal);
  EXPECT_EQ(chat_answer_of(chat(*model, chat_user("x", kStream)).body).refusal,
            "I cannot help with that.");
}

TEST(Chat, CachesLongPrefixesByItselfAndCountsThemIntoThePrompt) {
  const auto model = running(speaking(Provider::OpenAi));
  const std::string question(7000, 'q');
  EXPECT_EQ(integer_at(chat(*model, chat_user(question)).body,
                       "usage.prompt_tokens_details.cached_tokens"),
            0);
  const Got again = chat(*model, chat_user(question));
  EXPECT_EQ(integer_at(again.body, "usage.prompt_tokens"), 2000);
  EXPECT_EQ(integer_at(again.body, "usage.prompt_tokens_details.cached_tokens"), 1984);
  EXPECT_EQ(billed(*model).usage.cache_read, 1984);
  const std::string brief(700, 'q');
  chat(*model, chat_user(brief));
  EXPECT_EQ(
      integer_at(chat(*model, chat_user(brief)).body, "usage.prompt_tokens_details.cached_tokens"),
      0);
}

TEST(Chat, JudgesADraftAsTheLastUserMessageAlsoBehindAToolsResult) {
  SimConfig config = speaking(Provider::OpenAi);
  config.verdict.accept_unknown = 1;
  const auto model = running(config);
  const std::string asked = R"({"role":"user","content":"What is it?"},)";
  const std::string judge =
      R"({"role":"user","content":"---\ndraft\n---\nSay USE_DRAFT or rewrite."})";
  EXPECT_THAT(chat(*model, chat_body(asked + judge)).body, HasSubstr(R"("content":"USE_DRAFT")"));
  const std::string called =
      R"({"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"run","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"ok"},)";
  EXPECT_THAT(chat(*model, chat_body(asked + called + judge)).body,
              HasSubstr(R"("content":"USE_DRAFT")"));
}

TEST(Chat, DeepSeekThinksUnlessToldNotTo) {
  const auto model = running(speaking(Provider::DeepSeek));
  const ChatAnswer thinks = chat_answer_of(chat(*model, chat_user("x", kStream)).body);
  EXPECT_NE(thinks.reasoning, "");
  EXPECT_GT(integer_at(thinks.usage, "completion_tokens_details.reasoning_tokens"), 30);
  EXPECT_EQ(integer_at(thinks.usage, "prompt_cache_miss_tokens"), 1);
  const std::string off = std::string(R"(,"thinking":{"type":"disabled"})") + kStream;
  EXPECT_EQ(chat_answer_of(chat(*model, chat_user("x", off)).body).reasoning, "");
  EXPECT_THAT(chat(*model, chat_user("x")).body, HasSubstr(R"("reasoning_content":")"));
}

TEST(Chat, OpenAiKeepsItsReasoningAndCountsIt) {
  SimConfig config = speaking(Provider::OpenAi);
  config.thinking_tokens = {40, 0};
  const auto model = running(config);
  const Got got = chat(*model, chat_user("x"));
  EXPECT_GT(integer_at(got.body, "usage.completion_tokens_details.reasoning_tokens"), 30);
  EXPECT_THAT(got.body, Not(HasSubstr("reasoning_content")));
  EXPECT_EQ(integer_at(chat(*model, chat_user("x", R"(,"reasoning_effort":"none")")).body,
                       "usage.completion_tokens_details.reasoning_tokens"),
            0);
}

TEST(Chat, AQueueIsFilledWithBlankLinesOrComments) {
  SimConfig config = speaking(Provider::DeepSeek);
  config.first_token_ms = {30, 0};
  config.ping_interval = Milliseconds(5);
  const auto model = running(config);
  const Got whole = chat(*model, chat_user("x"));
  EXPECT_THAT(whole.body, StartsWith("\n"));
  EXPECT_NE(string_at(whole.body, "id"), "");
  EXPECT_THAT(chat(*model, chat_user("x", kStream)).body, StartsWith(": keep-alive\n\n"));
}

TEST(Chat, OpenRouterCommentsAndTellsTheCost) {
  const auto model = running(speaking(Provider::OpenRouter));
  const Got got = chat(*model, chat_user("x", R"(,"stream":true)"));
  EXPECT_THAT(got.body, StartsWith(": OPENROUTER PROCESSING\n\n"));
  EXPECT_THAT(chat_answer_of(got.body).usage, HasSubstr("\"cost\":0.00"));
  EXPECT_NE(got.header("X-Generation-Id"), "");
}

TEST(Chat, FoundryTellsItsFilterInAChunkWithoutChoices) {
  const auto model = running(speaking(Provider::Foundry));
  Ask request;
  request.target = "/openai/v1/chat/completions";
  request.headers = Headers{{"api-key", "k"}};
  request.body = chat_user("x", R"(,"stream":true,"max_tokens":50)");
  const Got got = ask(*model, request);
  EXPECT_THAT(got.body, HasSubstr(R"("prompt_filter_results")"));
  EXPECT_TRUE(chat_answer_of(got.body).done);
  request.target = "/anthropic/v1/messages";
  request.headers = Headers{{"api-key", "k"}, {"anthropic-version", "2023-06-01"}};
  request.body = user_body("x");
  const Got claude = ask(*model, request);
  EXPECT_EQ(claude.status, 200) << claude.body;
  EXPECT_EQ(claude.header("anthropic-ratelimit-requests-limit"), "");
  EXPECT_NE(claude.header("apim-request-id"), "");
}

TEST(Chat, ListsItsModels) {
  const auto model = running(speaking(Provider::OpenAi));
  Ask request;
  request.method = "GET";
  request.target = "/v1/models";
  request.headers = Headers{{"authorization", "Bearer k"}};
  EXPECT_THAT(ask(*model, request).body, HasSubstr(R"("id":"sim-verify","object":"model")"));
  request.target = "/v1/models/sim-verify";
  EXPECT_EQ(string_at(ask(*model, request).body, "id"), "sim-verify");
}

}  // namespace
}  // namespace rlm::sim
