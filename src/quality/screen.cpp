#include "quality/screen.hpp"

#include <algorithm>

namespace rlm::quality {
namespace {

constexpr std::size_t kRecent = 256;
constexpr int kPlacedEvery = 8;
constexpr int kLabelsMin = 30;
/// A label that stands for many drafts would throw the regression about.
constexpr double kWeightMax = 4;
constexpr double kNear = 2;  // times the threshold
/// Bad labels, found or expected, after which the past fades.
constexpr double kCorrectionMemory = 20;

}  // namespace

Screen::Look Screen::look(const Measures& measures) {
  suspicion_.see(measures);
  const double suspicion = suspicion_.of(measures);
  if (recent_.size() < kRecent)
    recent_.push_back(suspicion);
  else
    recent_[next_++ % kRecent] = suspicion;
  if (labels_ >= kLabelsMin && --until_placed_ <= 0) place_threshold();
  return {suspicion, suspicion >= threshold_ ? 1 : rules_.explore_share};
}

void Screen::learn(const Measures& measures, bool bad, double probability) {
  ++labels_;
  const double weight = std::min(kWeightMax, 1 / probability);
  const double suspicion = suspicion_.of(measures);
  if (suspicion < kNear * threshold_) {
    found_bad_ += bad ? weight : 0;
    expected_bad_ += weight * suspicion;
    const double most = std::max(found_bad_, expected_bad_);
    if (most > kCorrectionMemory) {
      found_bad_ *= kCorrectionMemory / most;
      expected_bad_ *= kCorrectionMemory / most;
    }
  }
  suspicion_.learn(measures, bad, weight);
}

void Screen::place_threshold() {
  until_placed_ = kPlacedEvery;
  std::vector<double> sorted = recent_;
  std::sort(sorted.begin(), sorted.end());
  const double correction = std::max(1.0, found_bad_ / expected_bad_);
  double left = rules_.bad_share_max * static_cast<double>(sorted.size()) / correction;
  threshold_ = 1;
  for (const double suspicion : sorted) {
    left -= suspicion;
    if (left >= 0) continue;
    threshold_ = suspicion;
    break;
  }
}

}  // namespace rlm::quality
