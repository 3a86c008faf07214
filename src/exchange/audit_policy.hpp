#pragma once
// What a cascade spends to know how good its drafts are.

#include "base/units.hpp"

namespace rlm::exchange {

struct AuditPolicy {
  /// Audits, and drafts tried for classes that are not trusted, are begun no more once this was
  /// spent on a UTC day; 0: no limit.
  NanoUsd usd_per_day{1'000'000'000};
};

}  // namespace rlm::exchange
