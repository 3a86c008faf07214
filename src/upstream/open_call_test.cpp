#include "upstream/open_call.hpp"

#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"
#include "tests/support/scripted_model.hpp"
#include "upstream/event_reader.hpp"

namespace rlm::upstream {
namespace {

using test::run_task;
using test::ScriptedCall;
using test::ScriptedModel;

struct Opening {
  explicit Opening(std::vector<ScriptedCall> calls) : model(std::move(calls)) {}

  Result<OpenedCall> open() {
    const Headers none;
    CallRequest request;
    request.client_headers = &none;
    OpenOptions options;
    options.model = "m";
    options.source = Source::Draft;
    return run_task(worker, open_call(model, request, options, log, stop));
  }

  net::Worker worker;
  ScriptedModel model;
  FakeClock clock;
  CallLog log{clock, clock.steady()};
  net::StopSource stop;
};

ScriptedCall stream(std::vector<std::string> pieces) {
  ScriptedCall call;
  call.pieces = std::move(pieces);
  return call;
}

ScriptedCall status(int code, Headers headers = {}) {
  ScriptedCall call;
  call.status = code;
  call.headers = std::move(headers);
  call.pieces = {"{\"type\":", "\"error\"}"};
  return call;
}

ScriptedCall refused(ErrorKind kind) {
  ScriptedCall call;
  call.refusal = Error(kind, Source::Upstream, "refused");
  return call;
}

TEST(OpenCall, GivesTheFirstPieceOfAnAnswer) {
  Opening one({stream({"event: message_start\n", "rest"})});
  const auto opened = one.open();
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->is_stream);
  EXPECT_EQ(opened->first.bytes, "event: message_start\n");
  EXPECT_FALSE(opened->first.end);
  EXPECT_EQ(one.log.calls().at(0).status, 200);
  EXPECT_EQ(one.log.calls().at(0).first_byte_ms, 3);
}

TEST(OpenCall, LosesNothingOfABeginningInSmallPieces) {
  Opening one({stream({"ev", "ent:", " ", "m", "essage_start"})});
  const auto opened = one.open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->first.bytes, "event: m");
}

TEST(OpenCall, KeepsTheBodyAndHeadersOfAnErrorStatus) {
  Opening one({status(429, {{"retry-after", "60"}, {"x-a", "b"}})});
  const auto opened = one.open();
  ASSERT_FALSE(opened);
  const Error& error = opened.error();
  EXPECT_EQ(error.kind, ErrorKind::UpstreamStatus);
  EXPECT_EQ(error.source, Source::Draft);
  EXPECT_EQ(error.status, 429);
  EXPECT_EQ(error.body, "{\"type\":\"error\"}");
  EXPECT_EQ(error.retry_after_ms, 60'000);
  EXPECT_EQ(find_header(*error.headers, "x-a"), "b");
}

TEST(OpenCall, LogsEveryAttempt) {
  Opening one({status(500), refused(ErrorKind::Unreachable), stream({"event: ping\n"})});
  ASSERT_TRUE(one.open());
  const auto& calls = one.log.calls();
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[0].status, 500);
  EXPECT_EQ(calls[0].error, "upstream_status");
  EXPECT_EQ(calls[1].error, "unreachable");
  EXPECT_EQ(calls[2].attempt, 2);
  EXPECT_EQ(calls[2].model, "scripted-1") << "as the endpoint names it";
}

TEST(OpenCall, ARequestThatWentOutTwiceHasAnEntryForEach) {
  ScriptedCall twice = stream({"event: ping\n"});
  twice.sending = {true, Milliseconds(2)};
  Opening one({status(500), twice});
  const auto opened = one.open();
  ASSERT_TRUE(opened);
  const auto calls = one.log.take({});
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[1].attempt, 1);
  EXPECT_EQ(calls[1].end, CallEnd::Failed);
  EXPECT_EQ(calls[1].error, "unreachable");
  EXPECT_EQ(calls[1].usage, Usage{}) << "nobody answered it, so nobody charges for it";
  EXPECT_EQ(calls[1].duration_ms, 2);
  EXPECT_EQ(opened->log_index, 2u);
  EXPECT_EQ(calls[2].attempt, 2);
  EXPECT_EQ(calls[2].started_ms, calls[1].started_ms + 2);
  EXPECT_EQ(calls[2].first_byte_ms, 1) << "from its own start";
}

