#pragma once
// Is a tool call's input valid under the tool's own JSON Schema? Proven, or a named reason why not.

#include <optional>
#include <string>
#include <string_view>

namespace rlm::draft {

/// Nothing when `input` (JSON text) is proven valid under `schema` (JSON text); else the cause. The
/// schema is read as the draft that its `$schema` names (4, 6, 7, 2019-09, 2020-12; without one as
/// the newest). What cannot be checked is not proven. Stricter than the standard in one place:
/// where an object declares `properties` and says nothing of others, an undeclared one is refused.
/// Time is bounded: patterns run in linear time (RE2), sizes are limited.
///
/// About the input: "schema:bad_input" (no JSON object), "schema:duplicate_key", "schema:required",
/// "schema:type", "schema:enum", "schema:extra", "schema:mismatch" (any other keyword).
/// About the schema: "schema:invalid", "schema:too_large", "schema:too_deep", "schema:remote_ref",
/// "schema:broken_ref", "schema:cyclic_ref", "schema:unchecked" or "schema:unchecked:KEYWORD".
std::optional<std::string> why_not_valid(std::string_view input, std::string_view schema);

}  // namespace rlm::draft
