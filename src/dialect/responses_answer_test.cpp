#include "dialect/responses_answer.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "dialect/translated.hpp"

namespace rlm::dialect {
namespace {

Translated read(std::string_view bytes, bool streamed = true, std::size_t first = 0,
                std::size_t step = 1u << 30) {
  return translated(*responses_answer(streamed, {"claude-opus-5", "msg_1"}), bytes, first, step);
}

/// One event; `members` follow its type.
std::string event(std::string_view type, std::string_view members) {
  const std::string name(type);
  return "event: " + name + "\ndata: {\"type\":\"" + name + "\"," + std::string(members) + "}\n\n";
}

const std::string kUsage =
    R"("usage":{"input_tokens":120,"input_tokens_details":{"cached_tokens":64},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":129})";

std::string response(std::string_view status, std::string_view output = "",
                     std::string_view more = "") {
  return R"({"id":"resp_1","object":"response","status":")" + std::string(status) +
         R"(","error":null,"output":[)" + std::string(output) + "]," + std::string(more) + kUsage +
         "}";
}

const std::string kCreated =
    event(
        "response.created",
        R"("sequence_number":0,"response":{"id":"resp_1","status":"in_progress","output":[],"usage":null})") +
    event("response.in_progress", R"("response":{"status":"in_progress"})");

std::string completed(std::string_view output = "") {
  return event("response.completed", R"("response":)" + response("completed", output));
}

std::string message(std::string_view text) {
  return R"({"type":"message","id":"msg_u","role":"assistant","content":[{"type":"output_text","text":")" +
         std::string(text) + R"(","annotations":[]}]})";
}

std::string call(std::string_view id, std::string_view arguments) {
  return R"({"type":"function_call","id":"fc_)" + std::string(id) + R"(","call_id":")" +
         std::string(id) + R"(","name":"f","arguments":")" + std::string(arguments) + "\"}";
}

std::string at(int output, std::string_view members) {
  return R"("output_index":)" + std::to_string(output) + "," + std::string(members);
}

std::string text_delta(int output, std::string_view text) {
  return event("response.output_text.delta",
               at(output, R"("content_index":0,"item_id":"msg_u","delta":")" + std::string(text) +
                              R"(","logprobs":[])"));
}

std::string item(std::string_view what, int output, std::string_view value) {
  return event("response.output_item." + std::string(what),
               at(output, R"("item":)" + std::string(value)));
}

std::string arguments(std::string_view what, int output, std::string_view text) {
  const std::string member = what == "delta" ? "delta" : "arguments";
  return event("response.function_call_arguments." + std::string(what),
               at(output, "\"" + member + "\":\"" + std::string(text) + "\""));
}

std::string of_stream(const std::string& stream) {
  const auto made = read(stream);
  if (made.error) return "error: " + made.why.message;
  const auto answer = assembled(made.out);
  if (answer.error) return "error event: " + answer.error->body;
  return (answer.answer.complete ? "" : "cut: ") + summary(answer.answer);
}

std::string of_whole(const std::string& body) {
  const auto made = read(body, false);
  if (made.error) return "error: " + (made.why.body.empty() ? made.why.message : made.why.body);
  wire::JsonIndex index;
  const auto answer = wire::read_answer(made.out, index);
  return answer ? summary(*answer) : "unreadable: " + made.out;
}

struct Case {
  const char* name;
  std::string stream;
  const char* expected;
};

const std::string kToolStream =
    kCreated + item("added", 0, R"({"type":"reasoning","id":"rs_1","summary":[]})") +
    event("response.reasoning_summary_text.delta", at(0, R"("delta":"hm")")) +
    item("done", 0, R"({"type":"reasoning","id":"rs_1","summary":[]})") +
    item("added", 1, message("")) +
    event("response.content_part.added", at(1, R"("part":{"type":"output_text","text":""})")) +
    text_delta(1, "Miss") + text_delta(1, "ing") +
    event("response.output_text.done", at(1, R"("content_index":0,"text":"Missing")")) +
    item("done", 1, message("Missing")) + item("added", 2, call("c1", "")) +
    arguments("delta", 2, R"({\"cmd\")") + arguments("delta", 2, R"(:\"ls\"})") +
    arguments("done", 2, R"({\"cmd\":\"ls\"})") +
    item("done", 2, call("c1", R"({\"cmd\":\"ls\"})")) + completed();