TEST(OpenCall, WhatWasSentAndNotAnsweredIsBilledAsExpected) {
  const money::ExpectedUse expected{.draft = {}, .verify = {.cache_read = 900, .output = 50}};
  for (const bool sent : {true, false}) {
    ScriptedCall stopped = refused(ErrorKind::Timeout);
    stopped.sending.whole = sent;
    Opening one({stopped});
    one.model.settings().retry.retries_max = 0;
    ASSERT_FALSE(one.open());
    const Usage charged = one.log.take(expected).at(0).usage;
    EXPECT_EQ(charged, sent ? Usage{.cache_read = 900} : Usage{});
  }
}

TEST(OpenCall, AnErrorEventIsTriedAgainLikeItsStatus) {
  const std::string failure =
      "event: error\ndata: "
      "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n";
  Opening again({stream({failure}), stream({"event: ping\n"})});
  EXPECT_TRUE(again.open());
  EXPECT_EQ(again.model.log().closed_early, 0);

  Opening last({stream({failure.substr(0, 5), failure.substr(5)})});
  last.model.settings().retry.retries_max = 0;
  const auto opened = last.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().status, 529);
  EXPECT_NE(opened.error().body.find("overloaded_error"), std::string::npos);
}

TEST(OpenCall, AnErrorEventThatIsNoJsonIsAnErrorAllTheSame) {
  Opening one({stream({"event: error\ndata: oh no\n\n"})});
  one.model.settings().retry.retries_max = 0;
  const auto opened = one.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().status, 500);
  EXPECT_NE(opened.error().body.find("api_error"), std::string::npos);
}

TEST(OpenCall, ABreakBeforeTheFirstByteIsNoAnswer) {
  ScriptedCall broken = stream({});
  broken.failure = Error(ErrorKind::Protocol, Source::Upstream, "broken");
  Opening one({broken});
  const auto opened = one.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().source, Source::Draft);
  EXPECT_EQ(one.log.calls().size(), 1u);
}

TEST(OpenCall, AnEmptyStreamIsNoAnswer) {
  Opening one({stream({"\n\n"})});
  const auto opened = one.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Protocol);
}

TEST(OpenCall, ACancelledCallIsNotTriedAgain) {
  Opening one({stream({"event: ping\n"})});
  one.stop.request_stop();
  const auto opened = one.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Cancelled);
  EXPECT_EQ(one.log.calls().at(0).end, CallEnd::Cancelled);
  EXPECT_EQ(one.log.calls().size(), 1u);
}

// Reads all events of a scripted stream; the number of events, or the error.
struct Read {
  std::size_t events = 0;
  std::optional<Error> error;
  Usage usage;
  bool stopped = false;
};

net::Task<Read> read_all(OpenedCall& opened, wire::JsonIndex& index) {
  Read read;
  EventReader reader(opened, index);
  for (;;) {
    auto event = co_await reader.next();
    if (!event) read.error = std::move(event.error());
    if (!event || !*event) break;
    ++read.events;
  }
  read.usage = reader.usage();
  read.stopped = reader.message_stopped();
  co_return read;
}

Read read_events(ScriptedCall call) {
  Opening one({std::move(call)});
  auto opened = one.open();
  EXPECT_TRUE(opened);
  wire::JsonIndex index;
  return run_task(one.worker, read_all(*opened, index));
}

// What the endpoint's breaker makes of a stream that is read once, when one more failure opens it.
BreakerState breaker_after(ScriptedCall call) {
  Opening one({std::move(call)});
  auto opened = one.open();
  EXPECT_TRUE(opened);
  EndpointHealth health(BreakerPolicy{2});
  const Error broken(ErrorKind::Protocol, Source::Upstream, "");
  health.broke_off(broken, one.clock.steady());
  opened->health = &health;
  opened->clock = &one.clock;
  wire::JsonIndex index;
  run_task(one.worker, read_all(*opened, index));
  if (health.state(one.clock.steady()) == BreakerState::Open) return BreakerState::Open;
  health.broke_off(broken, one.clock.steady());
  return health.state(one.clock.steady());
}

TEST(EventReader, TellsTheBreakerHowTheAnswerEnded) {
  EXPECT_EQ(breaker_after(stream({test::text_stream("whole")})), BreakerState::Closed);
  EXPECT_EQ(breaker_after(stream({test::start_event()})), BreakerState::Open) << "ended early";
  EXPECT_EQ(breaker_after(stream({test::start_event() + "event: con"})), BreakerState::Open);
  ScriptedCall silent = stream({test::start_event()});
  silent.failure = Error(ErrorKind::Timeout, Source::Upstream, "silent");
  EXPECT_EQ(breaker_after(silent), BreakerState::Open);
  const std::string error =
      "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"\"}}\n\n";
  EXPECT_EQ(breaker_after(stream({test::start_event() + error})), BreakerState::Open);
}

