#pragma once
// For tests: JSON texts of one meaning as one text.

#include <map>
#include <string>
#include <string_view>

#include "wire/json_cursor.hpp"
#include "wire/json_text.hpp"

namespace rlm::dialect {

/// Without white space, members by name, strings escaped one way.
inline std::string canonical(wire::JsonValue value) {
  using Type = wire::JsonValue::Type;
  std::string out;
  if (value.is(Type::Object)) {
    std::map<std::string, std::string> members;
    value.each_member([&](std::string_view key, wire::JsonValue member) {
      return members[std::string(key)] = canonical(member), true;
    });
    for (const auto& [key, member] : members)
      out += (out.empty() ? "{" : ",") + wire::json_string(key) + ":" + member;
    return out.empty() ? "{}" : out + "}";
  }
  if (value.is(Type::Array)) {
    value.each_element([&](wire::JsonValue element) {
      out += (out.empty() ? "[" : ",") + canonical(element);
      return true;
    });
    return out.empty() ? "[]" : out + "]";
  }
  return value.is(Type::String) ? wire::json_string(value.string()) : std::string(value.raw());
}

/// "no JSON: …" for what is none.
inline std::string canonical(std::string_view text) {
  wire::JsonIndex index;
  const auto root = index.parse(text);
  return root ? canonical(*root) : "no JSON: " + root.error().message + ": " + std::string(text);
}

/// Canonical text of one member.
inline std::string canonical_member(std::string_view text, std::string_view key) {
  wire::JsonIndex index;
  const auto root = index.parse(text);
  return root && root->member(key).exists() ? canonical(root->member(key)) : "absent";
}

}  // namespace rlm::dialect
