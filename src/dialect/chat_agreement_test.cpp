// Streamed and whole answers agree, and so do all ways to cut them.
#include <gtest/gtest.h>

#include <vector>

#include "dialect/chat_transcripts.hpp"

namespace rlm::dialect {
namespace {

using namespace chat_transcripts;

struct Pair {
  const char* name;
  std::string stream;
  std::string whole;
};

std::vector<Pair> pairs() {
  const std::string usage =
      R"(,"usage":{"prompt_tokens":120,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":64}}})";
  const auto whole = [&](std::string_view message, std::string_view reason) {
    return R"({"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant",)" +
           std::string(message) + R"(},"finish_reason":")" + std::string(reason) + "\"}]" + usage;
  };
  return {
      {"text",
       delta(R"("content":"Gr\u00fc")") + delta(R"("content":"ße \ud83d\ude00")") + finish("stop") +
           kUsage + kDone,
       "\n\n " +
           whole(R"("content":"Gr\u00fcße \ud83d\ude00","reasoning_content":"hm","refusal":null)",
                 "stop")},
      {"a call", kExample,
       whole(
           R"("content":"Missing","tool_calls":[{"id":"c1","type":"function","function":{"name":"run_cmd","arguments":"{\"cmd\":\"ls\"}"}}])",
           "tool_calls")},
      {"calls without ids",
       call(R"("index":0,"function":{"name":"f","arguments":"{}"})") +
           call(R"("index":1,"function":{"name":"f","arguments":""})") + finish("stop") + kUsage +
           kDone,
       whole(
           R"("content":null,"tool_calls":[{"function":{"name":"f","arguments":"{}"}},{"function":{"name":"f","arguments":""}}])",
           "stop")},
      {"a refusal", delta(R"("refusal":"no")") + finish("stop") + kUsage + kDone,
       whole(R"("content":null,"refusal":"no")", "stop")},
      {"a length", delta(R"("content":"a")") + finish("length") + kUsage + kDone,
       whole(R"("content":"a")", "length")},
  };
}

TEST(ChatAnswer, MakesOneAnswerOfAStreamAndOfAWhole) {
  for (const Pair& pair : pairs())
    EXPECT_EQ(of_stream(pair.stream), of_whole(pair.whole)) << pair.name;
}

TEST(ChatAnswer, RefusesWholesThatAreNoAnswer) {
  const Case cases[] = {
      {"nothing", "", "error: the upstream's answer is no JSON object"},
      {"no choice", R"({"choices":[]})",
       "error: the upstream's answer has no choice with a message"},
      {"an error inside a 200", R"({"error":{"code":502,"message":"m"}})",
       R"(error: {"type":"error","error":{"type":"api_error","message":"m"}})"},
      {"no reason", R"({"choices":[{"message":{"content":"a"},"finish_reason":null}]})",
       R"(error: {"type":"error","error":{"type":"api_error","message":"the upstream ended its answer for a reason of its own"}})"},
      {"bad arguments",
       R"({"choices":[{"message":{"tool_calls":[{"id":"x","function":{"name":"f","arguments":"{\"a"}}]},"finish_reason":"tool_calls"}]})",
       "error: the upstream's tool call has arguments that are no JSON object"},
  };
  for (const Case& one : cases) EXPECT_EQ(of_whole(one.stream), one.expected) << one.name;
}

TEST(ChatAnswer, GivesTheSameBytesHoweverTheyAreCut) {
  std::vector<std::string> streams;
  for (const Pair& pair : pairs()) {
    streams.push_back(pair.stream);
    streams.push_back(": keep-alive\r\n\r\n" + pair.stream.substr(0, pair.stream.size() / 2));
  }
  streams.push_back(call(R"("index":0,"id":"x","function":{"name":"f","arguments":"{\"a"})") +
                    finish("stop") + "data: [DONE]");
  for (const std::string& stream : streams) {
    const Translated whole = read(stream);
    for (std::size_t at = 1; at < stream.size(); ++at)
      ASSERT_EQ(read(stream, true, at), whole) << at << " of " << stream;
    for (const std::size_t step : {1u, 2u, 7u}) ASSERT_EQ(read(stream, true, step, step), whole);
  }
  for (const Pair& pair : pairs()) {
    const Translated whole = read(pair.whole, false);
    for (std::size_t at = 1; at < pair.whole.size(); ++at)
      ASSERT_EQ(read(pair.whole, false, at), whole) << at;
  }
}

}  // namespace
}  // namespace rlm::dialect
