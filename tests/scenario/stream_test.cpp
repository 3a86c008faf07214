// Streams that pass through: what comes out is what went in, however it was cut; and a bad end
// stays a bad end.

#include "tests/support/raw_upstream.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kTools =
    R"(,"tools":[{"name":"Read","description":"reads","input_schema":{"type":"object"}}])";

Settings before(const RawUpstream& upstream) {
  Settings settings;
  settings.verify_url = upstream.base_url();
  settings.cascades = false;
  return settings;
}

Reply stream_through(const RawUpstream& upstream) {
  Proxy proxy(before(upstream));
  return ask(proxy.port(), user_body("x", true, "", "sim-verify"));
}

std::string event(std::string_view name, std::string_view more = "") {
  return "event: " + std::string(name) + "\ndata: {\"type\":\"" + std::string(name) + "\"" +
         std::string(more) + "}\n\n";
}

const std::string kStart = event(
    "message_start",
    R"(,"message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,)"
    R"("usage":{"input_tokens":11,"output_tokens":1}})");
const std::string kText =
    event("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})") +
    event("content_block_delta",
          R"(,"index":0,"delta":{"type":"text_delta","text":"gr\u00fc\u00df dich, w\u00f6rld"})") +
    event("content_block_delta",
          ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" \xc3\xa9\xe2\x82\xac\"}") +
    event("content_block_stop", R"(,"index":0)");
const std::string kEnd =
    event(
        "message_delta",
        R"(,"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":9})") +
    event("message_stop");
const std::string kWhole = kStart + event("ping") + kText + kEnd;

std::string with_crlf(std::string text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

struct StreamCase {
  std::string name;
  std::string bytes;
  std::size_t chunk;
  std::size_t piece;
};

class StreamsPass : public testing::TestWithParam<StreamCase> {};

TEST_P(StreamsPass, ByteForByteAndAreAccountedFor) {
  RawUpstream upstream(
      {{chunked_response("text/event-stream; charset=utf-8", GetParam().bytes, GetParam().chunk),
        RawAnswer::Then::Keep, GetParam().piece}});
  Proxy proxy(before(upstream));
  const Reply reply = ask(proxy.port(), user_body("x", true, "", "sim-verify"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(reply.body, GetParam().bytes);
  const ExchangeRecord record = proxy.record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Direct);
  EXPECT_TRUE(record.streamed);
  EXPECT_EQ(record.seen.input, 11);
  EXPECT_EQ(record.seen.output, 9);
  EXPECT_TRUE(record.seen.reported);
  EXPECT_EQ(record.response_bytes, static_cast<std::int64_t>(GetParam().bytes.size()));
}

INSTANTIATE_TEST_SUITE_P(
    Stream, StreamsPass,
    testing::Values(StreamCase{"Whole", kWhole, 1u << 20, 0},
                    StreamCase{"InChunksOfOneByte", kWhole, 1, 0},
                    StreamCase{"InChunksAndSegmentsOfOneByte", kWhole, 1, 1},
                    StreamCase{"InSegmentsOfSeven", kWhole, 100, 7},
                    StreamCase{"WithCarriageReturns", with_crlf(kWhole), 50, 0},
                    StreamCase{"WithComments",
                               ": hello\n\n" + kStart + ": keep-alive\n\n" + kText + kEnd, 33, 0},
                    StreamCase{"WithUnknownEventsAndFields",
                               kStart + event("from_the_future", R"(,"x":[{"y":1e3}])") + kText +
                                   "id: 7\nretry: 10\n\n" + kEnd,
                               64, 0},
                    StreamCase{"BeginningWithAPing", event("ping") + kWhole, 10, 0}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Stream, AStreamThatWasCutBetweenTwoEventsEndsInOneErrorEvent) {
  const RawUpstream upstream({{chunked_response("text/event-stream", kStart + kText, 100)}});
  const Reply reply = stream_through(upstream);
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.whole);
  EXPECT_TRUE(reply.body.starts_with(kStart + kText));
  const auto events = sse_events(reply.body);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().name, "error");
  EXPECT_TRUE(is_error(events.back().data, "api_error")) << events.back().data;
}

TEST(Stream, AStreamThatWasCutInsideAnEventEndsInOneErrorEventOfItsOwn) {
  const std::string cut = kStart + kText.substr(0, kText.size() - 30);
  const RawUpstream upstream({{chunked_response("text/event-stream", cut, 100)}});
  const Reply reply = stream_through(upstream);
  EXPECT_FALSE(reply.whole);
  EXPECT_EQ(names_of(reply.body),
            "message_start content_block_start content_block_delta content_block_delta error");
  const auto events = sse_events(reply.body);
  for (const SseEvent& one : events) EXPECT_EQ(json_at(one.data, "type"), one.name);
  EXPECT_TRUE(is_error(events.back().data, "api_error")) << events.back().data;
}

struct BreakCase {
  std::string name;
  std::string fault;
  std::string error_type;
};

class BreaksOff : public testing::TestWithParam<BreakCase> {};

TEST_P(BreaksOff, EndsInOneErrorEventAndNeverWell) {
  Settings settings;
  settings.verify = "idle_ms = 60\nretries = 0";
  Scene scene(settings);
  scene.verify->script(fails(GetParam().fault));
  const Reply reply = scene.post(user_body("x", true, kTools));
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.whole);
  const auto events = sse_events(reply.body);
  std::size_t errors = 0;
  for (const SseEvent& one : events) errors += one.name == "error" ? 1 : 0;
  EXPECT_EQ(errors, 1u) << reply.body;
  EXPECT_EQ(events.back().name, "error");
  EXPECT_TRUE(is_error(events.back().data, GetParam().error_type)) << events.back().data;
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  EXPECT_EQ(record.status, 200);
  EXPECT_EQ(record.error_type, GetParam().error_type);
  EXPECT_EQ(record.calls.size(), 1u);  // after the first content byte nothing is tried again
  EXPECT_EQ(record.calls.at(0).end, CallEnd::Failed);
  EXPECT_GT(record.cost.value, 0);
}

