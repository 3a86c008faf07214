#pragma once
// Times that are known by their middle and their slow end.

#include "route/planner.hpp"

namespace rlm::route {

/// Milliseconds: in the middle, and what one in twenty exceeds.
struct Delay {
  double typical = 0;
  double p95 = 0;
};

/// The slow end of a sum is taken to be the sum of the slow ends: it is never less.
inline Delay operator+(Delay a, Delay b) {
  return {a.typical + b.typical, a.p95 + b.p95};
}

inline Delay begin_of(const Speed& speed) {
  return {speed.first_byte_ms, speed.first_byte_p95_ms};
}

inline Delay writing(const Speed& speed, Length length) {
  return {speed.token_ms * static_cast<double>(length.mean),
          speed.token_p95_ms * static_cast<double>(length.p95)};
}

}  // namespace rlm::route
