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
    for (int i = 0; i < times; ++i) health.failed(error, clock.steady());
  }
  bool lets_through() { return !health.holds_back(clock.steady()); }
  BreakerState state() const { return health.state(clock.steady()); }

  FakeClock clock;
  EndpointHealth health{BreakerPolicy{3, Milliseconds(1000), Milliseconds(5000)}};
};

TEST(CircuitBreaker, OpensAfterSoManyFailuresInARow) {
  Watched w;
  w.fail(2);
  EXPECT_TRUE(w.lets_through());
  w.fail(1);
  EXPECT_EQ(w.state(), BreakerState::Open);
  EXPECT_EQ(w.health.holds_back(w.clock.steady()), Milliseconds(1000));
}

TEST(CircuitBreaker, AnAnswerBetweenFailuresBeginsTheCountAnew) {
  Watched w;
  w.fail(2);
  w.health.answered(Milliseconds(10));
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
  w.health.answered(Milliseconds(10));
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
    EXPECT_EQ(w.health.holds_back(w.clock.steady()), Milliseconds(expected));
  }
}

TEST(CircuitBreaker, ACancelledProbeGivesItsPlaceBack) {
  Watched w;
  w.fail(3);
  w.clock.advance(Milliseconds(1000));
  EXPECT_TRUE(w.lets_through());
  w.fail(1, Error(ErrorKind::Cancelled, Source::Client, ""));
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

TEST(EndpointHealth, SmoothsTheTimeToTheFirstByte) {
  Watched w;
  EXPECT_LT(w.health.first_byte_ms(), 0);
  w.health.answered(Milliseconds(100));
  EXPECT_DOUBLE_EQ(w.health.first_byte_ms(), 100);
  w.health.answered(Milliseconds(200));
  EXPECT_DOUBLE_EQ(w.health.first_byte_ms(), 120);
}

TEST(FallsOver, OnlyWhatAnotherEndpointMightDoBetter) {
  for (const int code : {401, 403, 404, 408, 429, 500, 501, 502, 503, 504, 529})
    EXPECT_TRUE(falls_over(status(code))) << code;
  for (const int code : {400, 402, 409, 413, 422}) EXPECT_FALSE(falls_over(status(code))) << code;
  EXPECT_TRUE(falls_over(Error(ErrorKind::Unreachable, Source::Upstream, "")));
  EXPECT_TRUE(falls_over(Error(ErrorKind::Timeout, Source::Upstream, "")));
  EXPECT_FALSE(falls_over(Error(ErrorKind::Cancelled, Source::Client, "")));
  EXPECT_FALSE(falls_over(Error(ErrorKind::BadRequest, Source::Client, "")));
}

}  // namespace
}  // namespace rlm::upstream
