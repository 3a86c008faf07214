#include "dialect/chat_answer.hpp"

#include <gtest/gtest.h>

#include "dialect/chat_transcripts.hpp"

namespace rlm::dialect {
namespace {

using namespace chat_transcripts;

TEST(ChatAnswer, WritesTheWorkedExampleEventByEvent) {
  std::string expected;
  const Usage usage{.input = 56, .cache_read = 64, .output = 9, .reported = true};
  wire::append_message_start(expected, "msg_1", "claude-opus-5", {});
  wire::append_block_start(expected, 0, {});
  wire::append_text_delta(expected, 0, "Missing");
  wire::append_block_stop(expected, 0);
  wire::append_block_start(expected, 1, {ContentBlock::Kind::ToolUse, "", "c1", "run_cmd"});
  wire::append_input_delta(expected, 1, "");
  wire::append_input_delta(expected, 1, R"({"cmd":"ls"})");
  wire::append_block_stop(expected, 1);
  wire::append_message_delta(expected, "tool_use", "", usage);
  wire::append_message_stop(expected);
  const auto made = read(kExample);
  EXPECT_FALSE(made.error);
  EXPECT_EQ(made.out, expected);
}

const std::string kEnd = finish("stop") + kUsage + kDone;

void expect_each(std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    std::string got = of_stream(one.stream);
    if (const auto made = got.find("toolu_"); made != got.npos) got.erase(made + 6, 32);
    EXPECT_EQ(got, one.expected + std::string(" in 56 read 64 written 0 out 9")) << one.name;
  }
}

TEST(ChatAnswer, ReadsTextHoweverServersSendIt) {
  expect_each({
      {"comments, blank keep-alives, CRLF and a first chunk without choices",
       ": OPENROUTER PROCESSING\n\n\r\n\ndata: \n\ndata: "
       "{\"choices\":[],\"prompt_filter_results\":[]}\r\n\r\n" +
           delta(R"("role":"assistant","content":null)") + delta(R"("content":"a\u00e9\"")") +
           delta("") + kEnd,
       "text(aé\") end_turn"},
      {"other choices are passed over",
       delta(R"("content":"a")") +
           R"(data: {"choices":[{"index":1,"delta":{"content":"b"},"finish_reason":"length"}]})"
           "\n\n" +
           kEnd,
       "text(a) end_turn"},
      {"the finishing chunk has content and usage, null before",
       R"(data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":null})"
       "\n\n"
       R"(data: {"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}],"usage":{"prompt_tokens":120,"completion_tokens":9,"prompt_cache_hit_tokens":64}})"
       "\n\n" +
           kDone,
       "text(ab) end_turn"},
      {"content in parts", delta(R"("content":[{"type":"text","text":"a"},{"type":"x"}])") + kEnd,
       "text(a) end_turn"},
      {"an empty answer", delta(R"("content":"")") + kEnd, "end_turn"},
      {"length", delta(R"("content":"a")") + finish("length") + kUsage + kDone,
       "text(a) max_tokens"},
      {"a refusal", delta(R"("refusal":"no")") + kEnd, "text(no) refusal"},
      {"a content filter", delta(R"("content":"a")") + finish("content_filter") + kUsage + kDone,
       "text(a) refusal"},
  });
}