TEST(EventReader, GivesTheSameEventsInAnySplit) {
  const std::string whole = test::text_stream("gr\xc3\xbc\xc3\x9f");
  for (std::size_t size = 1; size < 50; size += 3) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < whole.size(); at += size)
      pieces.push_back(whole.substr(at, size));
    const Read read = read_events(stream(pieces));
    EXPECT_EQ(read.events, 6u);
    EXPECT_FALSE(read.error);
    EXPECT_TRUE(read.stopped);
    EXPECT_EQ(read.usage.input, 7);
    EXPECT_EQ(read.usage.output, 5);
    EXPECT_TRUE(read.usage.reported);
  }
}

TEST(EventReader, EstimatesTheOutputOfAStreamThatWasCut) {
  const Read read = read_events(stream({test::start_event(), test::block_start_event(0),
                                        test::text_event(0, std::string(35, 'x'))}));
  EXPECT_EQ(read.usage.output, 10);
  EXPECT_FALSE(read.usage.reported);
  EXPECT_FALSE(read.stopped);
}

TEST(EventReader, CountsAnHoursCacheWriteOnceThoughTheEndTellsOnlyTheSum) {
  const std::string start =
      "data: "
      "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1,\"cache_creation_"
      "input_tokens\":70,"
      "\"cache_creation\":{\"ephemeral_5m_input_tokens\":20,\"ephemeral_1h_input_tokens\":50},"
      "\"output_tokens\":1}}}\n\n";
  const std::string end =
      "data: "
      "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"input_tokens\":1,\"cache_creation_"
      "input_tokens\":70,"
      "\"output_tokens\":3}}\n\n";
  const Read read = read_events(stream({start, end}));
  EXPECT_EQ(read.usage.cache_write_5m, 20);
  EXPECT_EQ(read.usage.cache_write_1h, 50);
  EXPECT_EQ(read.usage.output, 3);
}

TEST(EventReader, EstimatesWhereNoEventTellsTheUsage) {
  const Read read = read_events(
      stream({test::start_event(), test::block_start_event(0),
              test::text_event(0, std::string(35, 'x')), test::block_stop_event(0),
              "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n"}));
  EXPECT_EQ(read.usage.output, 10);
  EXPECT_FALSE(read.usage.reported);
}

TEST(EventReader, ReportsACutInsideAnEvent) {
  const Read read = read_events(stream({test::start_event() + "event: content_blo"}));
  ASSERT_TRUE(read.error);
  EXPECT_EQ(read.error->kind, ErrorKind::Protocol);
  EXPECT_EQ(read.events, 1u);
}

TEST(EventReader, AnErrorEventKeepsItsOwnType) {
  const Read read = read_events(
      stream({test::start_event() + "event: error\ndata: "
                                    "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
                                    "\"message\":\"out of \\\"luck\\\"\"}}\n\n"}));
  ASSERT_TRUE(read.error);
  EXPECT_EQ(read.error->status, 500);
  EXPECT_EQ(read.error->body,
            "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"out of "
            "\\\"luck\\\"\"}}");
}

TEST(EventReader, ReadsAWholeAnswerAsEvents) {
  ScriptedCall whole = stream(
      {R"({"type":"message","id":"msg_1","role":"assistant","content":[{"type":"text","text":"a"},)",
       R"({"type":"tool_use","id":"t","name":"n","input":{"x":1}}],"stop_reason":"tool_use",)",
       R"("usage":{"input_tokens":3,"output_tokens":4}})"});
  whole.headers = {{"content-type", "application/json"}};
  const Read read = read_events(whole);
  EXPECT_FALSE(read.error);
  EXPECT_EQ(read.events, 7u);  // start, two blocks of two, delta, stop
  EXPECT_TRUE(read.stopped);
  EXPECT_EQ(read.usage.output, 4);
}

TEST(EventReader, RefusesAWholeAnswerThatIsNone) {
  ScriptedCall whole = stream({"<html>"});
  whole.headers = {{"content-type", "text/html"}};
  EXPECT_EQ(read_events(whole).error->kind, ErrorKind::Protocol);
}

}  // namespace
}  // namespace rlm::upstream
