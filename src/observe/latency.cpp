#include "observe/latency.hpp"

#include <algorithm>

namespace rlm::observe {

std::int64_t percentile(std::vector<std::int64_t>& values, int percent) {
  if (values.empty()) return -1;
  const std::size_t rank = (values.size() * static_cast<std::size_t>(percent) + 99) / 100;
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(rank == 0 ? 0 : rank - 1);
  std::ranges::nth_element(values, nth);
  return *nth;
}

Latency LatencySample::latency() {
  Latency result;
  result.count = static_cast<std::int64_t>(durations_.size());
  result.p50 = percentile(durations_, 50);
  result.p95 = percentile(durations_, 95);
  result.first_byte_p50 = percentile(first_bytes_, 50);
  result.first_byte_p95 = percentile(first_bytes_, 95);
  return result;
}

}  // namespace rlm::observe
