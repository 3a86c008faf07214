#include "respond/deliver.hpp"

#include <gtest/gtest.h>

#include "respond/pings.hpp"
#include "respond/test_sink.hpp"
#include "tests/support/run_task.hpp"

namespace rlm::respond {
namespace {

struct Delivery {
  void error(const Error& what) {
    test::run_task(worker, deliver_error(what, sink, record, settle));
  }
  bool answer(bool stream) {
    Request request;
    request.facts.model = "claude-x";
    request.facts.stream = stream;
    Answer whole;
    ContentBlock block;
    block.text = "hello";
    whole.content.push_back(block);
    whole.stop_reason = "end_turn";
    return test::run_task(worker, deliver_answer(whole, request, sink, record, settle));
  }

  net::Worker worker;
  TestSink sink;
  ExchangeRecord record;
  int settled = 0;
  const Settle settle = [this] { ++settled; };
};

TEST(DeliverError, IsAStatusBeforeAnythingWasSent) {
  Delivery d;
  Error error(ErrorKind::Overloaded, Source::Self, "busy");
  error.retry_after_ms = 1001;
  d.error(error);
  EXPECT_EQ(d.sink.status, 529);
  EXPECT_EQ(find_header(d.sink.headers, "retry-after"), "2");
  EXPECT_EQ(find_header(d.sink.headers, "x-should-retry"), "true");
  EXPECT_TRUE(d.sink.ended);
  EXPECT_EQ(d.record.status, 529);
  EXPECT_EQ(d.record.error_type, "overloaded_error");
  EXPECT_EQ(d.settled, 1);
}

TEST(DeliverError, PassesAnUpstreamsErrorUntouched) {
  Delivery d;
  Error error(ErrorKind::UpstreamStatus, Source::Upstream, "x");
  error.status = 402;
  error.body = " {\"odd\":1}";
  error.headers =
      std::make_shared<const Headers>(Headers{{"content-type", "text/odd"}, {"x-a", "b"}});
  d.error(error);
  EXPECT_EQ(d.sink.status, 402);
  EXPECT_EQ(d.sink.body, " {\"odd\":1}");
  EXPECT_EQ(find_header(d.sink.headers, "content-type"), "text/odd");
  EXPECT_EQ(d.sink.length, d.sink.body.size());
}

TEST(DeliverError, SaysThatAnErrorAboutMoneyNeedNotBeTriedAgainUnlessTheUpstreamDoes) {
  for (const std::string_view said : {"", "true"}) {
    Delivery d;
    Error error(ErrorKind::UpstreamStatus, Source::Upstream, "x");
    error.status = 402;
    Headers headers{{"content-type", "application/json"}};
    if (!said.empty()) headers.add("x-should-retry", said);
    error.headers = std::make_shared<const Headers>(std::move(headers));
    d.error(error);
    EXPECT_EQ(find_header(d.sink.headers, "x-should-retry"), said.empty() ? "false" : said);
  }
}

TEST(DeliverError, IsAnEventAndACutOnceAResponseHasBegun) {
  Delivery d;
  d.sink.begin(200, stream_headers(), d.record, std::nullopt);
  d.error(Error(ErrorKind::Timeout, Source::Verify, "too slow"));
  EXPECT_TRUE(d.sink.body.starts_with("event: error\n"));
  EXPECT_FALSE(d.sink.ended);
  EXPECT_TRUE(d.sink.was_cut);
  EXPECT_EQ(d.record.status, 200);
  EXPECT_EQ(d.record.error_type, "timeout_error");
  EXPECT_EQ(d.record.verdict, Verdict::Failed);
}

TEST(DeliverAnswer, SettlesBeforeTheHeadSoThatItCanTellTheCost) {
  for (const bool stream : {true, false}) {
    Delivery d;
    EXPECT_TRUE(d.answer(stream));
    EXPECT_EQ(d.settled, 1);
    EXPECT_TRUE(d.sink.ended);
    EXPECT_EQ(d.record.status, 200);
    EXPECT_EQ(d.record.response_bytes, static_cast<std::int64_t>(d.sink.body.size()));
    EXPECT_EQ(d.sink.length.has_value(), !stream);
  }
}

TEST(DeliverAnswer, FollowsPingsWithTheVerdictInAComment) {
  Delivery d;
  d.record.verdict = Verdict::Accepted;
  d.record.answered_model = "draft";
  d.sink.begin(200, stream_headers(), d.record, std::nullopt);
  EXPECT_TRUE(d.answer(true));
  EXPECT_TRUE(d.sink.body.starts_with(": x-rlm-verdict=ACCEPTED x-rlm-model=draft\n\n"));
}

TEST(DeliverAnswer, TellsWhenTheClientIsGone) {
  Delivery d;
  d.sink.writes_left = 0;
  EXPECT_FALSE(d.answer(true));
  EXPECT_EQ(d.settled, 1);
}

// Pings until `count` were sent; then the loop has nothing left to do.
int ping_until(TestSink& sink, int count) {
  net::Worker worker;
  ExchangeRecord record;
  PingConfig config;
  config.first = config.interval = Milliseconds(1);
  int sent = 0;
  Pings* running = nullptr;
  Pings pings(worker.wheel(), sink, record, config, [&] {
    if (++sent == count) running->stop();
  });
  running = &pings;
  pings.start();
  worker.io().run();
  return sent;
}

TEST(Pings, BeginTheResponseAsAStreamAndGoOnUntilStopped) {
  TestSink sink;
  EXPECT_EQ(ping_until(sink, 3), 3);
  EXPECT_EQ(sink.status, 200);
  const std::string one = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
  EXPECT_EQ(sink.body, one + one + one);
}

TEST(Pings, AreDueAnIntervalAfterTheyWerePutOff) {
  for (const bool put_off : {false, true}) {
    net::Worker worker;
    TestSink sink;
    ExchangeRecord record;
    PingConfig config;
    config.first = Milliseconds(1);
    config.interval = std::chrono::hours(1);
    int sent = 0;
    Pings pings(worker.wheel(), sink, record, config, [&sent] { ++sent; });
    pings.start();
    if (put_off) pings.put_off();
    // Due many slots of the same wheel behind the first ping, which must have come before it.
    net::WheelTimer end(
        worker.wheel(), [](void* running) { static_cast<Pings*>(running)->stop(); }, &pings);
    end.arm(Milliseconds(100));
    worker.io().run();
    EXPECT_EQ(sent, put_off ? 0 : 1);
  }
}

TEST(Pings, DoNothingBeforeTheyAreStarted) {
  net::Worker worker;
  TestSink sink;
  ExchangeRecord record;
  Pings pings(worker.wheel(), sink, record, PingConfig{}, [] {});
  pings.put_off();
  worker.io().run();
  EXPECT_FALSE(sink.begun());
}

}  // namespace
}  // namespace rlm::respond
