#include "wire/anthropic_stream.hpp"

#include <gtest/gtest.h>
#include <set>

#include "wire/sse.hpp"

namespace rlm::wire {
namespace {

Result<StreamEvent> read(std::string_view data) {
  JsonIndex index;
  return read_stream_event(data, index);
}

template <class Event>
Event read_as(std::string_view data) {
  auto event = read(data);
  EXPECT_TRUE(event && std::holds_alternative<Event>(*event)) << data;
  return event && std::holds_alternative<Event>(*event) ? std::get<Event>(*event) : Event{};
}

TEST(StreamEvents, AreReadWithTheirFields) {
  const auto start = read_as<stream::MessageStart>(
      R"({"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":9,"cache_read_input_tokens":4,"output_tokens":1}}})");
  EXPECT_EQ(start.id, "msg_1");
  EXPECT_EQ(start.model, "m");
  EXPECT_EQ(start.usage, (Usage{.input = 9, .cache_read = 4, .output = 1}));

  const auto tool = read_as<stream::BlockStart>(
      R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"run","input":{}}})");
  EXPECT_EQ(tool.index, 1);
  EXPECT_EQ(tool.block.kind, ContentBlock::Kind::ToolUse);
  EXPECT_EQ(tool.block.id, "toolu_1");
  EXPECT_EQ(tool.block.name, "run");
  EXPECT_EQ(tool.block.text, "");

  const auto other = read_as<stream::BlockStart>(
      R"({"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s"}})");
  EXPECT_EQ(other.block.kind, ContentBlock::Kind::Other);
  EXPECT_EQ(other.block.text, R"({"type":"server_tool_use","id":"s"})");

  EXPECT_EQ(
      read_as<stream::TextDelta>(
          R"({"index":2,"delta":{"text":"a\nb","type":"text_delta"},"type":"content_block_delta"})")
          .text,
      "a\nb");
  EXPECT_EQ(
      read_as<stream::InputDelta>(
          R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}})")
          .partial_json,
      R"({"a")");
  EXPECT_EQ(
      read_as<stream::ThinkingDelta>(
          R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"t"}})")
          .text,
      "t");
  EXPECT_EQ(read_as<stream::BlockStop>(R"({"type":"content_block_stop","index":3})").index, 3);
  read_as<stream::MessageStop>(R"({"type":"message_stop"})");

  const auto failure = read_as<stream::Failure>(
      R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})");
  EXPECT_EQ(failure.type, "overloaded_error");
  EXPECT_EQ(failure.message, "Overloaded");
}

TEST(StreamEvents, AnErrorWithoutAnthropicsEnvelopeIsOneToo) {
  const auto failure = read_as<stream::Failure>(
      R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})");
  EXPECT_EQ(failure.type, "unavailable_error");
  EXPECT_EQ(failure.message, "Loading model");
}

TEST(StreamEvents, AMessageDeltaSaysWhatItLeftOut) {
  const auto delta = read_as<stream::MessageDelta>(
      R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":3,"input_tokens":null}})");
  EXPECT_EQ(delta.stop_reason, "end_turn");
  EXPECT_EQ(delta.stop_sequence, "");
  EXPECT_EQ(
      delta.usage,
      (Usage{
          .input = -1, .cache_write_5m = -1, .cache_write_1h = -1, .cache_read = -1, .output = 3}));
  EXPECT_EQ(read_as<stream::MessageDelta>(
                R"({"type":"message_delta","delta":{"stop_reason":null},"usage":null})")
                .usage.output,
            -1);
}

TEST(StreamEvents, AreIgnoredWhenUnknown) {
  for (
      const char* data :
      {R"({"type":"ping"})", R"({"type":"new_event","index":7})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{}}})",
       R"({"type":"content_block_delta","index":0})"})
    read_as<stream::Ignored>(data);
}

TEST(StreamEvents, AreProtocolErrorsWhenBroken) {
  for (const char* data :
       {"", "[]", "{", "{}", R"({"type":7})", "[DONE]", R"({"type":"content_block_stop"})",
        R"({"type":"content_block_start","index":0})",
        R"({"type":"content_block_delta","index":-1,"delta":{}})"}) {
    const auto event = read(data);
    ASSERT_FALSE(event) << data;
    EXPECT_EQ(event.error().kind, ErrorKind::Protocol);
    EXPECT_EQ(event.error().source, Source::Upstream);
  }
}

