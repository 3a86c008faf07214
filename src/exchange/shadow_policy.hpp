#pragma once
// How much of a cascade's traffic is drafted where no client waits for it.

#include <cstddef>
#include <cstdint>

#include "base/units.hpp"

namespace rlm::exchange {

struct ShadowPolicy {
  /// Every request is served direct (policy = "shadow"); else only one that asks for it.
  bool serves_all = false;
  /// Of the requests that can be drafted; in [0, 1].
  double share = 0.1;
  /// Whoever knows it and an exchange's id can say again whether that one was drawn
  /// (quality::AuditSampler).
  std::uint64_t seed = 1;
  /// No more is begun once this was spent on a UTC day; 0: no limit.
  NanoUsd usd_per_day;
  /// The verify model is also asked about drafts that would be delivered without a verdict.
  bool judges_unseen = true;
  /// An answer beyond it is not compared with the draft.
  std::size_t answer_bytes_max = 1u << 20;
};

}  // namespace rlm::exchange
