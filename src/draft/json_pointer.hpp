#pragma once
// JSON pointers (RFC 6901) into a parsed text.

#include <string_view>

#include "wire/json_cursor.hpp"

namespace rlm::draft {

/// The value that `pointer` ("/a/b~1c/0") names below `root`; an absent one when there is none.
/// Percent escapes of URI fragments are not read.
wire::JsonValue at_pointer(wire::JsonValue root, std::string_view pointer);

}  // namespace rlm::draft
