#include "dialect/chat_ask.hpp"

#include "dialect/ask_reader.hpp"
#include "dialect/json_copy.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

struct Fields : CommonFields {
  JsonValue messages, max_completion_tokens, max_tokens, n, stream_options, stop, response_format,
      reasoning_effort, functions, web_search_options;
};

constexpr FieldName<Fields> kOwnFields[] = {
    {"messages", &Fields::messages},
    {"max_completion_tokens", &Fields::max_completion_tokens},
    {"max_tokens", &Fields::max_tokens},
    {"n", &Fields::n},
    {"stream_options", &Fields::stream_options},
    {"stop", &Fields::stop},
    {"response_format", &Fields::response_format},
    {"reasoning_effort", &Fields::reasoning_effort},
    {"functions", &Fields::functions},
    {"web_search_options", &Fields::web_search_options},
};
constexpr auto kFields = with_common(kOwnFields);

constexpr CallWords kWords = {
    "messages: each of an assistant's tool_calls needs a tool message behind it; missing is that "
    "of ",
    "messages: a tool message needs a call of that tool_call_id in the assistant message before "
    "it, answered once; no such call: "};

Result<void> read_call(AskConversation& conversation, const Place& place, JsonValue call) {
  const bool is_custom = call.member("type").equals("custom");
  const JsonValue tool = call.member(is_custom ? "custom" : "function");
  const JsonValue name = tool.member("name");
  if (name.quoted().empty())
    return wire::wrong_type(place.text() + ".name", "a valid string", name);
  std::string inside;
  append_inside(inside, name);
  return is_custom
             ? conversation.custom_call(place, call.member("id"), inside, tool.member("input"))
             : conversation.call(place, call.member("id"), inside, tool.member("arguments"));
}

Result<void> read_calls(AskConversation& conversation, std::size_t number, JsonValue calls) {
  const Place place{"messages", number, "tool_calls"};
  if (!calls.exists() || calls.is(Type::Null)) return {};
  if (!calls.is(Type::Array)) return wire::wrong_type(place.text(), "a valid list", calls);
  Result<void> result;
  calls.each_element([&](JsonValue call) {
    result = read_call(conversation, place, call);
    return result.has_value();
  });
  return result;
}

Result<void> read_message(AskConversation& conversation, std::size_t number, JsonValue message) {
  const Place place{"messages", number, "content"};
  if (!message.is(Type::Object))
    return wire::wrong_type("messages." + std::to_string(number), "an object", message);
  JsonValue content, calls, call_id, role, refusal, function_call;
  message.each_member([&](std::string_view key, JsonValue value) {
    if (key == "role") role = value;
    if (key == "content") content = value;
    if (key == "tool_calls") calls = value;
    if (key == "tool_call_id") call_id = value;
    if (key == "refusal") refusal = value;
    if (key == "function_call") function_call = value;
    return true;
  });
  const std::string_view who = role.quoted();
  if (who == "user") return conversation.user(place, content);
  if (who == "system" || who == "developer") return conversation.system(place, content);
  if (who == "tool") return conversation.result(place, call_id, content);
  if (who != "assistant")
    return bad_request("messages." + std::to_string(number) + ".role",
                       "need system, developer, user, assistant or tool");
  if (function_call.is(Type::Object))
    return bad_request("messages." + std::to_string(number) + ".function_call",
                       "the older form of calls is not supported; need tool_calls");
  if (auto done = conversation.assistant(place, content); !done) return done;
  if (refusal.is(Type::String))
    if (auto done = conversation.assistant(place, refusal); !done) return done;
  return read_calls(conversation, number, calls);
}

Result<void> read_messages(AskConversation& conversation, JsonValue messages) {
  if (!messages.exists()) return bad_request("messages", "Field required");
  if (!messages.is(Type::Array)) return wire::wrong_type("messages", "a valid list", messages);
  Result<void> result;
  std::size_t number = 0;
  messages.each_element([&](JsonValue message) {
    result = read_message(conversation, number++, message);
    return result.has_value();
  });
  if (result && number == 0) return bad_request("messages", "at least one message is required");
  return result;
}

Result<void> append_stop(std::string& out, JsonValue stop) {
  std::string list;
  const auto add = [&](JsonValue sequence) {
    if (is_blank(sequence.quoted())) return;  // Anthropic's API refuses it
    list += list.empty() ? "" : ",";
    append_copy(list, sequence);
  };
  if (stop.is(Type::String)) {
    add(stop);
  } else if (stop.is(Type::Array)) {
    stop.each_element([&](JsonValue sequence) { return add(sequence), true; });
  } else if (stop.exists()) {
    return wire::wrong_type("stop", "a valid string or list", stop);
  }
  if (!list.empty()) out += R"(,"stop_sequences":[)" + list + "]";
  return {};
}

class ChatAsk final : public AskReader {
 public:
  ChatAsk(const Fields& fields, const wire::JsonLimits& limits, const AskDefaults& defaults)
      : AskReader(fields, kWords, limits, defaults), fields_(fields) {}

 protected:
  Result<void> refuse() const override {
    if (fields_.n.exists() && fields_.n.integer(0) != 1)
      return bad_request("n", "need 1, as each answer has one choice (found " +
                                  std::string(fields_.n.raw().substr(0, 20)) + ")");
    if (fields_.functions.exists())
      return bad_request("functions", "the older form of tools is not supported; need tools");
    return {};
  }
  Result<std::int64_t> limit() const override {
    return read_limit({{"max_completion_tokens", fields_.max_completion_tokens},
                       {"max_tokens", fields_.max_tokens}},
                      defaults_.max_tokens);
  }
  Result<void> read_own(std::string& out) override {
    ask_.include_usage = fields_.stream_options.member("include_usage").is(Type::True);
    return append_stop(out, fields_.stop);
  }
  AnswerForm form() const override {
    return {.format = fields_.response_format,
            .schema = fields_.response_format.member("json_schema").member("schema"),
            .schema_place = "response_format.json_schema.schema",
            .effort = {"reasoning_effort", fields_.reasoning_effort}};
  }
  Result<void> read_conversation() override {
    return read_messages(conversation_, fields_.messages);
  }

  Result<void> read_tool(ToolWriter& tools, const std::string& place, JsonValue entry) override {
    const bool is_custom = entry.member("type").equals("custom");
    const JsonValue tool = entry.member(is_custom ? "custom" : "function");
    const ToolEntry read{place, tool.member("name"), tool.member("description"),
                         tool.member("parameters"), tool.member("format").member("grammar")};
    return is_custom ? tools.custom(read) : tools.function(read);
  }
  void add_tools(ToolWriter& tools) override {
    if (fields_.web_search_options.is(Type::Object) && !web_search().empty())
      tools.web_search(web_search());
  }
  JsonValue allowed_in(JsonValue choice) const override { return choice.member("allowed_tools"); }
  bool names_tool(JsonValue) const override { return true; }
  // {"type":"function","function":{"name":…}}, or the same of a custom tool.
  std::string name_in(JsonValue tool) const override {
    const JsonValue custom = tool.member("custom");
    return (custom.exists() ? custom : tool.member("function")).member("name").string();
  }

 private:
  const Fields& fields_;
};

}  // namespace

Result<Ask> read_chat_ask(const Buffer& body, wire::JsonIndex& index,
                          const wire::JsonLimits& limits, const AskDefaults& defaults) {
  const auto root = read_body(body.view(), index, limits);
  if (!root) return fail(root.error());
  const auto fields = read_fields(*root, kFields);
  if (!fields) return fail(fields.error());
  return ChatAsk(*fields, limits, defaults).read();
}

}  // namespace rlm::dialect
