#pragma once
// How a system message says what it was, where it becomes the user's.

#include <string_view>

#include "wire/json_cursor.hpp"
#include "wire/splice.hpp"

namespace rlm::dialect {

/// What its text begins with, as the inside of a JSON string.
inline constexpr std::string_view kSystemMark = "[System message]\\n";

/// Splices the mark to the front of `content`: a string, or blocks of which the first has a text.
void mark_system(wire::JsonValue content, wire::SplicedBody& body);

}  // namespace rlm::dialect