/// Feeds each data line; gives the answer, or the first error.
Result<Answer> assemble(const std::vector<std::string>& lines, std::size_t bytes_max = 1 << 20) {
  JsonIndex index;
  AnswerAssembler assembler(bytes_max);
  for (const std::string& line : lines) {
    const auto event = read_stream_event(line, index);
    if (!event) return fail(event.error());
    if (auto fed = assembler.feed(*event); !fed) return fail(fed.error());
  }
  return assembler.take();
}

const std::string kStart =
    R"({"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":9,"output_tokens":1}}})";
const std::string kText =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})";
const std::string kHi =
    R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})";
const std::string kEndText = R"({"type":"content_block_stop","index":0})";
const std::string kTool =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{}}})";
const std::string kInput =
    R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}})";
const std::string kDelta =
    R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}})";
const std::string kStop = R"({"type":"message_stop"})";

TEST(AnswerAssembler, PutsTheAnswerTogether) {
  const auto answer =
      assemble({kStart, R"({"type":"ping"})", kText, kHi, kHi, kEndText, kDelta, kStop});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->id, "msg_1");
  EXPECT_EQ(answer->text(), "HiHi");
  EXPECT_EQ(answer->stop_reason, "end_turn");
  EXPECT_TRUE(answer->complete);
  EXPECT_EQ(answer->usage, (Usage{.input = 9, .output = 3, .reported = true}));
}

TEST(AnswerAssembler, AnAnswerThatWasCutIsNotComplete) {
  const auto answer = assemble({kStart, kText, kHi});
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->complete);
  EXPECT_FALSE(answer->usage.reported);
}

TEST(AnswerAssembler, ToolInputComesFromDeltasOrFromTheStart) {
  EXPECT_EQ(assemble({kStart, kTool, kInput, kEndText})->content[0].text, R"({"a":1})");
  EXPECT_EQ(assemble({kStart, kTool, kEndText})->content[0].text, "{}");
  const std::string whole =
      R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"n","input":{"b":2}}})";
  EXPECT_EQ(assemble({kStart, whole, kEndText})->content[0].text, R"({"b":2})");
  EXPECT_EQ(assemble({kStart, whole, kInput, kEndText})->content[0].text, R"({"a":1})");
}

TEST(AnswerAssembler, RefusesABrokenGrammar) {
  const std::string second =
      R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}})";
  for (const auto& lines : std::initializer_list<std::vector<std::string>>{
           {kText},                             // nothing before message_start
           {kStop},                             //
           {kStart, kStart},                    // twice
           {kStart, kHi},                       // a delta without its block
           {kStart, second},                    // indices begin at 0
           {kStart, kText, second},             // one block at a time
           {kStart, kText, kEndText, kText},    // an index again
           {kStart, kText, kEndText, kHi},      // a delta for a closed block
           {kStart, kText, kInput},             // of another kind
           {kStart, kEndText},                  // a stop without its block
           {kStart, kText, kStop},              // the end inside a block
           {kStart, kDelta, kStop, kDelta}}) {  // behind the end
    const auto answer = assemble(lines);
    ASSERT_FALSE(answer) << lines.back();
    EXPECT_EQ(answer.error().kind, ErrorKind::Protocol);
    EXPECT_EQ(answer.error().source, Source::Upstream);
  }
}

TEST(AnswerAssembler, BoundsTheAnswer) {
  const std::size_t fits = sizeof(ContentBlock) + 4;
  EXPECT_TRUE(assemble({kStart, kText, kHi, kHi}, fits));
  EXPECT_FALSE(assemble({kStart, kText, kHi, kHi}, fits - 1));
}

TEST(AnswerAssembler, AnErrorEventBecomesTheStatusItShouldHaveBeen) {
  const auto answer = assemble(
      {kStart, R"({"type":"error","error":{"type":"overloaded_error","message":"Over\"loaded"}})"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::UpstreamStatus);
  EXPECT_EQ(answer.error().status, 529);
  EXPECT_EQ(answer.error().body,
            R"({"type":"error","error":{"type":"overloaded_error","message":"Over\"loaded"}})");
}

