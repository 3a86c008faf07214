#include "quality/audit_sampler.hpp"

#include <algorithm>
#include <cstring>

namespace rlm::quality {
namespace {

/// The finaliser of SplitMix64.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

}  // namespace

AuditSampler::Draw AuditSampler::draw(std::string_view exchange_id, double share) const {
  std::uint64_t hash = mixed(seed_ + exchange_id.size());
  while (!exchange_id.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = std::min(exchange_id.size(), sizeof word);
    std::memcpy(&word, exchange_id.data(), size);
    exchange_id.remove_prefix(size);
    hash = mixed((hash ^ word) + 0x9E3779B97F4A7C15u);
  }
  const double probability = std::clamp(share, 0.0, 1.0);
  return {static_cast<double>(hash >> 11) * 0x1.0p-53 < probability, probability};
}

}  // namespace rlm::quality
