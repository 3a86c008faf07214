#pragma once
// The time as the handling of one event sees it: a request asks a dozen times, within microseconds.

#include <chrono>

#include "base/units.hpp"

namespace rlm::net {

/// Reads the clock at most once between hold() and release(), and always outside of them. One
/// thread.
class LoopClock {
 public:
  SteadyTime now() {
    if (!held_) return std::chrono::steady_clock::now();
    if (!read_) {
      time_ = std::chrono::steady_clock::now();
      read_ = true;
    }
    return time_;
  }
  void hold() {
    held_ = true;
    read_ = false;
  }
  void release() { held_ = false; }

 private:
  SteadyTime time_{};
  bool held_ = false;
  bool read_ = false;
};

}  // namespace rlm::net
