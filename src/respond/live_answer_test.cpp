#include "respond/live_answer.hpp"

#include <gtest/gtest.h>

#include "respond/test_sink.hpp"
#include "tests/support/run_task.hpp"

namespace rlm::respond {
namespace {

struct Live {
  Live() {
    request.facts.model = "claude-x";
    record.verdict = Verdict::Skipped;
    record.answered_model = "draft";
  }
  bool flush() { return test::run_task(worker, answer.flush()); }
  bool finish() {
    const stream::MessageDelta last{"end_turn", "", {}};
    return test::run_task(worker, answer.finish(last, settle));
  }
  void add_text(const std::string& text) { answer.add(stream::TextDelta{0, text}); }

  net::Worker worker;
  TestSink sink;
  ExchangeRecord record;
  Request request;
  LiveAnswer answer{"", request, sink, record};
  bool settled_before_the_end = false;
  const Settle settle = [this] {
    settled_before_the_end = sink.body.find("message_stop") == std::string::npos;
    record.cost = NanoUsd{1'234'000};
  };
};

TEST(LiveAnswer, SendsNothingBeforeItIsReleased) {
  Live live;
  live.answer.add(stream::BlockStart{});
  live.add_text("held");
  EXPECT_TRUE(live.flush());
  live.answer.try_flush();
  EXPECT_FALSE(live.sink.begun());
  EXPECT_EQ(live.sink.body, "");
  live.answer.release(Usage{.input = 42}, 17);
  EXPECT_TRUE(live.flush());
  EXPECT_EQ(live.record.first_byte_ms, 17);
  EXPECT_EQ(live.sink.verdict, Verdict::Skipped);
  EXPECT_NE(live.sink.body.find("\"input_tokens\":42"), std::string::npos);
  EXPECT_LT(live.sink.body.find("message_start"), live.sink.body.find("held"));
}

TEST(LiveAnswer, CanBeReleasedFromATimerAndKeepsWhatTheSinkCannotTakeNow) {
  Live live;
  live.add_text("first");
  live.answer.release(Usage{}, 1);
  live.sink.busy = true;
  live.answer.try_flush();
  EXPECT_EQ(live.sink.body, "");
  live.sink.busy = false;
  live.answer.try_flush();
  EXPECT_NE(live.sink.body.find("first"), std::string::npos);
  const auto sent = live.sink.body.size();
  EXPECT_TRUE(live.flush());
  EXPECT_EQ(live.sink.body.size(), sent);
}

TEST(LiveAnswer, TellsWhatItCostBeforeItsLastEvent) {
  Live live;
  live.add_text("all");
  live.answer.release(Usage{}, 1);
  EXPECT_TRUE(live.finish());
  EXPECT_TRUE(live.settled_before_the_end);
  EXPECT_TRUE(live.sink.ended);
  const auto cost = live.sink.body.find("\n\n: x-rlm-cost-usd=0.001234000\n\n");
  ASSERT_NE(cost, std::string::npos) << live.sink.body;
  EXPECT_LT(live.sink.body.find("message_delta"), cost);
  EXPECT_LT(cost, live.sink.body.find("message_stop"));
}

TEST(LiveAnswer, SaysBehindPingsWhoAnswers) {
  Live live;
  live.sink.begin(200, stream_headers(), live.record, std::nullopt);
  live.add_text("x");
  live.answer.release(Usage{}, 1);
  live.flush();
  EXPECT_TRUE(live.sink.body.starts_with(": x-rlm-verdict=SKIPPED x-rlm-model=draft\n\n"));
}

TEST(LiveAnswer, NoticesThatTheClientLeft) {
  Live live;
  live.sink.writes_left = 0;
  live.add_text("x");
  live.answer.release(Usage{}, 1);
  EXPECT_FALSE(live.flush());
}

}  // namespace
}  // namespace rlm::respond
