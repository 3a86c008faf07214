#pragma once
// The `usage` object of Anthropic's dialect, in and out.

#include <string>

#include "domain/usage.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// Largest count believed; what an upstream claims beyond it is a mistake, and sums must not
/// overflow.
inline constexpr Tokens kTokensMax = 1'000'000'000;

/// Reads a usage object; a class that is missing, null or no count becomes `missing`. Without the
/// split by TTL all writes are 5-minute ones and cache_write_1h is `missing`. Where `iterations`
/// tell more than the totals (compaction, advisor), they are summed. `reported` is left false.
Usage read_usage(JsonValue usage, Tokens missing);

/// Overwrites in `total` what a later, cumulative usage reports; its classes that are negative were
/// left out. A write count without a split is measured against what `total` knows of 1-hour writes.
/// `reported` becomes true once output was reported.
void merge_usage(Usage& total, const Usage& later);

/// Appends the object with all classes. Negative counts are written as 0.
void append_usage(std::string& out, const Usage& usage);

}  // namespace rlm::wire
