#include "observe/cost_series.hpp"

#include <algorithm>

namespace rlm::observe {

void CostSeries::widen() {
  step_ms_ *= 2;
  std::vector<Point> merged;
  merged.reserve(kPointsMax);
  for (const auto& point : points_) {
    const std::int64_t index = point.index / 2;
    if (merged.empty() || merged.back().index != index) merged.push_back({.index = index});
    merged.back().requests += point.requests;
    merged.back().cost += point.cost;
    merged.back().baseline += point.baseline;
  }
  points_ = std::move(merged);
}

void CostSeries::add(UnixMs when, NanoUsd cost, NanoUsd baseline, std::int64_t requests) {
  std::int64_t at = std::max<std::int64_t>(when.value, 0);
  if (!points_.empty()) at = std::max(at, points_.front().index * step_ms_);
  // The span counts, not the number of points: a quiet night must not leave the axis uneven.
  while (!points_.empty() &&
         at / step_ms_ - points_.front().index >= static_cast<std::int64_t>(kPointsMax))
    widen();
  const std::int64_t index = at / step_ms_;
  auto found = std::ranges::lower_bound(points_, index, {}, &Point::index);
  if (found == points_.end() || found->index != index)
    found = points_.insert(found, {.index = index});
  found->requests += requests;
  found->cost += cost;
  found->baseline += baseline;
}

}  // namespace rlm::observe
