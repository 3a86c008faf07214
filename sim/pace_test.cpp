// Streams over time, and what a client that leaves has to pay.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "sim/random.hpp"
#include "sim/test_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Pace, AStreamThatIsReadToItsEndIsWhole) {
  SimConfig config;
  config.first_token_ms = {3, 0};
  config.tokens_per_second = {5000, 0};
  const auto model = running(config);
  model->script(Reply::of_text(std::string(350, 'p')));
  const Got got = ask(*model, user_body("x", true));
  EXPECT_EQ(text_of(got), std::string(350, 'p'));
  EXPECT_EQ(billed(*model).calls.at(0).usage.output, 100);
}

TEST(Pace, PingsFillLongSilences) {
  SimConfig config;
  config.ping_interval = Milliseconds(2);
  config.tokens_per_second = {20, 0};  // a delta of 4 tokens every 200 ms
  const auto model = running(config);
  model->script(Reply::of_text("one two three"));
  int pings = 0;
  for (const Event& event : events_of(ask(*model, user_body("x", true)).body))
    pings += event.name == "ping" ? 1 : 0;
  EXPECT_GT(pings, 2);
}

TEST(Pace, AClientThatLeavesPaysTheInputAndWhatWasGeneratedUntilThen) {
  SimConfig config;
  config.tokens_per_second = {1, 0};  // the answer would take a minute
  config.tokens_per_event = 1;
  const auto model = running(config);
  Reply reply = Reply::of_text(std::string(350, 'p'));
  model->script(reply);
  Ask request;
  request.body = user_body(std::string(35, 'u'), true);
  request.leave_after = 1;  // message_start
  ask(*model, request);
  ASSERT_TRUE(model->wait_finished(1));
  const Bill bill = model->bill();
  ASSERT_EQ(bill.count, 1u);
  EXPECT_EQ(bill.calls[0].end, CallEnd::ClientLeft);
  EXPECT_EQ(bill.calls[0].usage.input, 10);
  EXPECT_LT(bill.calls[0].usage.output, 100);
  EXPECT_EQ(bill.total, (NanoUsd{10 * 5500 + bill.calls[0].usage.output * 27500}));
  EXPECT_TRUE(model->requests().at(0).client_left);
}

TEST(Pace, AClientThatLeavesBeforeTheAnswerPaysWhatWasReadAndAWholeAnswerToItsEnd) {
  for (const bool stream : {true, false}) {
    SimConfig config;
    config.first_token_ms = {60'000, 60'000};
    const auto model = running(config);
    model->script(Reply::of_text(std::string(350, 'p')));
    Ask request;
    request.body = user_body(std::string(35, 'u'), stream);
    request.patience = Milliseconds(1);
    EXPECT_EQ(ask(*model, request).failure, ErrorKind::Timeout);
    ASSERT_TRUE(model->wait_finished(1));
    const Bill bill = model->bill();
    ASSERT_EQ(bill.count, 1u);
    EXPECT_EQ(bill.calls[0].end, CallEnd::ClientLeft);
    EXPECT_EQ(bill.calls[0].usage.input, 10);
    EXPECT_EQ(bill.calls[0].usage.output, stream ? 0 : 100);
  }
}

TEST(Pace, ManyClientsAreServedAtOnceAndNoneCostsAnother) {
  SimConfig config;
  config.first_token_ms = {2, 6};
  config.tokens_per_second = {20'000, 40'000};
  const auto model = running(config);
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&model, &right, i] {
      for (int j = 0; j < 5; ++j) {
        const Got got = ask(
            *model,
            user_body("client " + std::to_string(i) + " call " + std::to_string(j), j % 2 == 0));
        if (got.status == 200 && !text_of(got).empty()) ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right.load(), 40);
  EXPECT_EQ(billed(*model).count, 40u);
}

TEST(Random, DrawsTheMedianAndThe95thPercentileOfItsDistribution) {
  Random random(3);
  int below_median = 0;
  int below_p95 = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double drawn = random.draw({100, 400});
    below_median += drawn < 100 ? 1 : 0;
    below_p95 += drawn < 400 ? 1 : 0;
  }
  EXPECT_NEAR(below_median, 5000, 200);
  EXPECT_NEAR(below_p95, 9500, 100);
  EXPECT_EQ(random.draw({100, 0}), 100);
  EXPECT_EQ(random.draw({0, 0}), 0);
}

}  // namespace
}  // namespace rlm::sim
