#pragma once
// Time enters through here, so that deciders can be tested with a clock that the test moves.

#include <chrono>

#include "base/units.hpp"

namespace rlm {

/// Reads the two clocks of the system. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime steady() const = 0;
  virtual UnixMs unix_ms() const = 0;
};

/// The process's real clock; lives for ever.
const Clock& system_clock();

/// A clock that stands still until told otherwise. For tests; one thread.
class FakeClock final : public Clock {
 public:
  SteadyTime steady() const override { return steady_; }
  UnixMs unix_ms() const override { return unix_; }
  void advance(Milliseconds by) {
    steady_ += by;
    unix_.value += by.count();
  }

 private:
  SteadyTime steady_{};
  UnixMs unix_{1'790'000'000'000};
};

}  // namespace rlm
