#include "dialect/spoken_chat.hpp"

#include <string>

#include "dialect/efforts.hpp"
#include "dialect/request_members.hpp"
#include "dialect/system_mark.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

bool is_system(JsonValue message) {
  const auto role = message.member("role");
  return role.equals("system") || role.equals("developer");
}

JsonValue first_element(JsonValue list) {
  JsonValue first;
  list.each_element([&](JsonValue value) {
    first = value;
    return false;
  });
  return first;
}

void fit_system(JsonValue messages, const OpenAiQuirks& quirks, wire::SplicedBody& body) {
  bool is_first = true;
  messages.each_element([&](JsonValue message) {
    const auto role = message.member("role");
    const bool later = !is_first && is_system(message) && !quirks.later_system;
    if (later) {
      body.replace(role.span(), "\"user\"");
      mark_system(message.member("content"), body);
    } else if (role.equals("developer") && !quirks.developer_role) {
      body.replace(role.span(), "\"system\"");
    }
    is_first = false;
    return true;
  });
}

// The word for one that the upstream does not know; a word that nobody knows stays.
void fit_effort(JsonValue effort, const OpenAiQuirks& quirks, wire::SplicedBody& body) {
  const std::string_view word = effort_word(effort_of(effort.string()), quirks);
  if (!word.empty() && word != effort.quoted())
    body.replace(effort.span(), "\"" + std::string(word) + "\"");
}

// `words` are the inside of a JSON string.
void tell(JsonValue messages, const std::string& words, wire::SplicedBody& body) {
  const JsonValue first = first_element(messages);
  const JsonValue content = first.member("content");
  const std::size_t last = content.exists() ? content.span().end - 1 : 0;  // its quote or bracket
  if (is_system(first) && content.is(Type::String)) {
    body.replace({last, last}, (content.quoted().empty() ? "" : "\\n\\n") + words);
  } else if (is_system(first) && first_element(content).exists()) {
    body.replace({last, last}, R"(,{"type":"text","text":")" + words + "\"}");
  } else if (first.exists()) {
    const std::size_t front = first.span().begin;
    body.replace({front, front}, R"({"role":"system","content":")" + words + "\"},");
  }
}

}  // namespace

void fit_spoken_chat(JsonValue root, const OpenAiQuirks& quirks, wire::SplicedBody& body) {
  const JsonValue messages = root.member("messages");
  fit_system(messages, quirks, body);
  if (!quirks.other_efforts) fit_effort(root.member("reasoning_effort"), quirks, body);
  const JsonValue format = root.member("response_format");
  const JsonValue schema = format.member("json_schema").member("schema");
  if (quirks.json_schema || !format.member("type").equals("json_schema") || !schema.exists())
    return;
  body.replace(format.span(), R"({"type":"json_object"})");
  tell(messages, schema_in_words(schema), body);
}

}  // namespace rlm::dialect
