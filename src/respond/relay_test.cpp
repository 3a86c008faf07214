#include "respond/relay.hpp"

#include <gtest/gtest.h>

#include "respond/pings.hpp"
#include "respond/test_sink.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/scripted_model.hpp"

namespace rlm::respond {
namespace {

using test::ScriptedCall;

// One relay of a scripted call; everything about its end is kept.
struct Relaying {
  Relayed run(ScriptedCall call) {
    test::ScriptedModel model({std::move(call)});
    const Headers none;
    upstream::CallRequest request;
    request.client_headers = &none;
    auto opened = test::run_task(
        worker, upstream::open_call(model, request, upstream::OpenOptions{}, log, stop));
    EXPECT_TRUE(opened);
    opened->health = &health;
    opened->clock = &clock;
    record.verdict = Verdict::Direct;
    const Settle settle = [this] {
      ++settled;
      bytes_at_settle = sink.body.size();
      verdict_at_settle = record.verdict;
      call_end = log.calls().at(0).end;
    };
    sink.on_write = [this] { settled_before_last_write = settled; };
    if (on_opened) on_opened();
    return test::run_task(worker, relay(*opened, sink, record, log, index, settle, pings));
  }

  net::Worker worker;
  FakeClock clock;
  upstream::CallLog log{clock, clock.steady()};
  upstream::EndpointHealth health{upstream::BreakerPolicy{1}};
  net::StopSource stop;
  wire::JsonIndex index;
  TestSink sink;
  ExchangeRecord record;
  Pings* pings = nullptr;
  std::function<void()> on_opened;
  int settled = 0;
  int settled_before_last_write = 0;
  std::size_t bytes_at_settle = 0;
  Verdict verdict_at_settle = Verdict::Failed;
  CallEnd call_end = CallEnd::Failed;
};

ScriptedCall pieces(std::vector<std::string> parts) {
  ScriptedCall call;
  call.pieces = std::move(parts);
  return call;
}

TEST(Relay, PassesAnAnswerOnAndSettlesOnceBeforeItsLastBytes) {
  Relaying r;
  const std::string whole = test::text_stream("hello");
  const Relayed done =
      r.run(pieces({whole.substr(0, 50), whole.substr(50, 200), whole.substr(250)}));
  EXPECT_TRUE(done.complete);
  EXPECT_EQ(r.sink.body, whole);
  EXPECT_TRUE(r.sink.ended);
  EXPECT_EQ(r.settled, 1);
  EXPECT_EQ(r.settled_before_last_write, 1);
  EXPECT_LT(r.bytes_at_settle, whole.size());
  EXPECT_EQ(r.call_end, CallEnd::Complete);
  EXPECT_EQ(r.record.status, 200);
  EXPECT_EQ(r.record.seen.output, 5);
  EXPECT_EQ(r.record.response_bytes, static_cast<std::int64_t>(whole.size()));
}

TEST(Relay, PutsItsNextPingOffWithEachWrite) {
  Relaying r;
  int sent = 0;
  PingConfig config;
  config.first = Milliseconds(1);
  config.interval = std::chrono::hours(1);
  Pings pings(r.worker.wheel(), r.sink, r.record, config, [&sent] { ++sent; });
  r.pings = &pings;
  net::WheelTimer end(
      r.worker.wheel(), [](void* running) { static_cast<Pings*>(running)->stop(); }, &pings);
  r.on_opened = [&] {
    pings.start();
    // Due many slots of the same wheel behind the first ping, which else would have come before it.
    end.arm(Milliseconds(100));
  };
  ScriptedCall call = pieces({test::start_event()});
  call.failure =
      Error(ErrorKind::Protocol, Source::Upstream, "reset");  // a ping could still follow
  r.run(call);
  EXPECT_EQ(sent, 0);
  EXPECT_FALSE(r.sink.ended);
}

TEST(Relay, AStreamWithoutMessageStopBecomesAnErrorEventAndACut) {
  Relaying r;
  const std::string whole = test::text_stream("hello");
  const Relayed done = r.run(pieces({whole.substr(0, whole.find("event: message_stop"))}));
  EXPECT_FALSE(done.complete);
  EXPECT_FALSE(r.sink.ended);
  EXPECT_TRUE(r.sink.was_cut);
  EXPECT_NE(r.sink.body.find("event: error"), std::string::npos);
  EXPECT_EQ(r.settled, 1);
  EXPECT_EQ(r.verdict_at_settle, Verdict::Failed);
  EXPECT_EQ(r.call_end, CallEnd::Failed);
  EXPECT_EQ(r.record.error_type, "api_error");
}

TEST(Relay, AnErrorOfTheUpstreamIsNotFollowedByOneOfOurs) {
  for (const bool breaks : {false, true}) {
    Relaying r;
    ScriptedCall call = pieces(
        {test::start_event(),
         "event: error\ndata: "
         "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n"});
    if (breaks) call.failure = Error(ErrorKind::Protocol, Source::Upstream, "reset");
    r.run(call);
    EXPECT_EQ(r.sink.body.find("event: error"), r.sink.body.rfind("event: error"));
    EXPECT_EQ(r.sink.was_cut, breaks);
    EXPECT_EQ(r.record.verdict, Verdict::Failed);
    EXPECT_EQ(r.settled, 1);
  }
}

TEST(Relay, ABreakBehindMessageStopIsAGoodEnd) {
  Relaying r;
  ScriptedCall call = pieces({test::text_stream("hello")});
  call.failure = Error(ErrorKind::Protocol, Source::Upstream, "reset");
  EXPECT_TRUE(r.run(call).complete);
  EXPECT_TRUE(r.sink.ended);
  EXPECT_FALSE(r.sink.was_cut);
  EXPECT_EQ(r.call_end, CallEnd::Complete);
}

TEST(Relay, AClientThatLeavesIsNotedWithWhatWasSpent) {
  Relaying r;
  r.sink.writes_left = 1;
  const Relayed done = r.run(pieces(
      {test::start_event(9), test::block_start_event(0) + test::text_event(0, "abcdefg"), "x"}));
  EXPECT_TRUE(done.client_left);
  EXPECT_TRUE(r.record.client_left);
  EXPECT_EQ(r.call_end, CallEnd::Cancelled);
  EXPECT_EQ(r.record.seen.input, 9);
  EXPECT_EQ(r.record.seen.output, 2);
  EXPECT_EQ(r.settled, 1);
}

TEST(Relay, AStreamThatTheClientsDialectCannotSayIsTheUpstreamsFault) {
  Relaying r;
  r.sink.unsayable = "pardon";
  const std::string pardon = test::text_event(0, "pardon");
  const Relayed done = r.run(
      pieces({test::start_event(9) + test::block_start_event(0), pardon, test::end_events()}));
  EXPECT_FALSE(done.complete);
  EXPECT_FALSE(done.client_left);
  EXPECT_FALSE(r.record.client_left);
  EXPECT_EQ(done.error.kind, ErrorKind::Protocol);
  EXPECT_EQ(r.call_end, CallEnd::Failed);
  EXPECT_EQ(r.log.calls().at(0).error, "protocol");
  EXPECT_EQ(r.verdict_at_settle, Verdict::Failed);
  EXPECT_EQ(r.record.error_type, "api_error");
  EXPECT_EQ(r.record.seen.input, 9);
  EXPECT_EQ(r.settled, 1);
  EXPECT_EQ(r.sink.body.find("pardon"), std::string::npos);
  EXPECT_NE(r.sink.body.find("event: error"), std::string::npos);
  EXPECT_TRUE(r.sink.was_cut);
}

TEST(Relay, WhatCannotBeSaidIsAnErrorStatusWhenNothingWasSaid) {
  for (const bool whole : {false, true}) {
    Relaying r;
    r.sink.unsayable = "pardon";
    ScriptedCall call = pieces({test::text_stream("pardon")});
    if (whole) call = pieces({R"({"type":"message","content":"pardon"})"});
    if (whole) call.headers = {{"content-type", "application/json"}};
    EXPECT_FALSE(r.run(call).complete);
    EXPECT_EQ(r.sink.status, 502);
    EXPECT_EQ(r.record.status, 502);
    EXPECT_EQ(r.call_end, CallEnd::Failed) << "though message_stop had come";
    EXPECT_EQ(r.settled, 1);
  }
}

TEST(Relay, TellsTheBreakerHowTheAnswerEnded) {
  using upstream::BreakerState;
  const std::string begins = test::start_event();
  struct Case {
    ScriptedCall call;
    const char* unsayable;
    BreakerState after;
  };
  ScriptedCall silent = pieces({begins});
  silent.failure = Error(ErrorKind::Timeout, Source::Upstream, "silent");
  ScriptedCall left = pieces({begins});
  left.failure = Error(ErrorKind::Cancelled, Source::Client, "left");
  for (const Case& one :
       {Case{pieces({test::text_stream("well")}), "", BreakerState::Closed},
        Case{pieces({begins}), "", BreakerState::Open}, Case{silent, "", BreakerState::Open},
        Case{left, "", BreakerState::Closed},
        Case{pieces({begins, "pardon"}), "pardon", BreakerState::Open}}) {
    Relaying r;
    r.sink.unsayable = one.unsayable;
    r.run(one.call);
    EXPECT_EQ(r.health.state(r.clock.steady()), one.after);
  }
}

TEST(Relay, AWholeBodyThatBreaksIsCutWithoutAnEvent) {
  Relaying r;
  ScriptedCall call = pieces({"{\"type\":"});
  call.headers = {{"content-type", "application/json"}};
  call.failure = Error(ErrorKind::Timeout, Source::Upstream, "silent");
  r.run(call);
  EXPECT_EQ(r.sink.body, "{\"type\":");
  EXPECT_TRUE(r.sink.was_cut);
  EXPECT_EQ(r.record.error_type, "timeout_error");
}

TEST(Relay, KeepsAResponseThatPingsHaveBegun) {
  Relaying r;
  r.sink.begin(200, stream_headers(), r.record, std::nullopt);
  ScriptedCall call = pieces({test::text_stream("hello")});
  call.headers.add("x-upstream", "1");
  r.run(call);
  EXPECT_EQ(find_header(r.sink.headers, "x-upstream"), "");
  EXPECT_EQ(r.record.status, 200);
}

}  // namespace
}  // namespace rlm::respond
