#pragma once
// Money and time as types, so that a micro is never added to a nano.

#include <chrono>
#include <compare>
#include <cstdint>

namespace rlm {

/// Integer nano-dollars (1e-9 USD); may be negative (savings can be). Range ±9.2e9 USD.
struct NanoUsd {
  std::int64_t value = 0;

  friend constexpr auto operator<=>(NanoUsd, NanoUsd) = default;
  friend constexpr NanoUsd operator+(NanoUsd a, NanoUsd b) { return {a.value + b.value}; }
  friend constexpr NanoUsd operator-(NanoUsd a, NanoUsd b) { return {a.value - b.value}; }
  constexpr NanoUsd& operator+=(NanoUsd other) {
    value += other.value;
    return *this;
  }
  /// For display only.
  constexpr double dollars() const { return static_cast<double>(value) * 1e-9; }
};

using Tokens = std::int64_t;

using SteadyTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

/// Wall-clock time as milliseconds since the Unix epoch; what records and the ledger store.
struct UnixMs {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(UnixMs, UnixMs) = default;
};

}  // namespace rlm