TEST(ChatAnswer, ReadsCallsHoweverServersSendThem) {
  expect_each({
      {"stop with a call is tool_use, and all in one chunk",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":"{\"a\":1}"})") + kEnd,
       "call(x f {\"a\":1}) tool_use"},
      {"arguments as an object",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":{"a":1}})") + kEnd,
       "call(x f {\"a\":1}) tool_use"},
      {"no arguments are {}", call(R"("index":0,"id":"x","function":{"name":"f"})") + kEnd,
       "call(x f {}) tool_use"},
      {"fragments that interleave",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":"{\"a\""})") +
           call(R"("index":1,"id":"y","function":{"name":"g","arguments":"{"})") +
           delta(R"("content":"t")") + call(R"("index":0,"function":{"arguments":":1}"})") +
           call(R"("index":1,"function":{"arguments":"}"})") + kEnd,
       "call(x f {\"a\":1}) call(y g {}) text(t) tool_use"},
      {"no index: each id is a call, what has neither goes on",
       call(R"("id":"x","function":{"name":"f","arguments":"{"})") +
           call(R"("function":{"arguments":"}"})") +
           call(R"("id":"y","function":{"name":"f","arguments":"{}"})") + kEnd,
       "call(x f {}) call(y f {}) tool_use"},
      {"one index for all calls",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":"{}"})") +
           call(R"("index":0,"id":"y","function":{"name":"f","arguments":"{}"})") + kEnd,
       "call(x f {}) call(y f {}) tool_use"},
      {"id and name repeated in each fragment",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":"{"})") +
           call(R"("index":0,"id":"x","function":{"name":"f","arguments":"}"})") + kEnd,
       "call(x f {}) tool_use"},
      {"white space around arguments is none of them",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":" \n"})") +
           call(R"("index":0,"function":{"arguments":"{} "})") +
           call(R"("index":0,"function":{"arguments":"\n"})") + kEnd,
       "call(x f {}) tool_use"},
      {"the older form of a call",
       delta(R"("function_call":{"name":"f","arguments":"{"})") +
           delta(R"("function_call":{"arguments":"}"})") + finish("function_call") + kUsage + kDone,
       "call(toolu_ f {}) tool_use"},
      {"a call cut by max_tokens is given as far as it came",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":"{\"a"})") + finish("length") +
           kUsage + kDone,
       "call(x f {\"a) max_tokens"},
      {"the end of the body is as good as [DONE], and the last blank line may be missing",
       delta(R"("content":"a")") + finish("stop") + kUsage.substr(0, kUsage.size() - 2),
       "text(a) end_turn"},
      {"what follows [DONE] is not looked at", delta(R"("content":"a")") + kEnd + "data: x\n\n",
       "text(a) end_turn"},
  });
}

