#include "dialect/spoken_chat.hpp"

#include "dialect/request_members.hpp"

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

void name_system(JsonValue messages, wire::SplicedBody& body) {
  messages.each_element([&](JsonValue message) {
    const auto role = message.member("role");
    if (role.equals("developer")) body.replace(role.span(), "\"system\"");
    return true;
  });
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
  if (!quirks.developer_role) name_system(messages, body);
  const JsonValue format = root.member("response_format");
  const JsonValue schema = format.member("json_schema").member("schema");
  if (quirks.json_schema || !format.member("type").equals("json_schema") || !schema.exists())
    return;
  body.replace(format.span(), R"({"type":"json_object"})");
  tell(messages, schema_in_words(schema), body);
}

}  // namespace rlm::dialect
