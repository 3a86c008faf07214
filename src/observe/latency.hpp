#pragma once
// Percentiles of a window of exchanges.

#include <cstdint>
#include <vector>

namespace rlm::observe {

/// Nearest-rank percentile; -1 when there are no values. `percent` 0–100. Reorders `values`.
std::int64_t percentile(std::vector<std::int64_t>& values, int percent);

/// Milliseconds; -1: no value.
struct Latency {
  std::int64_t count = 0;
  std::int64_t p50 = -1;
  std::int64_t p95 = -1;
  std::int64_t first_byte_p50 = -1;
  std::int64_t first_byte_p95 = -1;
};

/// Collects what Latency tells.
class LatencySample {
 public:
  /// `first_byte_ms` of -1: none came.
  void add(std::int64_t duration_ms, std::int64_t first_byte_ms) {
    durations_.push_back(duration_ms);
    if (first_byte_ms >= 0) first_bytes_.push_back(first_byte_ms);
  }
  Latency latency();

 private:
  std::vector<std::int64_t> durations_;
  std::vector<std::int64_t> first_bytes_;
};

}  // namespace rlm::observe
