#pragma once
// The usage of a whole answer without reading what it says.

#include <optional>
#include <string_view>

#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// The `usage` member of a message that stands last in it, as every provider writes it, so that
/// long answers need not be parsed. Nothing when `body` has another shape; it must then be read
/// whole. What stands between is not checked.
///
/// In valid JSON the bytes `"usage":{` are never inside a string (there the quotes would be
/// escaped), and an object that only the document's last bracket follows is the root's own member.
std::optional<JsonValue> usage_at_end(std::string_view body, JsonIndex& index);

}  // namespace rlm::wire
