#pragma once
// What requests of both OpenAI dialects have in common, written as fields of a Messages request.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/buffer.hpp"
#include "base/result.hpp"
#include "dialect/claude_rules.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// A field of a request and where its value is kept.
template <class Fields>
struct FieldName {
  std::string_view name;
  wire::JsonValue Fields::*slot;
};

/// Where the members of `root` named in `names` stand; a null counts as absent. BadRequest for one
/// that stands there twice.
template <class Fields, std::size_t size>
Result<Fields> read_fields(wire::JsonValue root, const std::array<FieldName<Fields>, size>& names) {
  Fields fields;
  bool seen[size] = {};
  std::string_view duplicate;
  root.each_member([&](std::string_view key, wire::JsonValue value) {
    for (std::size_t i = 0; i < size; ++i) {
      if (names[i].name != key) continue;
      if (seen[i]) duplicate = names[i].name;
      seen[i] = true;
      if (!value.is(wire::JsonValue::Type::Null)) fields.*names[i].slot = value;
      break;
    }
    return true;
  });
  // Whoever reads the first of two and whoever reads the last would disagree about the request.
  if (!duplicate.empty())
    return fail(ErrorKind::BadRequest, Source::Client,
                std::string(duplicate) + ": stands there twice, need it once");
  return fields;
}

/// The document of a request. BadRequest for what is no JSON object.
Result<wire::JsonValue> read_body(std::string_view body, wire::JsonIndex& index,
                                  const wire::JsonLimits& limits);

/// A field's value, and its name for errors.
using NamedValue = std::pair<std::string_view, wire::JsonValue>;

/// A string of 1 to 256 bytes.
Result<std::string> read_model(wire::JsonValue model);
/// Absent is false.
Result<bool> read_flag(std::string_view name, wire::JsonValue value);
/// The first of these that is given, or `otherwise`; at least 1.
Result<std::int64_t> read_limit(std::initializer_list<NamedValue> fields, std::int64_t otherwise);

/// `,"temperature":…,"top_p":…` for a model that takes them; Anthropic's temperature ends at 1.
Result<void> append_sampling(std::string& out, wire::JsonValue temperature, wire::JsonValue top_p,
                             const ClaudeRules& rules);
/// `,"metadata":{"user_id":…}` of the first that is a usable string.
void append_user_id(std::string& out, std::initializer_list<wire::JsonValue> ids);

/// How hard the model is to think and what form its text is to have. `schema` is copied byte for
/// byte but for `"additionalProperties":false` in objects that leave it open, which Anthropic's API
/// demands. `visible` asks for a summary of the thinking. BadRequest for an effort that is unknown.
Result<void> append_thinking_and_format(std::string& out, const NamedValue& effort, bool visible,
                                        wire::JsonValue schema, const ClaudeRules& rules);

/// The whole request: `head` is all before `system`, which may be empty. Messages stand last, so
/// that a conversation that grew has all bytes before them in common with what it was.
Buffer joined_body(std::string_view head, std::string_view system, std::string_view messages,
                   bool prompt_cache);

/// What only an instruction can demand: a system text.
inline constexpr std::string_view kAnswerInJson =
    "Answer with one JSON object and nothing else: no text around it and no code fence.";

}  // namespace rlm::dialect