TEST(ChatAnswer, ReportsFailuresAsTheStreamsOwn) {
  const std::string begun = delta(R"("content":"a")");
  const Case cases[] = {
      {"cut", begun,
       R"(error event: {"type":"error","error":{"type":"api_error","message":"the upstream's answer was cut before its end"}})"},
      {"cut within a frame", begun + "data: {\"cho",
       R"(error event: {"type":"error","error":{"type":"api_error","message":"the upstream's answer was cut before its end"}})"},
      {"[DONE] without a reason", begun + kDone,
       R"(error event: {"type":"error","error":{"type":"api_error","message":"the upstream's answer was cut before its end"}})"},
      {"an error frame",
       begun + R"(data: {"error":{"code":429,"message":"m"},"choices":[{"finish_reason":"error"}]})"
               "\n\n",
       R"(error event: {"type":"error","error":{"type":"rate_limit_error","message":"m"}})"},
      {"an error at once",
       R"(data: {"error":{"message":"m","code":"insufficient_quota"}})"
       "\n\n",
       R"(error event: {"type":"error","error":{"type":"billing_error","message":"m"}})"},
      {"an error frame of vLLM",
       begun + R"(data: {"object":"error","message":"m","type":"BadRequestError","code":400})" +
           "\n\n",
       R"(error event: {"type":"error","error":{"type":"invalid_request_error","message":"m"}})"},
      {"no capacity", begun + finish("insufficient_system_resource") + kDone,
       R"(error event: {"type":"error","error":{"type":"overloaded_error","message":"the upstream ended its answer for a reason of its own"}})"},
      {"an unknown reason", begun + finish("error") + kDone,
       R"(error event: {"type":"error","error":{"type":"api_error","message":"the upstream ended its answer for a reason of its own"}})"},
      {"nothing", "", "error: the upstream's stream ended before its answer began"},
      {"keep-alives only", ": x\n\n", "error: the upstream's stream ended before its answer began"},
      {"no JSON", "data: x\n\n", "error: an event of the upstream's stream holds no JSON object"},
      {"a call without a name", call(R"("index":0,"id":"x")"),
       "error: the upstream's tool call has no name"},
      {"arguments that do not end",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":"{\"a"})") +
           finish("tool_calls") + kDone,
       "error: the upstream's tool call has arguments without an end"},
      {"arguments that are no object",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":"ls"})"),
       "error: the upstream's tool call has arguments that are no JSON object"},
      {"arguments behind their end",
       call(R"("index":0,"id":"x","function":{"name":"f","arguments":"{}"})") +
           call(R"("index":0,"function":{"arguments":"x"})"),
       "error: the upstream's tool call has arguments that are no JSON object"},
  };
  for (const Case& one : cases) EXPECT_EQ(of_stream(one.stream), one.expected) << one.name;
}

// Usage comes at the end, and clients show what the start tells until then.
TEST(ChatAnswer, BeginsWithTheEstimateOfThePromptAndEndsWithItsUsage) {
  const std::string text =
      R"(data: {"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]})"
      "\n\n";
  const std::string usage =
      R"(data: {"choices":[],"usage":{"prompt_tokens":900,"completion_tokens":2}})"
      "\n\n";
  for (const bool told : {true, false}) {
    const auto translator = chat_answer(true, {"m", "msg_1", 1'234});
    const std::string out =
        translated(*translator, text + (told ? usage : "") + "data: [DONE]\n\n").out;
    EXPECT_NE(out.find(R"("stop_sequence":null,"usage":{"input_tokens":1234,)"), out.npos) << out;
    const auto end = out.find("event: message_delta");
    EXPECT_EQ(out.find(R"("input_tokens":900,)", end) != out.npos, told) << out;
    EXPECT_EQ(out.find(R"("usage":{"output_tokens":1})", end) != out.npos, !told) << out;
    EXPECT_EQ(assembled(out).answer.usage.input, told ? 900 : 1'234);
  }
}

TEST(ChatAnswer, ShowsSignsOfLifeWhileTheModelReasons) {
  std::string stream;
  for (int i = 0; i < 64; ++i) stream += delta(R"("reasoning_content":"hm")");
  const auto made = read(stream + delta(R"("content":"a")") + finish("stop") + kUsage + kDone);
  std::size_t pings = 0;
  for (auto at = made.out.find("event: ping"); at != made.out.npos;
       at = made.out.find("event: ping", at + 1))
    ++pings;
  EXPECT_EQ(pings, 2u);
  EXPECT_EQ(made.out.find("hm"), made.out.npos);
  EXPECT_EQ(assembled(made.out).answer.text(), "a");
}

TEST(ChatAnswer, GivesTwoCallsOfOneIdIdsOfTheirOwn) {
  const std::string one = R"("function":{"name":"f","arguments":"{}"})";
  const auto answer =
      assembled(read(call(R"("index":0,"id":"x",)" + one) + call(R"("index":1,"id":"x",)" + one) +
                     call(R"("index":2,)" + one) + finish("tool_calls") + kDone)
                    .out)
          .answer;
  ASSERT_EQ(answer.content.size(), 3u);
  EXPECT_EQ(answer.content[0].id, "x");
  EXPECT_EQ(answer.content[1].id.substr(0, 6), "toolu_");
  EXPECT_EQ(answer.content[2].id.substr(0, 6), "toolu_");
  EXPECT_NE(answer.content[1].id, answer.content[2].id);
}

TEST(ChatAnswer, ReadsUsage) {
  const auto usage = [](const char* members) {
    const std::string got =
        of_stream(delta(R"("content":"1234567")") + finish("stop") +
                  R"(data: {"choices":[],"usage":)" + members + "}\n\n" + kDone);
    return got.substr(got.find(" in "));
  };
  EXPECT_EQ(usage(R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":18})"),
            " in 10 read 0 written 0 out 8");  // reasoning that only the total counts
  EXPECT_EQ(
      usage(
          R"({"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":3}})"),
      " in 3 read 4 written 3 out 5");
  EXPECT_EQ(
      usage(
          R"({"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":40}})"),
      " in 0 read 10 written 0 out 5");
  EXPECT_EQ(usage("null"), " in 0 read 0 written 0 out 2");  // estimated
}

}  // namespace
}  // namespace rlm::dialect
