#pragma once
// Checks JSON's grammar over the structurals that simdjson found, and finds the partner of each
// opening bracket.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rlm::wire {

/// What the walk needs and fills. `starts` holds `count` positions, in order.
struct JsonWalk {
  std::string_view text;
  const std::uint32_t* starts = nullptr;
  std::uint32_t count = 0;
  std::uint32_t* closers = nullptr;  // room for `count`
  std::uint32_t* stack = nullptr;    // room for `depth_max`
  std::size_t depth_max = 0;
};

/// What broke the grammar; `expected` is null when nothing did.
struct JsonFault {
  const char* expected = nullptr;  // for people, e.g. "expected a colon"
  std::size_t offset = 0;
  bool too_deep = false;
};

/// One pass without recursion; `walk.count` is at least 1. Sets `closers` at each opening bracket.
JsonFault check_grammar(const JsonWalk& walk);

/// Why simdjson's stage 1 refused `text` (control characters in strings, UTF-8, an open string),
/// found again byte by byte.
JsonFault find_lexical_fault(std::string_view text);

}  // namespace rlm::wire
