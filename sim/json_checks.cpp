#include "sim/json_checks.hpp"

#include <algorithm>
#include <cctype>

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

constexpr std::size_t kNameBytesMax = 64;
constexpr int kSchemaDepthMax = 10;  // OpenAI's own bound of nesting

bool requires_all(wire::JsonValue schema, std::string& missing) {
  schema.member("properties").each_member([&](std::string_view key, wire::JsonValue) {
    bool found = false;
    schema.member("required").each_element([&](wire::JsonValue name) {
      found = found || name.string() == key;
      return !found;
    });
    if (!found) missing = key;
    return found;
  });
  return missing.empty();
}

}  // namespace

bool is_one_of(std::string_view value, std::span<const std::string_view> values) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::string unknown_member(wire::JsonValue object, std::span<const std::string_view> known,
                           const std::string& path) {
  std::string unknown;
  object.each_member([&](std::string_view key, wire::JsonValue) {
    if (!is_one_of(key, known)) unknown = path + (path.empty() ? "" : ".") + std::string(key);
    return unknown.empty();
  });
  return unknown;
}

Checked check_types(wire::JsonValue object, std::span<const FieldType> fields,
                    const std::string& prefix) {
  for (const FieldType& field : fields) {
    const auto value = object.member(field.name);
    if (!value.exists() || value.is(Type::Null) || value.is(field.type)) continue;
    if (field.type == Type::True && value.is(Type::False)) continue;
    return wrong_type(prefix + std::string(field.name), field.expected, value);
  }
  return std::nullopt;
}

Checked check_function_name(wire::JsonValue name, const std::string& path) {
  if (!name.exists()) return missing_parameter(path);
  if (!name.is(Type::String)) return wrong_type(path, "a string", name);
  const std::string text = name.string();
  if (text.size() > kNameBytesMax) return string_too_long(path, kNameBytesMax, text.size());
  const bool fits = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
  if (fits) return std::nullopt;
  return invalid_value(path, "Invalid '" + path +
                                 "': string does not match pattern. Expected a string that matches "
                                 "the pattern '^[a-zA-Z0-9_-]+$'.");
}

Checked check_strict_schema(wire::JsonValue schema, const std::string& function,
                            const std::string& param, int depth) {
  const auto refuse = [&](const std::string& why) {
    return openai_refusal("Invalid schema for function '" + function + "': " + why,
                          "invalid_function_parameters", param);
  };
  if (depth > kSchemaDepthMax) return refuse("nested too deeply.");
  const auto properties = schema.member("properties");
  if (schema.member("type").equals("object") || properties.exists()) {
    if (!schema.member("additionalProperties").is(Type::False))
      return refuse(
          "In context=(), 'additionalProperties' is required to be supplied and to be "
          "false.");
    std::string missing;
    if (!requires_all(schema, missing))
      return refuse(
          "In context=(), 'required' is required to be supplied and to be an array "
          "including every key in properties. Missing '" +
          missing + "'.");
  }
  Checked wrong;
  properties.each_member([&](std::string_view, wire::JsonValue property) {
    wrong = check_strict_schema(property, function, param, depth + 1);
    return !wrong;
  });
  if (!wrong && schema.member("items").is(Type::Object))
    wrong = check_strict_schema(schema.member("items"), function, param, depth + 1);
  return wrong;
}

}  // namespace rlm::sim
