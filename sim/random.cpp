#include "sim/random.hpp"

#include <xxhash.h>

#include <cmath>
#include <numbers>

namespace rlm::sim {

std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t both[2] = {a, b};
  return XXH3_64bits(both, sizeof both);
}

std::uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15u;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

double Random::uniform() {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double Random::draw(const Distribution& distribution) {
  if (distribution.median <= 0) return 0;
  if (distribution.p95 <= distribution.median) return distribution.median;
  constexpr double kNormalP95 = 1.6448536269514722;
  const double sigma = std::log(distribution.p95 / distribution.median) / kNormalP95;
  return distribution.median * std::exp(sigma * normal());
}

}  // namespace rlm::sim
