#include "net/loop_clock.hpp"

#include <gtest/gtest.h>

namespace rlm::net {
namespace {

void let_time_pass() {
  const auto before = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() == before) {
  }
}

TEST(LoopClock, StandsStillWhileAnEventIsHandledAndOnlyThen) {
  LoopClock clock;
  const auto before = clock.now();
  let_time_pass();
  EXPECT_GT(clock.now(), before);
  clock.hold();
  const auto held = clock.now();
  let_time_pass();
  EXPECT_EQ(clock.now(), held);
  clock.hold();  // the next event
  const auto next = clock.now();
  EXPECT_GT(next, held);
  clock.release();
  let_time_pass();
  EXPECT_GT(clock.now(), next);
}

}  // namespace
}  // namespace rlm::net
