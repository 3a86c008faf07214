// Oddities of Chat Completions servers and failures inside their streams, on demand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/chat_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kMore =
    R"(,"stream":true,"stream_options":{"include_usage":true},"tools":[{"type":"function","function":{"name":"run"}}])";

std::string spoilt(std::string_view fault, Reply reply, Provider provider = Provider::OpenAi) {
  const auto model = running(speaking(provider));
  auto parsed = parse_fault(fault);
  EXPECT_TRUE(parsed.has_value()) << fault;
  reply.fault = parsed->fault;
  model->script(reply);
  return chat(*model, chat_user("x", kMore)).body;
}

Reply two_calls() {
  Reply reply = Reply::of_tool("run", R"({"cmd":"make everything"})", "Let me look at it.");
  reply.blocks.push_back(reply.blocks.back());
  return reply;
}

Reply text() {
  return Reply::of_text("This answer is long enough to come in several pieces.");
}

TEST(ChatOddity, OneChunkHoldsTheWholeAnswer) {
  const ChatAnswer answer = chat_answer_of(spoilt("one_chunk", two_calls()));
  EXPECT_EQ(answer.chunks, 2);  // the other one has the usage
  EXPECT_EQ(answer.content, "Let me look at it.");
  EXPECT_THAT(answer.calls, HasSubstr(R"("index":1,)"));
  EXPECT_EQ(answer.finish_reason, "tool_calls");
}

TEST(ChatOddity, FragmentsComeWithoutIndexOrWithTheirIdAgain) {
  EXPECT_THAT(chat_answer_of(spoilt("no_index", two_calls())).calls, Not(HasSubstr("index")));
  EXPECT_THAT(chat_answer_of(spoilt("repeated_id", two_calls())).calls,
              HasSubstr(R"("type":"function","function":{"name":"run","arguments":"{)"));
}

TEST(ChatOddity, FragmentsOfTwoCallsTakeTurns) {
  const std::string calls = chat_answer_of(spoilt("interleaved", two_calls())).calls;
  EXPECT_LT(calls.find("{\"index\":1"), calls.find("{\"index\":0,\"function\""));
}

TEST(ChatOddity, UsageComesInEveryChunk) {
  const std::string stream = spoilt("usage_everywhere", text());
  EXPECT_THAT(stream, Not(HasSubstr("\"usage\":null")));
  EXPECT_THAT(stream, HasSubstr(R"("finish_reason":null}],"usage":{"prompt_tokens")"));
}

TEST(ChatOddity, TheLastPieceComesWithTheFinishReason) {
  const std::string stream = spoilt("finish_with_content", text());
  EXPECT_EQ(chat_answer_of(stream).content, text().text());
  EXPECT_THAT(
      stream,
      HasSubstr(R"("delta":{"content":"ral pieces."},"logprobs":null,"finish_reason":"stop")"));
  EXPECT_THAT(stream, Not(HasSubstr(R"("delta":{},"logprobs":null,"finish_reason":"stop")")));
}

TEST(ChatOddity, AToolCallEndsWithStop) {
  EXPECT_EQ(chat_answer_of(spoilt("stop_with_tools", two_calls())).finish_reason, "stop");
}

TEST(ChatOddity, TheStreamEndsWithoutDone) {
  const ChatAnswer answer = chat_answer_of(spoilt("no_done", text()));
  EXPECT_FALSE(answer.done);
  EXPECT_EQ(answer.finish_reason, "stop");
  EXPECT_NE(answer.usage, "");
}

TEST(ChatFault, ACutStreamHasNoFinishReason) {
  const ChatAnswer answer = chat_answer_of(spoilt("cut", text()));
  EXPECT_EQ(answer.content, text().text());
  EXPECT_EQ(answer.finish_reason, "");
  EXPECT_FALSE(answer.done);
}

TEST(ChatFault, AnErrorComesInsideTheStream) {
  for (const char* fault : {"error_first", "error_later"}) {
    const ChatAnswer answer = chat_answer_of(spoilt(fault, text()));
    EXPECT_EQ(string_at(answer.error, "code"), "overloaded") << fault;
    EXPECT_FALSE(answer.done);
  }
  const ChatAnswer routed = chat_answer_of(spoilt("error_later", text(), Provider::OpenRouter));
  EXPECT_EQ(integer_at(routed.error, "code"), 503);
  EXPECT_EQ(routed.finish_reason, "error");
}

TEST(ChatFault, OpenRouterTellsAnErrorInsideA200) {
  const auto model = running(speaking(Provider::OpenRouter));
  auto parsed = parse_fault("error_first");
  model->script(Reply::of_fault(parsed->fault));
  const Got got = chat(*model, chat_user("x"));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(integer_at(got.body, "error.code"), 503);
}

TEST(ChatFault, StatusesComeInOpenAisShape) {
  const auto model = running(speaking(Provider::OpenAi));
  model->script(Reply::of_fault(status_fault(429, 7)));
  const Got got = chat(*model, chat_user("x"));
  EXPECT_EQ(got.status, 429);
  EXPECT_EQ(got.header("retry-after"), "7");
  EXPECT_EQ(string_at(got.body, "error.code"), "rate_limit_exceeded");
  model->script(Reply::of_fault(status_fault(500)));
  EXPECT_EQ(string_at(chat(*model, chat_user("x")).body, "error.type"), "server_error");
}

}  // namespace
}  // namespace rlm::sim
