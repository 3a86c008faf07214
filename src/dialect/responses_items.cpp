#include "dialect/responses_items.hpp"

#include "dialect/ask_tools.hpp"
#include "dialect/json_copy.hpp"
#include "dialect/sealed_thinking.hpp"
#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

struct Item {
  JsonValue type, role, content, call_id, name, name_space, arguments, input, output,
      encrypted_content;
};

Item members_of_item(JsonValue value) {
  Item item;
  value.each_member([&](std::string_view key, JsonValue member) {
    if (key == "type") item.type = member;
    if (key == "role") item.role = member;
    if (key == "content") item.content = member;
    if (key == "call_id") item.call_id = member;
    if (key == "name") item.name = member;
    if (key == "namespace") item.name_space = member;
    if (key == "arguments") item.arguments = member;
    if (key == "input") item.input = member;
    if (key == "output") item.output = member;
    if (key == "encrypted_content") item.encrypted_content = member;
    return true;
  });
  return item;
}

std::string at(std::size_t number) {
  return "input." + std::to_string(number);
}

Result<void> read_message(AskConversation& conversation, std::size_t number, const Item& item) {
  const Place place{"input", number, "content"};
  const std::string_view role = item.role.quoted();
  if (role == "user") return conversation.user(place, item.content);
  if (role == "assistant") return conversation.assistant(place, item.content);
  if (role == "system" || role == "developer") return conversation.system(place, item.content);
  return bad_request(at(number) + ".role", "need user, assistant, system or developer");
}

Result<void> read_call(AskConversation& conversation, std::size_t number, const Item& item,
                       bool is_custom) {
  if (item.name.quoted().empty())
    return wire::wrong_type(at(number) + ".name", "a valid string", item.name);
  std::string inside;
  append_escaped(inside, tool_name_in(item.name_space.string(), item.name.string()));
  const Place place{"input", number};
  return is_custom ? conversation.custom_call(place, item.call_id, inside, item.input)
                   : conversation.call(place, item.call_id, inside, item.arguments);
}

Result<void> read_item(AskConversation& conversation, std::size_t number, JsonValue value) {
  if (!value.is(Type::Object)) return wire::wrong_type(at(number), "an object", value);
  const Item item = members_of_item(value);
  const std::string_view type = item.type.quoted();
  if (type == "message" || (type.empty() && item.role.exists()))
    return read_message(conversation, number, item);
  if (type == "function_call" || type == "custom_tool_call")
    return read_call(conversation, number, item, type == "custom_tool_call");
  if (type == "function_call_output" || type == "custom_tool_call_output")
    return conversation.result({"input", number, "output"}, item.call_id, item.output);
  if (type == "reasoning") {
    if (const auto block = unseal_thinking(item.encrypted_content.string()))
      conversation.thinking(*block);
  } else if (type == "item_reference") {
    return bad_request(at(number),
                       "items are not kept here; send the item itself, with store:false");
  } else if (type.starts_with("compaction")) {
    return bad_request(at(number), "compaction by the server is not supported; send the items");
  } else if (type.empty()) {
    return bad_request(at(number), "need a type or a role");
  }
  return {};
}

}  // namespace

Result<void> read_items(AskConversation& conversation, JsonValue input) {
  if (!input.exists()) return bad_request("input", "Field required");
  if (input.is(Type::String)) return conversation.user({"input", 0, "content"}, input);
  if (!input.is(Type::Array)) return wire::wrong_type("input", "a valid string or list", input);
  Result<void> result;
  std::size_t number = 0;
  input.each_element([&](JsonValue item) {
    result = read_item(conversation, number++, item);
    return result.has_value();
  });
  if (result && number == 0) return bad_request("input", "at least one item is required");
  return result;
}

}  // namespace rlm::dialect
