#include "wire/usage_tap.hpp"

#include <gtest/gtest.h>

namespace rlm::wire {
namespace {

using Format = UsageTap::Format;

UsageTap tapped(Format format, std::string_view bytes, std::size_t chunk_bytes = 1 << 20,
                std::size_t kept_max = 4u << 20) {
  JsonIndex index;
  UsageTap tap(format, kept_max);
  for (std::size_t at = 0; at < bytes.size(); at += chunk_bytes)
    tap.feed(bytes.substr(at, chunk_bytes), index);
  tap.end({}, index);
  return tap;
}

const std::string kStart =
    "event: message_start\ndata: "
    "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\",\"content\":[],"
    "\"stop_reason\":null,"
    "\"usage\":{\"input_tokens\":9,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":"
    "null,\"output_tokens\":1}}}\n\n";
const std::string kBlock =
    "event: content_block_start\ndata: "
    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":"
    "\"\"}}\n\n";
std::string delta(std::size_t bytes) {
  return "event: content_block_delta\ndata: "
         "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
         "\"text\":\"" +
         std::string(bytes, 'x') + "\"}}\n\n";
}
const std::string kEnd =
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "event: message_delta\ndata: "
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
    "\"usage\":{\"output_tokens\":30}}\n\n";
const std::string kStop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
const std::string kError =
    "event: error\ndata: "
    "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";

TEST(UsageTap, ReadsAWholeStreamInAnyChunking) {
  const std::string stream = kStart + ": comment\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n" +
                             kBlock + delta(70) + delta(400) + kEnd + kStop;
  std::string with_cr;
  for (char c : stream) with_cr += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const std::string& bytes : {stream, with_cr}) {
    for (const std::size_t chunk : {1u, 2u, 5u, 64u, 1000u, 100000u}) {
      const UsageTap tap = tapped(Format::Sse, bytes, chunk);
      EXPECT_EQ(tap.usage(), (Usage{.input = 9, .cache_read = 100, .output = 30, .reported = true}))
          << chunk;
      EXPECT_TRUE(tap.complete());
      EXPECT_TRUE(tap.content_seen());
      EXPECT_FALSE(tap.failed());
    }
  }
}

TEST(UsageTap, TakesNoEstimateForTheTruth) {
  JsonIndex index;
  for (const bool cut : {true, false}) {
    UsageTap tap(Format::Sse);
    tap.pass_over_start();
    tap.feed(kStart + kBlock + delta(35), index);
    if (!cut) tap.feed(kEnd, index);
    tap.end({}, index);
    EXPECT_EQ(tap.usage().prompt(), 0);
    EXPECT_EQ(tap.usage().reported, !cut);
    EXPECT_EQ(tap.usage().output, cut ? 10 : 30);
  }
}

TEST(UsageTap, EstimatesTheOutputOfAStreamThatWasCut) {
  for (const std::size_t chunk : {1u, 7u, 100000u}) {
    const UsageTap tap = tapped(Format::Sse, kStart + kBlock + delta(70) + delta(350), chunk);
    EXPECT_EQ(tap.usage(), (Usage{.input = 9, .cache_read = 100, .output = 120})) << chunk;
    EXPECT_FALSE(tap.complete());
  }
}

TEST(UsageTap, CountsTextToolInputAndThinkingHoweverTheyAreWritten) {
  const auto estimate = [](const std::string& data) {
    return tapped(Format::Sse, "event: content_block_delta\ndata: " + data + "\n\n").usage().output;
  };
  EXPECT_EQ(
      estimate(
          R"({"type":"content_block_delta","index":12,"delta":{"type":"input_json_delta","partial_json":"1234567"}})"),
      2);
  EXPECT_EQ(
      estimate(
          R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"1234567"}})"),
      2);
  EXPECT_EQ(
      estimate(
          R"({"index": 0, "type": "content_block_delta", "delta": {"type": "text_delta", "text": "1234567"}})"),
      2);
  EXPECT_EQ(
      estimate(
          R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"12345678901234567890"}})"),
      0);
}

TEST(UsageTap, TellsAnErrorFromAnEnd) {
  const UsageTap tap = tapped(Format::Sse, kStart + kError, 3);
  EXPECT_TRUE(tap.failed());
  EXPECT_FALSE(tap.complete());
  EXPECT_FALSE(tap.content_seen());
  EXPECT_EQ(tap.error_type(), "overloaded_error");
}

TEST(UsageTap, ReadsStreamsWithoutEventLines) {
  std::string stream = kStart + kBlock + delta(70) + kEnd + kStop;
  for (std::size_t at = stream.find("event:"); at != stream.npos; at = stream.find("event:", at))
    stream.erase(at, stream.find('\n', at) + 1 - at);
  for (const std::size_t chunk : {1u, 100000u}) {
    const UsageTap tap = tapped(Format::Sse, stream, chunk);
    EXPECT_TRUE(tap.complete());
    EXPECT_EQ(tap.usage().output, 30);
  }
}

