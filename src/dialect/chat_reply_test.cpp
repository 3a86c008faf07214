#include "dialect/chat_reply.hpp"

#include <gtest/gtest.h>

#include "dialect/reply_transcripts.hpp"

namespace rlm::dialect {
namespace {

const Ask& plain_ask() {
  static const Ask ask = [] {
    Ask made;
    made.model = "gpt-x";
    return made;
  }();
  return ask;
}

const Ask& full_ask() {
  static const Ask ask = [] {
    Ask made;
    made.model = "gpt-x";
    made.include_usage = true;
    made.tools.push_back({"patch", "patch", "", true});
    return made;
  }();
  return ask;
}

Reply stream_reply(const Ask& ask, std::string_view stream, std::size_t split = 0) {
  return reply_of(*chat_reply(ask, 1700, true), stream, split);
}

std::string chunk(std::string_view delta, std::string_view finish = "null",
                  std::string_view more = "") {
  return sse(
      R"({"id":"chatcmpl-B2","object":"chat.completion.chunk","created":1700,"model":"gpt-x",)"
      R"("choices":[{"index":0,"delta":{)" +
      std::string(delta) + R"(},"finish_reason":)" + std::string(finish) + "}]" +
      std::string(more) + "}");
}

constexpr const char* kUsage =
    R"({"prompt_tokens":860,"completion_tokens":57,"total_tokens":917,"prompt_tokens_details":{"cached_tokens":812,"cache_write_tokens":7},"completion_tokens_details":{"reasoning_tokens":9}})";

TEST(ChatReply, TellsAStreamInChunks) {
  const auto delta = [](std::string_view text) { return chunk(text, "null", R"(,"usage":null)"); };
  const Reply reply = stream_reply(full_ask(), tool_stream());
  EXPECT_EQ(reply.error, "");
  EXPECT_EQ(
      reply.text,
      delta(R"("role":"assistant","content":"")") + ": x-rlm-verdict=ACCEPTED\n\n" +
          delta(R"("reasoning_content":"Hm\n")") + ": ping\n\n:again\n\n" +
          delta(R"("content":"Let \"me\" ")") + delta(R"("content":"look. \u00e9")") +
          delta(
              R"("tool_calls":[{"index":0,"id":"toolu_B3","type":"function","function":{"name":"run","arguments":""}}])") +
          delta(R"("tool_calls":[{"index":0,"function":{"arguments":"{\"cmd\":"}}])") +
          delta(R"("tool_calls":[{"index":0,"function":{"arguments":"\"ls\"}"}}])") +
          delta(
              R"("tool_calls":[{"index":1,"id":"toolu_B4","type":"custom","custom":{"name":"patch","input":""}}])") +
          delta(R"("tool_calls":[{"index":1,"custom":{"input":"a\nb"}}])") +
          chunk("", R"("tool_calls")", R"(,"usage":null)") +
          sse(R"({"id":"chatcmpl-B2","object":"chat.completion.chunk","created":1700,"model":"gpt-x","choices":[],"usage":)" +
              std::string(kUsage) + "}") +
          "data: [DONE]\n\n");
}

TEST(ChatReply, TellsAWholeAnswerAsItTellsItsStream) {
  const Reply reply = reply_of(*chat_reply(full_ask(), 1700, false), tool_message(), 100);
  EXPECT_EQ(reply.error, "");
  EXPECT_EQ(
      reply.text,
      R"({"id":"chatcmpl-B2","object":"chat.completion","created":1700,"model":"gpt-x","choices":[{"index":0,"message":)"
      R"({"role":"assistant","content":"Let \"me\" look. \u00e9","refusal":null,"reasoning_content":"Hm\n","tool_calls":[)"
      R"({"id":"toolu_B3","type":"function","function":{"name":"run","arguments":"{\"cmd\":\"ls\"}"}},)"
      R"({"id":"toolu_B4","type":"custom","custom":{"name":"patch","input":"a\nb"}}]},)"
      R"("logprobs":null,"finish_reason":"tool_calls"}],"usage":)" +
          std::string(kUsage) + "}");
}

TEST(ChatReply, IsTheSameForEverySplitOfAStream) {
  for (const std::string& stream :
       {tool_stream(), text_stream("end_turn"), kStreamStart + kOverloadedEvent + "data: late\n\n",
        kStreamStart + sse("[]") + ": c\n\n",
        std::string(":only\r\n:comments\r\r") + text_stream("refusal"),
        tool_stream().substr(0, 900)}) {
    const Reply whole = stream_reply(full_ask(), stream);
    for (std::size_t split = 1; split < stream.size(); ++split)
      ASSERT_EQ(stream_reply(full_ask(), stream, split), whole) << split;
  }
}

