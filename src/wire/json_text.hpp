#pragma once
// JSON strings in and out.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rlm::wire {

/// Appends `text` as a JSON string with quotes. Invalid UTF-8 is replaced by U+FFFD, so that the output is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

/// `text` as a JSON string with quotes.
std::string json_string(std::string_view text);

/// The text of a JSON string token, quotes included in `token`. BadRequest for a bad escape or a lone surrogate… the
/// latter becomes U+FFFD instead, as most parsers do.
Result<std::string> unescape(std::string_view token);

}  // namespace rlm::wire
