#pragma once
// The guess at how long a text is for a model, where nobody has counted.

#include <cstddef>

#include "base/units.hpp"

namespace rlm::money {

/// 3.5 bytes a token, rounded down (pricing.md: tokenizers since 4.7).
constexpr Tokens tokens_of_bytes(std::size_t bytes) {
  return static_cast<Tokens>(bytes) * 2 / 7;
}

}  // namespace rlm::money