TEST(ChatReply, NamesWhyAnAnswerEnded) {
  const struct {
    const char* stop_reason;
    const char* finish_reason;
  } cases[] = {{"end_turn", "stop"},
               {"stop_sequence", "stop"},
               {"pause_turn", "stop"},
               {"max_tokens", "length"},
               {"tool_use", "tool_calls"},
               {"model_context_window_exceeded", "length"},
               {"refusal", "content_filter"},
               {"new_reason", "stop"},
               {"", "stop"}};
  for (const auto& [stop, finish] : cases) {
    const std::string end = chunk("", "\"" + std::string(finish) + "\"") + "data: [DONE]\n\n";
    EXPECT_TRUE(stream_reply(plain_ask(), text_stream(stop)).text.ends_with(end)) << stop;
  }
}

TEST(ChatReply, SaysThatThereAreCallsWhateverTheUpstreamSays) {
  std::string stream = tool_stream();
  stream.replace(stream.rfind("tool_use"), 8, "end_turn");
  EXPECT_NE(stream_reply(plain_ask(), stream).text.find(R"("finish_reason":"tool_calls")"),
            std::string::npos);
}

TEST(ChatReply, TellsARefusalInBothForms) {
  const std::string delta = chunk(R"("refusal":"The model declined to answer.")");
  EXPECT_NE(stream_reply(plain_ask(), text_stream("refusal")).text.find(delta), std::string::npos);
  const Reply whole = reply_of(
      *chat_reply(plain_ask(), 1, false),
      R"({"type":"message","id":"msg_1","content":[],"stop_reason":"refusal","stop_details":{"type":"refusal","explanation":"no"}})",
      0);
  EXPECT_NE(whole.text.find(R"("content":"","refusal":"no")"), std::string::npos) << whole.text;
}

TEST(ChatReply, EndsWithAnErrorAndNothingBehindIt) {
  const Reply reply =
      stream_reply(plain_ask(), kStreamStart + kOverloadedEvent + text_stream("end_turn"));
  EXPECT_EQ(reply.error, "");
  EXPECT_EQ(
      reply.text,
      chunk(R"("role":"assistant","content":"")") +
          sse(R"({"error":{"message":"Overloaded","type":"server_error","param":null,"code":"overloaded"}})"));
}

TEST(ChatReply, DropsCitationsAndNothingElse) {
  const Reply stream = stream_reply(full_ask(), searched_stream(true));
  EXPECT_NE(stream.text.find(R"("content":"warm.")"), std::string::npos) << stream.text;
  EXPECT_EQ(stream, stream_reply(full_ask(), searched_stream(false)));
  const auto whole = [](bool cited) {
    return reply_of(*chat_reply(full_ask(), 1700, false), searched_message(cited), 0);
  };
  EXPECT_NE(whole(true).text.find(R"("content":"It is warm.")"), std::string::npos);
  EXPECT_EQ(whole(true), whole(false));
}

TEST(ChatReply, TakesAnInputThatCameWithItsStart) {
  const std::string start =
      kStreamStart +
      sse(R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"f","input":{"x":"\n"}}})");
  const std::string stop =
      sse(R"({"type":"content_block_stop","index":0})") + stream_end("tool_use");
  const std::string delta = sse(
      R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}})");
  EXPECT_NE(
      stream_reply(plain_ask(), start + stop).text.find(R"("arguments":"{\"x\":\"\\n\"}"}}])"),
      std::string::npos);
  const std::string replaced = stream_reply(plain_ask(), start + delta + stop).text;
  EXPECT_EQ(replaced.find("\\n"), std::string::npos);
  EXPECT_NE(replaced.find(R"("arguments":"{}"}}])"), std::string::npos);
}

TEST(ChatReply, RefusesWhatIsNoAnswer) {
  const std::string delta =
      sse(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})");
  for (const std::string& stream :
       {std::string(), kStreamStart, kStreamStart + delta, delta, sse("[]"), sse("{"),
        kStreamStart + kStreamStart, text_stream("end_turn").substr(0, 400)})
    EXPECT_NE(stream_reply(plain_ask(), stream).error, "") << stream;
  for (const char* body : {"", "{}", "[", R"({"type":"message","content":1})"})
    EXPECT_NE(reply_of(*chat_reply(plain_ask(), 1, false), body, 0).error, "") << body;
}

TEST(ChatReply, PassesCommentsBehindTheEnd) {
  const Reply reply = stream_reply(plain_ask(), text_stream("end_turn") + ": x-rlm-cost-usd=1\n\n");
  EXPECT_TRUE(reply.text.ends_with("data: [DONE]\n\n: x-rlm-cost-usd=1\n\n"));
}

}  // namespace
}  // namespace rlm::dialect
