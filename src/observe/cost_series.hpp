#pragma once
// Money over time in a bounded number of steps: when they run out, each two become one.

#include <cstdint>
#include <vector>

#include "base/units.hpp"

namespace rlm::observe {

/// Sums per step of time. Any order of times is accepted; what is older than the first step is
/// counted in it. One thread, or behind a lock.
class CostSeries {
 public:
  static constexpr std::size_t kPointsMax = 120;

  struct Point {
    std::int64_t index = 0;  // of the step: begins at index * step_ms()
    std::int64_t requests = 0;
    NanoUsd cost{};
    NanoUsd baseline{};
  };

  /// `requests`: 0 for money that no client's request is behind.
  void add(UnixMs when, NanoUsd cost, NanoUsd baseline, std::int64_t requests = 1);
  /// Steps without exchanges are left out; oldest first.
  const std::vector<Point>& points() const { return points_; }
  std::int64_t step_ms() const { return step_ms_; }

 private:
  void widen();

  std::vector<Point> points_;
  std::int64_t step_ms_ = 1'000;
};

}  // namespace rlm::observe
