#pragma once
// What holds for every translation of a Messages request into another dialect.

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::fuzz {

/// The request up to each of its turns, with the last one whole; nothing when it has no messages.
inline std::vector<std::string> growing(std::string_view body) {
  wire::JsonIndex index;
  std::vector<std::string> grown;
  const auto root = index.parse(body);
  if (!root) return grown;
  wire::JsonValue messages;
  root->each_member([&](std::string_view key, wire::JsonValue value) {
    if (key == "messages" && !value.is(wire::JsonValue::Type::Null)) messages = value;
    return true;
  });
  if (!messages.is(wire::JsonValue::Type::Array)) return grown;
  const Span list = messages.span();
  std::size_t end = list.begin + 1;
  bool is_assistant = false;
  messages.each_element([&](wire::JsonValue message) {
    const bool speaks = message.member("role").equals("assistant");
    if (speaks != is_assistant && grown.size() < 32)
      grown.push_back(std::string(body.substr(0, end)) + std::string(body.substr(list.end - 1)));
    is_assistant = speaks;
    end = message.span().end;
    return true;
  });
  grown.emplace_back(body);
  return grown;
}

/// What `translate(const Buffer&)` makes of a request is JSON, and begins with all that it made of
/// the same conversation before its last turns, but for the closing brackets.
template <class Translate>
void check_request(std::string_view body, Translate&& translate) {
  const auto require = [](bool holds) {
    if (!holds) std::abort();
  };
  const auto whole = translate(Buffer(body));
  if (!whole) return;
  wire::JsonIndex index;
  require(index.parse(whole->view(), {.depth_max = 256}).has_value());
  for (const std::string& earlier : growing(body)) {
    const auto made = translate(Buffer(earlier));
    require(made.has_value());
    const std::string_view kept = made->view().substr(0, made->size() - 2);
    require(whole->view().substr(0, kept.size()) == kept);
  }
}

}  // namespace rlm::fuzz
