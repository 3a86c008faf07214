#pragma once
// Chance that can be repeated: every draw follows from a seed and the request's content, never from
// arrival order.

#include <cstdint>
#include <string_view>

#include "sim/sim_config.hpp"

namespace rlm::sim {

std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed = 0);
/// Combines two hashes; the order matters.
std::uint64_t mix(std::uint64_t a, std::uint64_t b);

/// A sequence of draws (SplitMix64). Cheap: make one per decision, from mix(seed, content).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// In [0, 1).
  double uniform();
  bool chance(double probability) { return uniform() < probability; }
  /// A value of the distribution; never negative.
  double draw(const Distribution& distribution);

 private:
  double normal();

  std::uint64_t state_;
};

}  // namespace rlm::sim
