#pragma once
// The time of day, moved on by a test.

#include <atomic>

#include "base/clock.hpp"

namespace rlm::test {

/// Tells times of day ahead of the real ones by what advance() added; durations are real.
/// Thread-safe.
class ShiftedClock final : public Clock {
 public:
  SteadyTime steady() const override { return system_clock().steady(); }
  UnixMs unix_ms() const override { return {system_clock().unix_ms().value + ahead_ms_.load()}; }
  void advance(Milliseconds by) { ahead_ms_.fetch_add(by.count()); }

 private:
  std::atomic<std::int64_t> ahead_ms_{0};
};

}  // namespace rlm::test
