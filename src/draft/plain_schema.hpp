#pragma once
// Rewrites a JSON Schema of any draft into the few keywords that the validator honours exactly.

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "wire/json_cursor.hpp"

namespace rlm::draft {

/// Nesting of a schema, references followed, and of an input.
inline constexpr std::size_t kSchemaDepthMax = 48;
/// Subschemas after references were followed: a few bytes of references can name millions.
inline constexpr std::size_t kSubschemasMax = 10'000;
inline constexpr std::size_t kSchemaBytesMax = 512u << 10;
/// What two copies of a large `enum` behind references may add up to.
inline constexpr std::size_t kPlainBytesMax = 2u << 20;

/// A schema without references, drafts or annotations. `pattern`, `format` and `multipleOf` are
/// called kPatternKey, kFormatKey and kMultipleKey: own checks stand behind them.
struct PlainSchema {
  std::string json;
  std::size_t subschemas = 0;
  bool is_draft4 = false;
  bool has_unique_items = false;
};

inline constexpr const char* kPatternKey = "rlm:pattern";
inline constexpr const char* kFormatKey = "rlm:format";
inline constexpr const char* kMultipleKey = "rlm:multipleOf";

/// The plain form, or the cause as of why_not_valid().
tl::expected<PlainSchema, std::string> plain_schema(wire::JsonValue schema);

/// False for an object that has a key twice, at any depth: readers differ in which one they take.
bool has_unique_keys(wire::JsonValue value);

}  // namespace rlm::draft
