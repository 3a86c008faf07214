#include "respond/rewrite_relay.hpp"

#include <gtest/gtest.h>

#include "respond/test_sink.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/scripted_model.hpp"
#include "wire/sse.hpp"

namespace rlm::respond {
namespace {

using test::ScriptedCall;

// A rewrite whose first events the gate has already read.
struct Rewriting {
  Relayed run(std::vector<std::string> pieces, RewriteStart start, bool stream,
              std::size_t read_before, std::optional<Error> failure = {}) {
    ScriptedCall call;
    call.pieces = std::move(pieces);
    call.failure = std::move(failure);
    test::ScriptedModel model({std::move(call)});
    const Headers none;
    upstream::CallRequest asked;
    asked.client_headers = &none;
    auto opened = test::run_task(
        worker, upstream::open_call(model, asked, upstream::OpenOptions{}, log, stop));
    EXPECT_TRUE(opened);
    request.facts.stream = stream;
    request.facts.model = "claude-x";
    return test::run_task(worker, relay(*opened, std::move(start), read_before));
  }
  net::Task<Relayed> relay(upstream::OpenedCall& opened, RewriteStart start,
                           std::size_t read_before) {
    upstream::EventReader events(opened, index);
    for (std::size_t i = 0; i < read_before; ++i) co_await events.next();
    co_return co_await relay_rewrite(events, opened, std::move(start), request, sink, record, log,
                                     settle);
  }

  std::string event_names() const {
    std::string names;
    wire::SseParser parser;
    const auto fed = parser.feed(sink.body, [&](std::string_view name, std::string_view) {
      names.append(names.empty() ? "" : " ").append(name);
    });
    EXPECT_TRUE(fed);
    return names;
  }

  net::Worker worker;
  FakeClock clock;
  upstream::CallLog log{clock, clock.steady()};
  net::StopSource stop;
  wire::JsonIndex index;
  TestSink sink;
  ExchangeRecord record;
  Request request;
  CallEnd end = CallEnd::Failed;
  const Settle settle = [this] { end = log.calls().at(0).end; };
};

RewriteStart held(std::string text) {
  RewriteStart start;
  start.held = std::move(text);
  start.prompt.input = 42;
  return start;
}

TEST(RewriteRelay, DeliversWhatWasHeldBeforeItWaitsForMore) {
  Rewriting r;
  const auto done =
      r.run({test::start_event() + test::block_start_event(0) + test::text_event(0, "held")},
            held("held"), true, 3, Error(ErrorKind::Timeout, Source::Upstream, "silent"));
  EXPECT_FALSE(done.complete);
  EXPECT_EQ(r.event_names(), "message_start content_block_start content_block_delta error");
  EXPECT_NE(r.sink.body.find("held"), std::string::npos);
  EXPECT_TRUE(r.sink.was_cut);
  EXPECT_EQ(r.end, CallEnd::Failed);
}

TEST(RewriteRelay, WritesEventsTogetherThatCameTogether) {
  Rewriting r;
  std::string burst = test::text_event(0, "a");
  for (int i = 0; i < 50; ++i) burst += test::text_event(0, "b");
  const auto done =
      r.run({test::start_event() + test::block_start_event(0) + test::text_event(0, "held"), burst,
             test::block_stop_event(0) + test::end_events()},
            held("held"), true, 3);
  EXPECT_TRUE(done.complete);
  EXPECT_LE(r.sink.writes, 4);
  EXPECT_EQ(r.record.seen.input, 42);
  EXPECT_EQ(r.record.seen.output, 5);
  EXPECT_EQ(r.end, CallEnd::Complete);
}

TEST(RewriteRelay, AReplyWithoutContentKeepsItsStopReason) {
  for (const bool stream : {true, false}) {
    Rewriting r;
    RewriteStart start = held("");
    stream::MessageDelta delta;
    delta.stop_reason = "refusal";
    start.unread = delta;
    EXPECT_TRUE(
        r.run({test::start_event() + test::end_events(1, "refusal")}, std::move(start), stream, 2)
            .complete);
    EXPECT_NE(r.sink.body.find("\"stop_reason\":\"refusal\""), std::string::npos) << r.sink.body;
  }
}

TEST(RewriteRelay, AToolCallThatCameWholeKeepsItsInput) {
  for (const bool stream : {true, false}) {
    Rewriting r;
    RewriteStart start = held("");
    ContentBlock call;
    call.kind = ContentBlock::Kind::ToolUse;
    call.id = "t1";
    call.name = "Read";
    call.text = R"({"path":"x"})";
    start.unread = stream::BlockStart{0, call};
    const std::string block = R"({"type":"tool_use","id":"t1","name":"Read","input":{"path":"x"}})";
    EXPECT_TRUE(r.run({test::start_event() + test::block_start_event(0, block) +
                       test::block_stop_event(0) + test::end_events(5, "tool_use")},
                      std::move(start), stream, 2)
                    .complete);
    EXPECT_NE(r.sink.body.find(stream ? R"({\"path\":\"x\"})" : R"({"path":"x"})"),
              std::string::npos)
        << r.sink.body;
  }
}

TEST(RewriteRelay, AnErrorBeforeAWholeBodyIsAStatus) {
  Rewriting r;
  r.run({test::start_event() + test::block_start_event(0)}, held("x"), false, 2,
        Error(ErrorKind::Timeout, Source::Upstream, "silent"));
  EXPECT_EQ(r.sink.status, 504);
  EXPECT_EQ(r.record.verdict, Verdict::Failed);
}

TEST(RewriteRelay, AClientThatLeavesEndsTheCall) {
  Rewriting r;
  r.sink.writes_left = 1;
  const auto done =
      r.run({test::start_event() + test::block_start_event(0), test::text_event(0, "a"),
             test::text_event(0, "b"), test::block_stop_event(0) + test::end_events()},
            held("x"), true, 2);
  EXPECT_TRUE(done.client_left);
  EXPECT_TRUE(r.record.client_left);
  EXPECT_EQ(r.end, CallEnd::Cancelled);
}

}  // namespace
}  // namespace rlm::respond
