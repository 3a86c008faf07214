#pragma once
// Tokens of one model call, by the classes that are billed apart.

#include "base/units.hpp"

namespace rlm {

/// Token counts as an Anthropic-format upstream reports them; the input classes exclude each other.
/// Source: Anthropic Messages API, `usage` (platform.claude.com, 2026-08-22).
struct Usage {
  Tokens input = 0;           // uncached input
  Tokens cache_write_5m = 0;  // written with the 5-minute TTL
  Tokens cache_write_1h = 0;  // written with the 1-hour TTL
  Tokens cache_read = 0;
  Tokens output = 0;  // includes thinking
  /// False when a count had to be estimated (the call was cut before its last usage).
  bool reported = false;

  /// All input tokens, whatever they cost.
  Tokens prompt() const { return input + cache_write_5m + cache_write_1h + cache_read; }
  friend bool operator==(const Usage&, const Usage&) = default;
};

}  // namespace rlm