TEST(UsageTap, ANullFinalUsageLeavesAnEstimate) {
  const UsageTap tap =
      tapped(Format::Sse, kStart + delta(70) +
                              "event: message_delta\ndata: "
                              "{\"type\":\"message_delta\",\"delta\":{},\"usage\":null}\n\n" +
                              kStop);
  EXPECT_TRUE(tap.complete());
  EXPECT_FALSE(tap.usage().reported);
  EXPECT_EQ(tap.usage().output, 20);
}

TEST(UsageTap, TheLastLineMayLackItsEnd) {
  const std::string stream = kStart + kEnd + kStop;
  EXPECT_TRUE(tapped(Format::Sse, stream.substr(0, stream.size() - 2)).complete());
  EXPECT_FALSE(tapped(Format::Sse, stream.substr(0, stream.size() - kStop.size())).complete());
}

TEST(UsageTap, PassesOverALineBeyondTheLimit) {
  const std::string line = kEnd.substr(kEnd.find("data: {\"type\":\"message_delta"));
  const std::size_t line_bytes = line.find('\n');
  for (const std::size_t chunk : {1u, 100000u}) {
    EXPECT_EQ(tapped(Format::Sse, kEnd, chunk, line_bytes + 1).usage().output, 30) << chunk;
    EXPECT_EQ(tapped(Format::Sse, kEnd, chunk, line_bytes).usage().output, 0) << chunk;
  }
}

const std::string kBody =
    R"({"id":"msg_1","type":"message","model":"m","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":12,"output_tokens":4}})";

TEST(UsageTap, ReadsAWholeJsonBodyAtItsEnd) {
  for (const std::size_t chunk : {1u, 100000u}) {
    const UsageTap tap = tapped(Format::Json, kBody, chunk);
    EXPECT_TRUE(tap.complete());
    EXPECT_TRUE(tap.content_seen());
    EXPECT_EQ(tap.usage(), (Usage{.input = 12, .output = 4, .reported = true}));
  }
}

TEST(UsageTap, FindsTheMessagesOwnUsageWhereverItStands) {
  const std::string nested =
      R"("content":[{"type":"tool_use","input":{"usage":{"output_tokens":99}}}])";
  const std::string quoted =
      R"("content":[{"type":"text","text":"{\"usage\":{\"output_tokens\":99}}"}])";
  const std::string usage = R"("usage":{"input_tokens":12,"output_tokens":4})";
  const std::string start = R"({"id":"m1","type":"message",)";
  for (const std::string& body : std::vector<std::string>{
           start + nested + "," + usage + "}", start + usage + "," + nested + "}",
           start + quoted + "," + usage + "}", start + usage + "," + quoted + "}",
           start + usage + R"(,"stop_reason":null})", start + quoted + ", " + usage + " }\n",
           R"({"stop_sequence":null,"type":"message",)" + usage + "}",
           R"({ "type" : "message", "usage" : {"input_tokens":12, "output_tokens":4} })",
           R"({"id":"a\"b","type":"message",)" + usage + "}"}) {
    const UsageTap tap = tapped(Format::Json, body);
    EXPECT_TRUE(tap.complete()) << body;
    EXPECT_EQ(tap.usage(), (Usage{.input = 12, .output = 4, .reported = true})) << body;
  }
  EXPECT_FALSE(tapped(Format::Json, start + nested + "}").usage().reported);
  EXPECT_FALSE(tapped(Format::Json, R"({"type":"model",)" + usage + "}").complete());
}

TEST(UsageTap, AJsonErrorOrACutBodyIsNotComplete) {
  const UsageTap failed =
      tapped(Format::Json, R"({"type":"error","error":{"type":"rate_limit_error","message":"m"}})");
  EXPECT_TRUE(failed.failed());
  EXPECT_FALSE(failed.complete());
  EXPECT_EQ(failed.error_type(), "rate_limit_error");
  const UsageTap cut = tapped(Format::Json, kBody.substr(0, 70));
  EXPECT_FALSE(cut.complete());
  EXPECT_EQ(cut.usage(), (Usage{.output = 20}));
  EXPECT_FALSE(tapped(Format::Json, "").content_seen());
}

TEST(UsageTap, KeepsAJsonBodyUpToTheLimit) {
  EXPECT_TRUE(tapped(Format::Json, kBody, 10, kBody.size()).complete());
  EXPECT_FALSE(tapped(Format::Json, kBody, 10, kBody.size() - 1).complete());
}

}  // namespace
}  // namespace rlm::wire
