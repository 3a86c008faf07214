#pragma once
// Which judged answers of a replay are rejected.

#include <cstddef>
#include <cstdint>

namespace rlm::lab {

/// Seed 0: evenly spread, so that every n-th judged answer is rejected. Any other: by chance, which
/// depends only on the seed and the answer's place.
class Rejections {
 public:
  Rejections(int per_mille, std::uint64_t seed) : per_mille_(per_mille), seed_(seed) {}

  /// `thread` and `first_call` say what is judged.
  bool next(std::size_t thread, std::size_t first_call) {
    if (seed_ != 0)
      return mixed(mixed(mixed(seed_) + thread) + first_call) % 1000 <
             static_cast<std::uint64_t>(per_mille_);
    sum_ += per_mille_;
    if (sum_ < 1000) return false;
    sum_ -= 1000;
    return true;
  }

 private:
  // The finalizer of SplitMix64.
  static std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
  }

  int per_mille_;
  std::uint64_t seed_;
  int sum_ = 0;
};

}  // namespace rlm::lab
