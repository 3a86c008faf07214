#include "verify/verify_draft.hpp"

#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"
#include "tests/support/scripted_model.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::verify {
namespace {

using test::ScriptedCall;

Request request_of(std::string_view body) {
  Request request;
  request.body = Buffer(body);
  wire::JsonIndex index;
  auto facts = wire::read_request_facts(request.body, index, wire::JsonLimits{}, false);
  EXPECT_TRUE(facts);
  request.facts = std::move(*facts);
  return request;
}

TEST(VerdictBody, InsertsOneMessageAndLeavesAllOtherBytes) {
  const Request request = request_of(
      R"({ "messages":[{"role":"user","content":"x"} ] ,"model":"a","max_tokens": 5,"stream":false})");
  EXPECT_EQ(
      std::string(verdict_body(request, "b", "judge \"it\"").joined().view()),
      R"({ "messages":[{"role":"user","content":"x"} ,{"role":"user","content":[{"type":"text","text":"judge \"it\""}]}] ,"model":"b","max_tokens": 5,"stream":true})");
}

TEST(VerdictBody, KeepsTheClientsModelWhereNoneIsMapped) {
  const Request request = request_of(
      R"({"model":"a","max_tokens":5,"messages":[{"role":"user","content":"x"}],"stream":true})");
  const Buffer body = verdict_body(request, "", "m").joined();
  EXPECT_NE(body.view().find(R"("model":"a")"), std::string::npos);
}

struct Reading {
  Result<VerdictStart> run(ScriptedCall call) {
    test::ScriptedModel model({std::move(call)});
    const Headers none;
    upstream::CallRequest request;
    request.client_headers = &none;
    auto opened = test::run_task(
        worker, upstream::open_call(model, request, upstream::OpenOptions{}, log, stop));
    EXPECT_TRUE(opened);
    auto result = test::run_task(worker, read(*opened));
    opened->call.reset();
    closed_early = model.log().closed_early;
    return result;
  }
  net::Task<Result<VerdictStart>> read(upstream::OpenedCall& opened) {
    upstream::EventReader events(opened, index);
    co_return co_await read_verdict(events, opened, 35, log);
  }
  const CallRecord& call() const { return log.calls().at(0); }

  net::Worker worker;
  FakeClock clock;
  upstream::CallLog log{clock, clock.steady()};
  net::StopSource stop;
  wire::JsonIndex index;
  int closed_early = 0;
};

ScriptedCall pieces(std::vector<std::string> parts) {
  ScriptedCall call;
  call.pieces = std::move(parts);
  return call;
}

const std::string kBegin = test::start_event(100) + test::block_start_event(0);
const std::string kThinking =
    test::start_event(100) +
    test::block_start_event(0, R"({"type":"thinking","thinking":"","signature":""})") +
    "event: content_block_delta\ndata: "
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\","
    "\"thinking\":\"USE_DRAFT\\nno\"}}\n\n" +
    test::block_stop_event(0) + test::block_start_event(1);

TEST(ReadVerdict, AcceptsAndReadsTheCallToItsEndForTheExactUsage) {
  for (const std::string& begin : {kBegin, kThinking}) {
    Reading r;
    const int index = begin == kBegin ? 0 : 1;
    const auto start =
        r.run(pieces({begin + test::text_event(index, "USE_"), test::text_event(index, "DRAFT"),
                      test::block_stop_event(index), test::end_events(4)}));
    ASSERT_TRUE(start);
    EXPECT_TRUE(start->use_draft);
    EXPECT_EQ(r.call().end, CallEnd::Complete);
    EXPECT_EQ(r.call().usage.output, 4);
    EXPECT_TRUE(r.call().usage.reported);
    EXPECT_EQ(start->prompt.input, 90);  // without the message of 35 bytes
    EXPECT_EQ(start->prompt.output, 0);
    EXPECT_EQ(r.closed_early, 0);
  }
}

TEST(ReadVerdict, CancelsACallThatTalksOn) {
  Reading r;
  const auto start = r.run(pieces({kBegin + test::text_event(0, "USE_DRAFT\\nbecause"),
                                   test::text_event(0, "so much more"),
                                   test::block_stop_event(0) + test::end_events(400)}));
  ASSERT_TRUE(start);
  EXPECT_TRUE(start->use_draft);
  EXPECT_EQ(r.call().end, CallEnd::Cancelled);
  EXPECT_EQ(r.closed_early, 1);
}

TEST(ReadVerdict, HandsARewriteOverWithWhatWasHeld) {
  Reading r;
  const auto start =
      r.run(pieces({kBegin + test::text_event(0, "USE_"), test::text_event(0, "FUL"), "x"}));
  ASSERT_TRUE(start);
  EXPECT_FALSE(start->use_draft);
  EXPECT_EQ(start->held, "USE_FUL");
  EXPECT_FALSE(start->unread);
}

TEST(ReadVerdict, HandsTheDecidingEventOverWhenItIsNoText) {
  Reading r;
  const auto start =
      r.run(pieces({kBegin + test::text_event(0, "US"), test::block_stop_event(0), "x"}));
  ASSERT_TRUE(start);
  EXPECT_FALSE(start->use_draft);
  EXPECT_EQ(start->held, "US");
  ASSERT_TRUE(start->unread);
  EXPECT_TRUE(std::holds_alternative<stream::BlockStop>(*start->unread));
}

TEST(ReadVerdict, AToolCallIsARewrite) {
  Reading r;
  const auto start = r.run(
      pieces({test::start_event() + test::block_start_event(
                                        0, R"({"type":"tool_use","id":"t","name":"n","input":{}})"),
              "x"}));
  ASSERT_TRUE(start);
  EXPECT_FALSE(start->use_draft);
  EXPECT_TRUE(start->unread);
}

TEST(ReadVerdict, FailsAndEndsTheEntryWhenNothingWasDecided) {
  for (const auto kind : {ErrorKind::Timeout, ErrorKind::Protocol, ErrorKind::Cancelled}) {
    Reading r;
    ScriptedCall call = pieces({kBegin + test::text_event(0, "USE_")});
    call.failure = Error(kind, Source::Upstream, "broken");
    const auto start = r.run(call);
    ASSERT_FALSE(start);
    EXPECT_EQ(start.error().kind, kind);
    EXPECT_EQ(r.call().end, kind == ErrorKind::Cancelled ? CallEnd::Cancelled : CallEnd::Failed);
    EXPECT_EQ(r.call().usage.input, 100);
  }
  Reading empty;
  EXPECT_EQ(empty.run(pieces({test::start_event()})).error().source, Source::Verify);
}

}  // namespace
}  // namespace rlm::verify
