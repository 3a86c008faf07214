#pragma once
// JSON strings in and out.

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rlm::wire {

/// True when `text` between quotes is a JSON string of the same meaning; only ASCII counts.
bool needs_no_escape(std::string_view text);

/// Appends `text` as a JSON string with quotes. Invalid UTF-8 is replaced by U+FFFD, so that the
/// output is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

/// `text` as a JSON string with quotes.
std::string json_string(std::string_view text);

/// The text of a JSON string token, quotes included in `token`. BadRequest (Source::Client) for a
/// bad escape or missing quotes. A lone surrogate becomes U+FFFD, as most parsers do.
Result<std::string> unescape(std::string_view token);

/// Appends the meaning of `raw`, the bytes between a string's quotes, and stops once about
/// `bytes_max` bytes were appended (never inside an escape). A bad escape is kept as it stands;
/// then false is returned.
bool append_unescaped(std::string& out, std::string_view raw,
                      std::size_t bytes_max = std::numeric_limits<std::size_t>::max() / 2);

}  // namespace rlm::wire
