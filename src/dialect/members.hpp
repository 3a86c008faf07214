#pragma once
// Members of a JSON object taken out and put in by splices; all other bytes stay.

#include <span>
#include <string>
#include <string_view>

#include "wire/json_cursor.hpp"
#include "wire/splice.hpp"

namespace rlm::dialect {

/// Takes every member whose key is in `removed` out of `object`, with one comma each, and puts
/// `inserted` at its front: members as they are written, such as `"a":1,"b":2`; may be empty.
/// `body` must be of the document that `object` is in, and have no edits within the object so far.
void splice_members(wire::JsonValue object, std::span<const std::string_view> removed,
                    std::string inserted, wire::SplicedBody& body);

}  // namespace rlm::dialect
