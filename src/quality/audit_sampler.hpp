#pragma once
// Which of the answers that nobody looked at are judged afterwards.

#include <cstdint>
#include <string_view>

namespace rlm::quality {

/// Chooses by a keyed hash of the exchange's id, so that nothing is shared between threads, a
/// restart changes nothing, and replicas with one seed agree. Immutable. Tens of nanoseconds.
class AuditSampler {
 public:
  struct Draw {
    bool chosen = false;
    double probability = 0;  // what the label stores
  };

  /// Who knows the seed and can choose exchange ids can escape audits: keep it to oneself.
  explicit AuditSampler(std::uint64_t seed) : seed_(seed) {}

  /// Chosen with probability `share` (cut to [0, 1]), independently for different ids.
  Draw draw(std::string_view exchange_id, double share) const;

 private:
  std::uint64_t seed_;
};

}  // namespace rlm::quality
