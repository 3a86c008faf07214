#pragma once
// Copies strings from one JSON text into another without decoding them.

#include <string>
#include <string_view>

#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// Appends the text of a string value as it stands between quotes, without these. What it holds is
/// copied byte for byte unless an escape is none of JSON's, which JsonIndex does not check.
void append_inside(std::string& out, wire::JsonValue text);

/// The same with quotes. A value that is no string is empty.
void append_copy(std::string& out, wire::JsonValue text);

/// `text` escaped, without quotes.
void append_escaped(std::string& out, std::string_view text);

/// True for the inside of a string that means white space only, or nothing. Anthropic's API refuses
/// such texts.
bool is_blank(std::string_view inside);

/// True when each escape within `json` is one of JSON's.
bool has_known_escapes(std::string_view json);

}  // namespace rlm::dialect