INSTANTIATE_TEST_SUITE_P(Stream, BreaksOff,
                         testing::Values(BreakCase{"ByAReset", "reset@700", "api_error"},
                                         BreakCase{"ByACleanEndTooEarly", "cut@700", "api_error"},
                                         BreakCase{"WithoutMessageStop", "cut", "api_error"},
                                         BreakCase{"ByAStall", "stall@700", "timeout_error"}),
                         [](const auto& param_info) { return param_info.param.name; });

TEST(Stream, AnErrorEventOfTheUpstreamAfterContentIsPassedOnOnce) {
  Scene scene;
  scene.verify->script(fails("error_later"));
  const Reply reply = scene.post(user_body("x", true, kTools));
  EXPECT_EQ(reply.status, 200);
  const auto events = sse_events(reply.body);
  EXPECT_EQ(events.back().name, "error");
  EXPECT_EQ(reply.body.find("event: error"), reply.body.rfind("event: error"));
  EXPECT_TRUE(is_error(events.back().data, "overloaded_error"));
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  EXPECT_EQ(record.error_type, "overloaded_error");
  EXPECT_EQ(scene.verify->requests().size(), 1u);
}

TEST(Stream, WhatFollowsMessageStopDoesNotSpoilTheAnswer) {
  std::string bytes = chunked_response("text/event-stream", kWhole, 1u << 20);
  bytes.resize(bytes.size() - 5);  // the last chunk never comes
  const RawUpstream upstream({{bytes, RawAnswer::Then::Close}});
  const Reply reply = stream_through(upstream);
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(reply.body, kWhole);
}

TEST(Stream, AnAnswerThatEndsWithItsConnectionIsWholeWhenMessageStopCame) {
  const RawUpstream upstream(
      {{"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + kWhole,
        RawAnswer::Then::Close}});
  const Reply reply = stream_through(upstream);
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(reply.body, kWhole);
}

TEST(Stream, AWholeAnswerThatIsCutShortIsNeverEndedWell) {
  const std::string head =
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n";
  const RawUpstream upstream({{head + "{\"type\":\"message\",", RawAnswer::Then::Close}});
  Proxy proxy(before(upstream));
  const Reply reply = ask(proxy.port(), user_body("x", false, "", "sim-verify"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.whole);
  EXPECT_EQ(reply.body, "{\"type\":\"message\",");
  EXPECT_EQ(proxy.record_number(1).verdict, Verdict::Failed);
}

TEST(Stream, AnInterimResponseIsPassedOver) {
  const std::string whole = chunked_response("text/event-stream", kWhole, 1u << 20);
  for (const std::size_t piece : {0, 1, 40}) {
    const RawUpstream upstream(
        {{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + whole,
          RawAnswer::Then::Keep, piece}});
    const Reply reply = stream_through(upstream);
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.body, kWhole);
  }
}

TEST(Stream, ASlowReaderGetsItsOwnBytesWhileOthersAreServed) {
  sim::SimConfig config = Scene::verify_config();
  Scene scene({}, config, Scene::draft_config());
  std::string long_text;
  for (int i = 0; i < 200'000; ++i)
    long_text += std::to_string(i) + " lines of text, each its own\n";
  scene.verify->script(says_much(long_text));
  Client slow(scene.port());
  slow.take_little();
  Ask request;
  request.body = user_body("slow", true, kTools);
  slow.send(request);
  Reply reply = slow.read_head();
  EXPECT_EQ(reply.status, 200);
  // While the first client reads nothing, the same thread serves others.
  for (int i = 0; i < 20; ++i) {
    scene.verify->script(says_much(std::string(100'000, static_cast<char>('A' + i))));
    EXPECT_TRUE(ask(scene.port(), user_body("fast", true, kTools)).whole);
  }
  while (slow.read_more(reply)) {
  }
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(grammar_mistake(reply.body), "");
  EXPECT_TRUE(text_of(reply.body) == long_text);
}

}  // namespace
}  // namespace rlm::test
