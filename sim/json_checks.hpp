#pragma once
// Checks on JSON that OpenAI's dialects share: known keys, types, names.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/openai_error.hpp"

namespace rlm::sim {

/// What is refused; nothing when all is well.
using Checked = std::optional<Refusal>;

/// One of `values` is the text of `value`.
bool is_one_of(std::string_view value, std::span<const std::string_view> values);
/// The first member that is none of `known`, as "path.key"; empty when all are.
std::string unknown_member(wire::JsonValue object, std::span<const std::string_view> known,
                           const std::string& path);

struct FieldType {
  std::string_view name;
  wire::JsonValue::Type type;  // True stands for both booleans
  std::string_view expected;   // with its article
};
/// Each of `fields` that is there has its type, or is null.
Checked check_types(wire::JsonValue object, std::span<const FieldType> fields,
                    const std::string& prefix = {});

/// A function's name: there, at most 64 of ^[a-zA-Z0-9_-]+$.
Checked check_function_name(wire::JsonValue name, const std::string& path);
/// The subset of JSON Schema that `strict` allows: objects are closed, and require all they have.
Checked check_strict_schema(wire::JsonValue schema, const std::string& function,
                            const std::string& param, int depth = 0);

}  // namespace rlm::sim
