#pragma once
// Repeatable chance and plain prose of a wanted length, for workloads that nobody wrote by hand.

#include <cstdint>
#include <string>

namespace rlm::lab {

/// SplitMix64: the same seed gives the same workload with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// In [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  std::size_t below(std::size_t n) { return next() % n; }

 private:
  std::uint64_t state_;
};

/// Sentences of at least `bytes` characters, ended at a full stop; no two texts are alike. None of
/// the words that mark a request as complex occurs.
std::string prose(Random& random, std::size_t bytes);

}  // namespace rlm::lab
