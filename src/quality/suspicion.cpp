#include "quality/suspicion.hpp"

#include <algorithm>
#include <cmath>

namespace rlm::quality {
namespace {

constexpr double kMemory = 2'000;  // drafts after which the past fades
constexpr double kStep = 0.25;     // of a measure's weight
constexpr double kBiasStep = 0.5;
constexpr double kShrink = 0.002;     // pulls weights to 0
constexpr double kDeviationsMax = 4;  // an outlier counts as this
constexpr double kVarianceMin = 1e-4;
constexpr double kMeasureMax = 1e6;

/// Not a number counts as 0.
double bounded(double measure) {
  return measure == measure ? std::clamp(measure, -kMeasureMax, kMeasureMax) : 0;
}

}  // namespace

Suspicion::Suspicion(double prior) : bias_(std::log(prior / (1 - prior))) {
  gradient_.fill(1);
}

void Suspicion::see(const Measures& measures) {
  seen_ += 1;
  const double share = 1 / std::min(seen_, kMemory);
  for (std::size_t i = 0; i < kMeasures; ++i) {
    const double measure = bounded(measures[i]);
    const double off = measure - mean_[i];
    mean_[i] += share * off;
    variance_[i] += share * (off * (measure - mean_[i]) - variance_[i]);
  }
}

Measures Suspicion::standard(const Measures& measures) const {
  Measures standard{};
  for (std::size_t i = 0; i < kMeasures; ++i)
    standard[i] = std::clamp(
        (bounded(measures[i]) - mean_[i]) / std::sqrt(std::max(variance_[i], kVarianceMin)),
        -kDeviationsMax, kDeviationsMax);
  return standard;
}

double Suspicion::of(const Measures& measures) const {
  const Measures standard = this->standard(measures);
  double sum = bias_;
  for (std::size_t i = 0; i < kMeasures; ++i) sum += weight_[i] * standard[i];
  return 1 / (1 + std::exp(-std::clamp(sum, -20.0, 20.0)));
}

void Suspicion::learn(const Measures& measures, bool bad, double weight) {
  const Measures standard = this->standard(measures);
  const double miss = weight * (of(measures) - (bad ? 1 : 0));
  bias_gradient_ += miss * miss;
  bias_ -= kBiasStep * miss / std::sqrt(bias_gradient_);
  for (std::size_t i = 0; i < kMeasures; ++i) {
    const double slope = miss * standard[i] + kShrink * weight_[i];
    gradient_[i] += slope * slope;
    weight_[i] -= kStep * slope / std::sqrt(gradient_[i]);
  }
}

}  // namespace rlm::quality
