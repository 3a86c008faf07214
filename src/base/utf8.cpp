#include "base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace rlm {

// Every byte begins a character but those behind the first; these are counted eight at a time.
std::size_t characters_in(std::string_view text) {
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::size_t continuations = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    // The product's highest byte is the sum of all bytes, each 0 or 1.
    continuations += ((word & ~(word << 1) & kHigh) >> 7) * kOnes >> 56;
  }
  for (; at < text.size(); ++at)
    if (!begins_character(text[at])) ++continuations;
  return text.size() - continuations;
}

}  // namespace rlm
