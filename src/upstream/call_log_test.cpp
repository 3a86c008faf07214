#include "upstream/call_log.hpp"

#include <gtest/gtest.h>

namespace rlm::upstream {
namespace {

const money::ExpectedUse kExpected{.draft = {.input = 70}, .verify = {.cache_read = 900}};

struct Logging : testing::Test {
  FakeClock clock;
  CallLog log{clock, clock.steady()};
  net::Sending sending;

  std::size_t begin(CallRole role) {
    const auto index = log.begin(role, "big", "m", 0);
    log.sends(index, 700, true, sending);
    return index;
  }
};

TEST_F(Logging, ACallUnderWayIsBilledAsIfItWereStoppedNow) {
  begin(CallRole::Direct);
  EXPECT_EQ(log.billed(kExpected).at(0).usage, Usage{}) << "nothing was sent yet";
  sending.whole = true;
  const CallRecord now = log.billed(kExpected).at(0);
  EXPECT_EQ(now.end, CallEnd::Cancelled);
  EXPECT_EQ(now.error, "cancelled");
  EXPECT_EQ(now.usage, Usage{.cache_read = 900});
  EXPECT_TRUE(log.is_under_way(0)) << "the log itself goes on";
}

TEST_F(Logging, WhatACallTellsLaterTakesThePlaceOfTheEstimate) {
  const auto index = begin(CallRole::Direct);
  sending.whole = true;
  EXPECT_FALSE(log.billed(kExpected).at(0).usage.reported);
  log.answered(index, 200, Milliseconds(1));
  const Usage told{.input = 5, .output = 6, .reported = true};
  log.end(index, CallEnd::Complete, told);
  EXPECT_TRUE(log.all_told());
  EXPECT_EQ(log.take(kExpected).at(0).usage, told);
}

TEST_F(Logging, WhatWasSentIsKeptWhenTheOneWhoSentItIsGone) {
  const auto index = log.begin(CallRole::Draft, "fast", "m", 0);
  {
    const net::Sending gone{true};
    log.sends(index, 700, true, gone);
    log.end(index, CallEnd::Cancelled, Usage{}, "cancelled");
  }
  EXPECT_FALSE(log.all_told());
  EXPECT_EQ(log.take(kExpected).at(0).usage, Usage{.input = 70});
}

TEST_F(Logging, APromptOfOurOwnGoesByItsBytes) {
  const auto index = begin(CallRole::Digest);
  sending.whole = true;
  log.end(index, CallEnd::Cancelled, Usage{}, "cancelled");
  EXPECT_EQ(log.take(kExpected).at(0).usage, Usage{.input = 200});
}

}  // namespace
}  // namespace rlm::upstream