Answer sample_answer() {
  Answer answer;
  std::string text(1023, 'x');
  for (int i = 0; i < 1000; ++i) text += "é";
  answer.content = {
      {.kind = ContentBlock::Kind::Thinking, .text = "secret", .id = {}, .name = {}},
      {.kind = ContentBlock::Kind::Text, .text = text, .id = {}, .name = {}},
      {.kind = ContentBlock::Kind::ToolUse,
       .text = R"({"cmd":"make"})",
       .id = "toolu_1",
       .name = "run"},
      {.kind = ContentBlock::Kind::Other, .text = R"({"type":"x","a":[1]})", .id = {}, .name = {}}};
  answer.stop_reason = "tool_use";
  return answer;
}

const Usage kUsage{.input = 12,
                   .cache_write_5m = 5,
                   .cache_write_1h = 6,
                   .cache_read = 7,
                   .output = 4,
                   .reported = true};

TEST(WholeAnswers, AreWrittenAndReadBack) {
  JsonIndex index;
  const Answer answer = sample_answer();
  const auto back = read_answer(write_answer(answer, "msg_9", "asked", kUsage), index);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, "msg_9");
  EXPECT_EQ(back->model, "asked");
  EXPECT_EQ(back->stop_reason, "tool_use");
  EXPECT_EQ(back->usage, kUsage);
  ASSERT_EQ(back->content.size(), 3u);  // without the thinking
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back->content[i].kind, answer.content[i + 1].kind);
    EXPECT_EQ(back->content[i].text, answer.content[i + 1].text);
    EXPECT_EQ(back->content[i].id, answer.content[i + 1].id);
  }
}

TEST(WholeAnswers, HaveTheProvidersShape) {
  Answer answer;
  answer.content.push_back({.kind = ContentBlock::Kind::Text, .text = "Hi", .id = {}, .name = {}});
  EXPECT_EQ(
      write_answer(answer, "msg_1", "m", kUsage),
      R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn",)"
      R"("stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":11,"cache_read_input_tokens":7,)"
      R"("cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":6},"output_tokens":4}})");
}

TEST(WholeAnswers, StayJsonWhenACallWasCut) {
  Answer answer;
  answer.content.push_back(
      {.kind = ContentBlock::Kind::ToolUse, .text = R"({"cmd":"ma)", .id = "t", .name = "n"});
  JsonIndex index;
  const auto back = read_answer(write_answer(answer, "i", "m", {}), index);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->content[0].text, "{}");
  EXPECT_EQ(back->stop_reason, "tool_use");
}

TEST(WholeAnswers, AreRefusedWhenTheyAreNoMessage) {
  JsonIndex index;
  EXPECT_TRUE(read_answer(" \n {\"type\":\"message\",\"content\":[]}", index));
  for (const char* body : {"", "<html>", "[]", R"({"type":"error"})", R"({"type":"message"})"}) {
    const auto answer = read_answer(body, index);
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().kind, ErrorKind::Protocol);
  }
}

TEST(WrittenStreams, KeepTheGrammarAndGiveTheSameAnswer) {
  const Answer answer = sample_answer();
  std::vector<std::string> lines;
  std::size_t longest = 0;
  SseParser parser;
  ASSERT_TRUE(parser.feed(
      write_stream(answer, "msg_9", "asked", kUsage),
      [&](std::string_view event, std::string_view data) {
        EXPECT_TRUE(data.starts_with(R"({"type":")" + std::string(event) + "\"")) << data;
        longest = std::max(longest, data.size());
        lines.emplace_back(data);
      }));
  EXPECT_FALSE(parser.in_event());
  EXPECT_LT(longest, 1200u);
  const auto back = assemble(lines);
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->complete);
  EXPECT_EQ(back->usage, kUsage);
  ASSERT_EQ(back->content.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(back->content[i].text, answer.content[i + 1].text);
}

TEST(WrittenStreams, NeverEndOnANullStopReason) {
  EXPECT_NE(write_stream({}, "i", "m", {}).find(R"("stop_reason":"end_turn")"), std::string::npos);
  Answer stopped;
  stopped.stop_reason = "stop_sequence";
  stopped.stop_sequence = "END";
  EXPECT_NE(write_stream(stopped, "i", "m", {})
                .find(R"("stop_reason":"stop_sequence","stop_sequence":"END")"),
            std::string::npos);
}

TEST(MessageIds, AreFreshAndOfTheProvidersForm) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(new_message_id());
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_EQ(ids.begin()->size(), 28u);
  EXPECT_TRUE(ids.begin()->starts_with("msg_"));
}

}  // namespace
}  // namespace rlm::wire
