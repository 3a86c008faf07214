#include "wire/prefix_chain.hpp"

#include <algorithm>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rlm::wire {

#ifdef RLM_XXHASH_DISPATCH
// Inlined it is compiled for the oldest CPU; the library chooses by the CPU that is there. Declared
// by hand, since its header and XXH_INLINE_ALL exclude each other.
extern "C" std::uint64_t XXH3_64bits_dispatch(const void* input, std::size_t length);
#endif

std::uint64_t PrefixChain::hash_of(std::string_view bytes) {
#ifdef RLM_XXHASH_DISPATCH
  constexpr std::size_t kLong = 512;
  if (bytes.size() >= kLong) return XXH3_64bits_dispatch(bytes.data(), bytes.size());
#endif
  return XXH3_64bits(bytes.data(), bytes.size());
}

void PrefixChain::add(Section section, Kind kind, std::uint64_t hash) {
  const std::uint64_t tag =
      static_cast<std::uint64_t>(section) << 8 | static_cast<std::uint64_t>(kind);
  const std::uint64_t link[] = {hash_, hash, tag};
  hash_ = XXH3_64bits(link, sizeof link);
}

void PrefixChain::add_block(Section section, JsonValue block, bool has_cache_marks) {
  if (!has_cache_marks) return add(section, Kind::Block, hash_of(block.raw()));
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  each_piece(block, cuts_of_cache_marks(block), [&](std::string_view piece) {
    XXH3_64bits_update(&state, piece.data(), piece.size());
  });
  add(section, Kind::Block, XXH3_64bits_digest(&state));
}

void PrefixChain::mark(std::size_t bytes, std::int32_t message, CacheMark mark) {
  if (marks_.size() == kPrefixMarksMax) make_room();
  if (marks_.empty()) marks_.reserve(32);
  marks_.push_back({hash_, bytes, mark.breakpoint, mark.one_hour, message});
}

void PrefixChain::mark_last(CacheMark mark) {
  if (marks_.empty() || !mark.breakpoint) return;
  marks_.back().breakpoint = true;
  marks_.back().one_hour = mark.one_hour;
}

void PrefixChain::make_room() {
  // Caches are looked up from the end, or at breakpoints (of which a valid request has four): of
  // the older half only its last breakpoints stay.
  constexpr std::ptrdiff_t kHalf = kPrefixMarksMax / 2;
  constexpr std::ptrdiff_t kOldBreakpointsMax = 64;
  const auto middle = marks_.begin() + kHalf;
  auto kept = std::stable_partition(marks_.begin(), middle,
                                    [](const PrefixMark& mark) { return !mark.breakpoint; });
  if (middle - kept > kOldBreakpointsMax) kept = middle - kOldBreakpointsMax;
  marks_.erase(marks_.begin(), kept);
}

}  // namespace rlm::wire