TEST(ResponsesAnswer, WritesAnAnswerWithACallEventByEvent) {
  std::string expected;
  const Usage usage{.input = 56, .cache_read = 64, .output = 9, .reported = true};
  wire::append_message_start(expected, "msg_1", "claude-opus-5", {});
  wire::append_ping(expected);
  wire::append_block_start(expected, 0, {});
  wire::append_text_delta(expected, 0, "Miss");
  wire::append_text_delta(expected, 0, "ing");
  wire::append_block_stop(expected, 0);
  wire::append_block_start(expected, 1, {ContentBlock::Kind::ToolUse, "", "c1", "f"});
  wire::append_input_delta(expected, 1, R"({"cmd")");
  wire::append_input_delta(expected, 1, R"(:"ls"})");
  wire::append_block_stop(expected, 1);
  wire::append_message_delta(expected, "tool_use", "", usage);
  wire::append_message_stop(expected);
  const auto made = read(kToolStream);
  EXPECT_FALSE(made.error);
  EXPECT_EQ(made.out, expected);
}

TEST(ResponsesAnswer, ReadsWhateverServersSend) {
  const Case cases[] = {
      {"a call only in its item",
       kCreated + item("done", 0, call("c", R"({\"a\":1})")) + completed(),
       "call(c f {\"a\":1}) tool_use"},
      {"a call whose arguments come at once",
       kCreated + item("added", 0, call("c", "")) + arguments("done", 0, "{}") +
           item("done", 0, call("c", "{}")) + completed(),
       "call(c f {}) tool_use"},
      {"a text only in its item", kCreated + item("done", 0, message("a")) + completed(),
       "text(a) end_turn"},
      {"a text only when it is done",
       kCreated + event("response.output_text.done", at(0, R"("content_index":0,"text":"a")")) +
           item("done", 0, message("a")) + completed(message("a")),
       "text(a) end_turn"},
      {"everything in the last event alone", completed(message("a") + "," + call("c", "{}")),
       "text(a) call(c f {}) tool_use"},
      {"deltas that do not tell their place",
       kCreated + event("response.output_text.delta", R"("delta":"a")") +
           item("done", 0, message("a")) + completed(message("a")),
       "text(a) end_turn"},
      {"calls that interleave",
       kCreated + item("added", 0, call("c", "")) + item("added", 1, call("d", "")) +
           arguments("delta", 1, R"({\"x\")") + arguments("delta", 0, "{}") +
           arguments("delta", 1, ":1}") + completed(),
       "call(c f {}) call(d f {\"x\":1}) tool_use"},
      {"two messages are two blocks",
       kCreated + text_delta(0, "a") + text_delta(1, "b") + completed(),
       "text(a) text(b) end_turn"},
      {"a refusal",
       kCreated + event("response.refusal.delta", at(0, R"("content_index":0,"delta":"no")")) +
           completed(),
       "text(no) refusal"},
      {"a limit, within a call",
       kCreated + item("added", 0, call("c", "")) + arguments("delta", 0, R"({\"a)") +
           event("response.incomplete",
                 R"("response":)" +
                     response("incomplete", "",
                              R"("incomplete_details":{"reason":"max_output_tokens"},)")),
       "call(c f {\"a) max_tokens"},
      {"a content filter",
       kCreated + text_delta(0, "a") +
           event(
               "response.incomplete",
               R"("response":)" + response("incomplete", "",
                                           R"("incomplete_details":{"reason":"content_filter"},)")),
       "text(a) refusal"},
      {"unknown events, comments and [DONE]",
       ": x\n\n" + kCreated + event("response.new", R"("a":1)") + event("keepalive", R"("a":1)") +
           text_delta(0, "a") + completed() + "data: [DONE]\n\n",
       "text(a) end_turn"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(of_stream(one.stream), one.expected + std::string(" in 56 read 64 written 0 out 9"))
        << one.name;
}

TEST(ResponsesAnswer, ReportsFailuresAsTheStreamsOwn) {
  const std::string begun = kCreated + text_delta(0, "a");
  const char* const cut =
      R"(error event: {"type":"error","error":{"type":"api_error","message":"the upstream's answer was cut before its end"}})";
  const Case cases[] = {
      {"cut", begun, cut},
      {"cut within a frame", begun + "event: response.completed\ndata: {\"type\":\"resp", cut},
      {"[DONE] before the end", begun + "data: [DONE]\n\n", cut},
      {"an error event",
       begun + event("error", R"("code":"rate_limit_exceeded","message":"m","param":null)"),
       R"(error event: {"type":"error","error":{"type":"rate_limit_error","message":"m"}})"},
      {"a failed response",
       kCreated +
           event("response.failed",
                 R"("response":{"status":"failed","error":{"code":"server_error","message":"m"}})"),
       R"(error event: {"type":"error","error":{"type":"api_error","message":"m"}})"},
      {"a failed response without an error",
       kCreated + event("response.failed", R"("response":{"status":"failed"})"),
       R"(error event: {"type":"error","error":{"type":"api_error","message":"the upstream ended its answer for a reason of its own"}})"},
      {"nothing", "", "error: the upstream's stream ended before its answer began"},
      {"no JSON", "data: x\n\n", "error: an event of the upstream's stream holds no JSON object"},
      {"a call that does not end",
       kCreated + item("added", 0, call("c", "")) + arguments("delta", 0, "{") + completed(),
       "error: the upstream's tool call has arguments without an end"},
  };
  for (const Case& one : cases) EXPECT_EQ(of_stream(one.stream), one.expected) << one.name;
}

std::vector<Case> pairs() {
  return {
      {"text", kCreated + text_delta(0, R"(Gr\u00fc)") + text_delta(0, "ße") + completed(), ""},
      {"a call", kToolStream, ""},
  };
}

TEST(ResponsesAnswer, MakesOneAnswerOfAStreamAndOfAWhole) {
  EXPECT_EQ(of_stream(pairs()[0].stream),
            of_whole("\n " + response("completed", message("Grüße"))));
  EXPECT_EQ(
      of_stream(kToolStream),
      of_whole(response("completed", R"({"type":"reasoning","summary":[]},)" + message("Missing") +
                                         "," + call("c1", R"({\"cmd\":\"ls\"})"))));
  const std::string limit = R"("incomplete_details":{"reason":"max_output_tokens"},)";
  EXPECT_EQ(
      of_stream(kCreated + text_delta(0, "a") +
                event("response.incomplete", R"("response":)" + response("incomplete", "", limit))),
      of_whole(response("incomplete", message("a"), limit)));
}

TEST(ResponsesAnswer, RefusesWholesThatAreNoAnswer) {
  EXPECT_EQ(of_whole(""), "error: the upstream's answer is no JSON object");
  EXPECT_EQ(of_whole("{}"), "error: the upstream's answer has no output");
  EXPECT_EQ(
      of_whole(R"({"status":"failed","error":{"code":"server_error","message":"m"},"output":[]})"),
      R"(error: {"type":"error","error":{"type":"api_error","message":"m"}})");
  EXPECT_EQ(
      of_whole(response("in_progress")),
      R"(error: {"type":"error","error":{"type":"api_error","message":"the upstream ended its answer for a reason of its own"}})");
  EXPECT_EQ(of_whole(response("completed", call("c", "ls"))),
            "error: the upstream's tool call has arguments that are no JSON object");
}

TEST(ResponsesAnswer, GivesTheSameBytesHoweverTheyAreCut) {
  std::vector<std::string> streams;
  for (const Case& pair : pairs()) {
    streams.push_back(pair.stream);
    streams.push_back(pair.stream.substr(0, pair.stream.size() / 2));
  }
  for (const std::string& stream : streams) {
    const Translated whole = read(stream);
    for (std::size_t cut = 1; cut < stream.size(); ++cut)
      ASSERT_EQ(read(stream, true, cut), whole) << cut << " of " << stream;
    for (const std::size_t step : {1u, 2u, 7u}) ASSERT_EQ(read(stream, true, step, step), whole);
  }
}

}  // namespace
}  // namespace rlm::dialect
