#include "upstream/endpoint_health.hpp"

#include <gtest/gtest.h>

namespace rlm::upstream {
namespace {

Error status(int code, std::optional<std::int64_t> retry_after_ms = {}) {
  Error error(ErrorKind::UpstreamStatus, Source::Upstream, "");
  error.status = code;
  error.retry_after_ms = retry_after_ms;
  return error;
}

struct Watched {
  void fail(int times, const Error& error = status(500)) {
    for (int i = 0; i < times; ++i) health.failed(error, clock.steady(), probe);
  }
  void break_off(int times, const Error& error = status(500)) {
    for (int i = 0; i < times; ++i) health.broke_off(error, clock.steady());
  }
  std::optional<Milliseconds> wait() {
    const auto leave = health.ask_leave(clock.steady());
    if (leave.probe != 0) probe = leave.probe;
    return leave.wait;
  }
  bool lets_through() { return !wait(); }
  BreakerState state() const { return health.state(clock.steady()); }

  FakeClock clock;
  std::uint64_t probe = 0;  // the last
  EndpointHealth health{BreakerPolicy{3, Milliseconds(1000), Milliseconds(5000)}};
};

TEST(CircuitBreaker, OpensAfterSoManyFailuresInARow) {
  Watched w;
  w.fail(2);
  EXPECT_TRUE(w.lets_through());
  w.fail(1);
  EXPECT_EQ(w.state(), BreakerState::Open);
  EXPECT_EQ(w.wait(), Milliseconds(1000));
}

TEST(CircuitBreaker, AnAnswerBetweenFailuresBeginsTheCountAnew) {
  Watched w;
  w.fail(2);
  w.health.answered(Milliseconds(10), w.clock.steady());
  w.fail(2);
  EXPECT_TRUE(w.lets_through());
}

TEST(CircuitBreaker, HalfOpenLetsOneCallThroughAtATime) {
  Watched w;
  w.fail(3);
  w.clock.advance(Milliseconds(1000));
  EXPECT_EQ(w.state(), BreakerState::HalfOpen);
  EXPECT_TRUE(w.health.usable(w.clock.steady()));
  EXPECT_TRUE(w.lets_through());
  EXPECT_FALSE(w.lets_through());
  EXPECT_FALSE(w.health.usable(w.clock.steady()));
  w.health.answered(Milliseconds(10), w.clock.steady());
  EXPECT_EQ(w.state(), BreakerState::Closed);
  EXPECT_TRUE(w.lets_through());
}

TEST(CircuitBreaker, StaysOpenTwiceAsLongEachTimeUpToItsLimit) {
  Watched w;
  w.fail(3);
  for (const int expected : {2000, 4000, 5000, 5000}) {
    w.clock.advance(Milliseconds(5000));
    EXPECT_TRUE(w.lets_through());
    w.fail(1);
    EXPECT_EQ(w.wait(), Milliseconds(expected));
  }
}

TEST(CircuitBreaker, StaysOpenAsLongAsItIsToldThoughDoublingStopsEarlier) {
  FakeClock clock;
  EndpointHealth health(BreakerPolicy{1, Milliseconds(600'000), Milliseconds(60'000)});
  health.failed(status(500), clock.steady());
  EXPECT_EQ(health.ask_leave(clock.steady()).wait, Milliseconds(600'000));
}

TEST(CircuitBreaker, CallsThatBeganLongAgoSayNothingOfAHalfOpenOne) {
  for (const auto& late : {status(500), Error(ErrorKind::Cancelled, Source::Client, "")}) {
    Watched w;
    w.fail(3);
    w.clock.advance(Milliseconds(1000));
    w.health.failed(late, w.clock.steady());
    EXPECT_EQ(w.state(), BreakerState::HalfOpen);
    EXPECT_TRUE(w.lets_through());
    w.health.failed(late, w.clock.steady());
    EXPECT_EQ(w.state(), BreakerState::HalfOpen);
    EXPECT_FALSE(w.lets_through()) << "one tries already";
  }
}

TEST(CircuitBreaker, OpensAfterSoManyAnswersInARowThatBrokeOff) {
  Watched w;
  for (int i = 0; i < 2; ++i) {
    w.health.answered(Milliseconds(10), w.clock.steady());
    w.break_off(1);
  }
  w.health.completed();
  w.break_off(2, Error(ErrorKind::Protocol, Source::Upstream, ""));
  w.break_off(3, status(400));
  EXPECT_TRUE(w.lets_through());
  w.health.answered(Milliseconds(10), w.clock.steady());
  w.break_off(1, Error(ErrorKind::Timeout, Source::Upstream, ""));
  EXPECT_EQ(w.state(), BreakerState::Open);
}

TEST(CircuitBreaker, ACancelledProbeGivesItsPlaceBack) {
  Watched w;
  w.fail(3);
  w.clock.advance(Milliseconds(1000));
  EXPECT_TRUE(w.lets_through());
  w.fail(1, Error(ErrorKind::Cancelled, Source::Client, ""));
  EXPECT_TRUE(w.lets_through());
}

TEST(CircuitBreaker, AProbeThatThisProxyItselfTurnedAwaySaysNothing) {
  Watched w;
  w.fail(3);
  w.clock.advance(Milliseconds(1000));
  EXPECT_TRUE(w.lets_through());
  w.fail(1, Error(ErrorKind::Overloaded, Source::Self, ""));
  EXPECT_EQ(w.state(), BreakerState::HalfOpen);
  EXPECT_TRUE(w.lets_through());
}

TEST(CircuitBreaker, AProbeThatNeverReportsDoesNotKeepItsPlaceForEver) {
  Watched w;
  w.fail(3);
  w.clock.advance(Milliseconds(1000));
  EXPECT_TRUE(w.lets_through());
  w.clock.advance(Milliseconds(30'000));
  EXPECT_TRUE(w.lets_through());
}

TEST(CircuitBreaker, WhatTheRequestWasRefusedForShowsThatTheEndpointIsWell) {
  for (const int code : {400, 401, 404, 413, 422}) {
    Watched w;
    w.fail(2);
    w.fail(1, status(code));
    w.fail(2);
    EXPECT_TRUE(w.lets_through()) << code;
  }
}

TEST(EndpointHealth, ARateLimitIsKnownUntilItEndsButHoldsNothingBack) {
  Watched w;
  w.fail(1, status(429, 700));
  EXPECT_FALSE(w.health.usable(w.clock.steady()));
  EXPECT_TRUE(w.lets_through());
  w.clock.advance(Milliseconds(700));
  EXPECT_TRUE(w.health.usable(w.clock.steady()));
}

TEST(EndpointHealth, ARateLimitIsBelievedForTenMinutesAtMost) {
  Watched w;
  w.fail(1, status(429, 1'000'000'000));
  w.clock.advance(Milliseconds(599'999));
  EXPECT_FALSE(w.health.usable(w.clock.steady()));
  w.clock.advance(Milliseconds(1));
  EXPECT_TRUE(w.health.usable(w.clock.steady()));
}

TEST(EndpointHealth, SmoothsTheTimeToTheFirstByte) {
  Watched w;
  EXPECT_LT(w.health.first_byte_ms(), 0);
  w.health.answered(Milliseconds(100), w.clock.steady());
  EXPECT_DOUBLE_EQ(w.health.first_byte_ms(), 100);
  w.health.answered(Milliseconds(200), w.clock.steady());
  EXPECT_DOUBLE_EQ(w.health.first_byte_ms(), 120);
  w.health.answered(std::nullopt, w.clock.steady());
  EXPECT_DOUBLE_EQ(w.health.first_byte_ms(), 120) << "a whole answer's head comes at its end";
}

TEST(EndpointHealth, ATimeOfAMinuteAgoIsToBeMeasuredOnceMore) {
  Watched w;
  EXPECT_TRUE(w.health.claim_measure(w.clock.steady())) << "nobody has";
  EXPECT_FALSE(w.health.claim_measure(w.clock.steady())) << "somebody does";
  w.clock.advance(Milliseconds(59'999));
  w.health.answered(Milliseconds(100), w.clock.steady());
  w.clock.advance(Milliseconds(59'999));
  EXPECT_FALSE(w.health.claim_measure(w.clock.steady()));
  w.clock.advance(Milliseconds(1));
  EXPECT_TRUE(w.health.claim_measure(w.clock.steady()));
}

}  // namespace
}  // namespace rlm::upstream
