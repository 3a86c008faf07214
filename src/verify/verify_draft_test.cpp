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
      std::string(verdict_body(request, "judge \"it\"").joined().view()),
      R"({ "messages":[{"role":"user","content":"x"} ,{"role":"user","content":[{"type":"text","text":"judge \"it\""}]}] ,"model":"a","max_tokens": 5,"stream":true})");
}

TEST(VerdictBody, AsksForAWordWhateverFormTheAnswerMustHave) {
  const Request request = request_of(
      R"({"model":"a","output_config":{"format":{"type":"json_schema","schema":{}},"effort":"low"},"messages":[{"role":"user","content":"x"}],"max_tokens":5})");
  EXPECT_EQ(
      std::string(verdict_body(request, "judge").joined().view()),
      R"({"stream":true,"model":"a","output_config":{"format":null,"effort":"low"},"messages":[{"role":"user","content":"x"},{"role":"user","content":[{"type":"text","text":"judge"}]}],"max_tokens":5})");
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
    co_return co_await read_verdict(events, opened, 35, log, VerdictGate::Judged::Answer);
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
    EXPECT_EQ(start->decision, VerdictGate::Decision::UseDraft);
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
  EXPECT_EQ(start->decision, VerdictGate::Decision::UseDraft);
  EXPECT_EQ(r.call().end, CallEnd::Cancelled);
  EXPECT_EQ(r.closed_early, 1);
}

TEST(ReadVerdict, HandsARewriteOverWithWhatWasHeld) {
  Reading r;
  const auto start =
      r.run(pieces({kBegin + test::text_event(0, "USE_"), test::text_event(0, "FUL"), "x"}));
  ASSERT_TRUE(start);
  EXPECT_EQ(start->decision, VerdictGate::Decision::Rewrite);
  EXPECT_EQ(start->held, "USE_FUL");
  EXPECT_FALSE(start->unread);
}

TEST(ReadVerdict, HandsTheDecidingEventOverWhenItIsNoText) {
  Reading r;
  const auto start =
      r.run(pieces({kBegin + test::text_event(0, "US"), test::block_stop_event(0), "x"}));
  ASSERT_TRUE(start);
  EXPECT_EQ(start->decision, VerdictGate::Decision::Rewrite);
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
  EXPECT_EQ(start->decision, VerdictGate::Decision::Rewrite);
  EXPECT_TRUE(start->unread);
}

TEST(ReadVerdict, ReadsAnEditWholeAndEndsTheEntryWithItsUsage) {
  const std::vector<std::vector<std::string>> splits = {
      {kBegin + test::text_event(0, "EDIT\\nsome blocks"), test::block_stop_event(0),
       test::end_events(9)},
      {kBegin + test::text_event(0, "ED"), test::text_event(0, "IT"),
       test::text_event(0, "\\nsome"),
       test::text_event(0, " blocks") + test::block_stop_event(0) + test::end_events(9)},
      {kThinking + test::text_event(1, "EDIT\\n"), test::text_event(1, "some blocks"),
       test::block_stop_event(1) + test::end_events(9)}};
  for (const auto& split : splits) {
    Reading r;
    const auto start = r.run(pieces(split));
    ASSERT_TRUE(start);
    EXPECT_EQ(start->decision, VerdictGate::Decision::Edit);
    EXPECT_EQ(start->held, "some blocks");
    EXPECT_TRUE(start->edit_whole);
    EXPECT_EQ(start->prompt.input, 90);
    EXPECT_EQ(r.call().end, CallEnd::Complete);
    EXPECT_EQ(r.call().usage.output, 9);
    EXPECT_EQ(r.closed_early, 0);
  }
}

TEST(ReadVerdict, AnEditThatWasCutOrCallsAToolIsNotWhole) {
  Reading cut;
  auto start = cut.run(pieces({kBegin + test::text_event(0, "EDIT\\nx"), test::block_stop_event(0),
                               test::end_events(9, "max_tokens")}));
  ASSERT_TRUE(start);
  EXPECT_EQ(start->decision, VerdictGate::Decision::Edit);
  EXPECT_FALSE(start->edit_whole);
  Reading tool;
  start = tool.run(
      pieces({kBegin + test::text_event(0, "EDIT\\nx") + test::block_stop_event(0),
              test::block_start_event(1, R"({"type":"tool_use","id":"t","name":"n","input":{}})"),
              test::end_events(9, "tool_use")}));
  ASSERT_TRUE(start);
  EXPECT_FALSE(start->edit_whole);
  EXPECT_EQ(tool.call().end, CallEnd::Cancelled);
  EXPECT_EQ(tool.closed_early, 1);
}

TEST(ReadVerdict, GivesUpAnEditBeyondItsLimit) {
  for (const std::size_t size : {kEditBytesMax, kEditBytesMax + 1}) {
    Reading r;
    const auto start = r.run(pieces({kBegin + test::text_event(0, "EDIT\\n"),
                                     test::text_event(0, std::string(size, 'x')),
                                     test::block_stop_event(0) + test::end_events(9)}));
    ASSERT_TRUE(start);
    EXPECT_EQ(start->edit_whole, size == kEditBytesMax);
  }
}

TEST(ReadVerdict, AnEditThatBreaksOffFails) {
  Reading r;
  ScriptedCall call = pieces({kBegin + test::text_event(0, "EDIT\\nx")});
  call.failure = Error(ErrorKind::Timeout, Source::Upstream, "silent");
  EXPECT_EQ(r.run(call).error().kind, ErrorKind::Timeout);
  EXPECT_EQ(r.call().end, CallEnd::Failed);
  Reading ended;
  EXPECT_EQ(ended.run(pieces({kBegin + test::text_event(0, "EDIT\\nx")})).error().kind,
            ErrorKind::Protocol);
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
