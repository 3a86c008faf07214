#include <gtest/gtest.h>

#include "dialect/answer_sink.hpp"
#include "dialect/comment_lines.hpp"
#include "dialect/reply_transcripts.hpp"

namespace rlm::dialect {
namespace {

/// Writes down what it is told.
class Told final : public AnswerSink {
 public:
  void start(std::string_view id, std::string& out) override { out += "start " + std::string(id); }
  void begin_block(BlockKind kind, wire::JsonValue, std::string& out) override {
    out += " [" + std::to_string(static_cast<int>(kind));
  }
  void text(std::string_view inside, std::string& out) override {
    if (!is_silent) out += " " + std::string(inside);
  }
  void signature(std::string_view inside) override { signatures += inside; }
  void end_block(std::string& out) override {
    out += signatures + "]";
    signatures.clear();
  }
  void finish(const AnswerEnd& end, std::string& out) override {
    out += " " + end.stop_reason + " " + std::to_string(end.usage.output);
  }
  void error(std::string_view envelope, std::string& out) override { out += envelope; }
  void ping(std::string&) override {}

  std::string signatures;
  bool is_silent = false;
};

std::string block(int index, std::string_view start, std::string_view delta = "") {
  const std::string at = R"(","index":)" + std::to_string(index);
  std::string out = sse(R"({"type":"content_block_start)" + at + R"(,"content_block":)" +
                        std::string(start) + "}");
  if (!delta.empty())
    out += sse(R"({"type":"content_block_delta)" + at + R"(,"delta":)" + std::string(delta) + "}");
  return out + sse(R"({"type":"content_block_stop)" + at + "}");
}

TEST(MessagesReader, SignsNoThinkingBehindWhatTheClientCannotBringBack) {
  const std::string thinking = R"({"type":"thinking","thinking":"h","signature":"S"})";
  const std::string redacted = R"({"type":"redacted_thinking","data":"d"})";
  const std::string other = R"({"type":"server_tool_use","id":"s","name":"web_search","input":{}})";
  const auto reader = messages_reader(std::make_unique<Told>(), true);
  const Reply reply =
      reply_of(*reader,
               kStreamStart + block(0, thinking) + block(1, redacted) + block(2, other) +
                   block(3, thinking) + block(4, redacted) + stream_end("end_turn"),
               0);
  EXPECT_EQ(reply.text, "start B2 [1 hS] [2] [1 h] end_turn 57");
}

TEST(MessagesReader, TakesAnErrorWithoutAnthropicsEnvelopeForOne) {
  const auto reader = messages_reader(std::make_unique<Told>(), true);
  const std::string error = R"({"error":{"code":503,"message":"m","type":"unavailable_error"}})";
  EXPECT_EQ(reply_of(*reader, kStreamStart + sse(error), 0).text, "start B2" + error);
}

TEST(MessagesReader, RefusesAnAnswerBeyondItsLimit) {
  auto sink = std::make_unique<Told>();
  sink->is_silent = true;
  const auto reader = messages_reader(std::move(sink), true);
  wire::JsonIndex index;
  std::string out;
  const std::string mebibyte =
      sse(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" +
          std::string(1u << 20, 'x') + R"("}})");
  const std::string open =
      sse(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})");
  ASSERT_TRUE(reader->feed(kStreamStart + open, index, out));
  int fed = 0;
  Result<void> done;
  for (; done && fed < 40; ++fed) done = reader->feed(mebibyte, index, out);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::TooLarge);
  EXPECT_EQ(fed, 32);  // the block itself counts for some bytes too

  const auto whole = messages_reader(std::make_unique<Told>(), false);
  EXPECT_TRUE(whole->feed(std::string(32u << 20, ' '), index, out));
  EXPECT_FALSE(whole->feed(" ", index, out));
}

TEST(CommentLines, PartCommentsFromAllElse) {
  const std::string stream = ":a\r\ndata: 1\r:b\r\r\n\ndata:2\n:c";
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    CommentLines lines;
    std::string comments, rest;
    for (const auto& part : {stream.substr(0, split), stream.substr(split)})
      lines.feed(part, comments, [&](std::string_view bytes) {
        rest += bytes;
        return true;
      });
    EXPECT_EQ(comments, ":a\n\n:b\n\n:c") << split;
    EXPECT_EQ(rest, "data: 1\r\r\n\ndata:2\n") << split;
    EXPECT_TRUE(lines.in_comment());
  }
}

}  // namespace
}  // namespace rlm::dialect
