#pragma once
// What is common to streamed and whole answers of Chat Completions.

#include <string>
#include <string_view>

#include "dialect/message_names.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// Meaning of a finish_reason; null, unknown ones and "error" are failures.
StopReason chat_stop(std::string_view finish_reason, bool has_calls, bool refused);

/// Calls `visit(JsonValue)` for each string of a content: the string itself, or the texts of its
/// parts, as some servers send them.
template <class Visit>
void each_text(wire::JsonValue content, Visit&& visit) {
  if (content.is(wire::JsonValue::Type::String)) visit(content);
  content.each_element([&](wire::JsonValue part) {
    if (part.member("text").is(wire::JsonValue::Type::String)) visit(part.member("text"));
    return true;
  });
}

}  // namespace rlm::dialect
