#include "dialect/chat_ask.hpp"

#include "dialect/ask_conversation.hpp"
#include "dialect/ask_fields.hpp"
#include "dialect/ask_tools.hpp"
#include "dialect/json_copy.hpp"
#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

struct Fields {
  JsonValue model, messages, max_completion_tokens, max_tokens, n, stream, stream_options,
      temperature, top_p, stop, tools, tool_choice, parallel_tool_calls, response_format,
      reasoning_effort, safety_identifier, user, functions, web_search_options;
};

constexpr FieldName<Fields> kFields[] = {
    {"model", &Fields::model},
    {"messages", &Fields::messages},
    {"max_completion_tokens", &Fields::max_completion_tokens},
    {"max_tokens", &Fields::max_tokens},
    {"n", &Fields::n},
    {"stream", &Fields::stream},
    {"stream_options", &Fields::stream_options},
    {"temperature", &Fields::temperature},
    {"top_p", &Fields::top_p},
    {"stop", &Fields::stop},
    {"tools", &Fields::tools},
    {"tool_choice", &Fields::tool_choice},
    {"parallel_tool_calls", &Fields::parallel_tool_calls},
    {"response_format", &Fields::response_format},
    {"reasoning_effort", &Fields::reasoning_effort},
    {"safety_identifier", &Fields::safety_identifier},
    {"user", &Fields::user},
    {"functions", &Fields::functions},
    {"web_search_options", &Fields::web_search_options},
};

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

Result<void> read_tools(ToolWriter& tools, JsonValue list) {
  if (!list.exists()) return {};
  if (!list.is(Type::Array)) return wire::wrong_type("tools", "a valid list", list);
  Result<void> result;
  std::size_t number = 0;
  list.each_element([&](JsonValue entry) {
    const bool is_custom = entry.member("type").equals("custom");
    const JsonValue tool = entry.member(is_custom ? "custom" : "function");
    const ToolEntry read{"tools." + std::to_string(number++), tool.member("name"),
                         tool.member("description"), tool.member("parameters"),
                         tool.member("format").member("grammar")};
    result = is_custom ? tools.custom(read) : tools.function(read);
    return result.has_value();
  });
  return result;
}

// The name in {"type":"function","function":{"name":…}} or the same of a custom tool.
std::string name_in(JsonValue tool) {
  const JsonValue custom = tool.member("custom");
  return (custom.exists() ? custom : tool.member("function")).member("name").string();
}

Result<ToolChoice> read_choice(JsonValue value) {
  using Kind = ToolChoice::Kind;
  ToolChoice choice;
  JsonValue mode = value;
  if (value.member("type").equals("allowed_tools")) {
    mode = value.member("allowed_tools").member("mode");
    choice.allowed.emplace();
    value.member("allowed_tools").member("tools").each_element([&](JsonValue tool) {
      choice.allowed->insert(name_in(tool));
      return true;
    });
  } else if (value.is(Type::Object)) {
    choice.kind = Kind::Named;
    choice.name = name_in(value);
    if (!choice.name.empty()) return choice;
    return bad_request("tool_choice", "need the name of a function");
  }
  if (mode.equals("none"))
    choice.kind = Kind::None;
  else if (mode.equals("required"))
    choice.kind = Kind::Required;
  else if (value.exists() && !mode.equals("auto"))
    return bad_request("tool_choice", "need none, auto, required or a tool's name in an object");
  return choice;
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

/// Builds one Ask; each step may fail.
class ChatAsk {
 public:
  ChatAsk(const Fields& fields, const wire::JsonLimits& limits, const AskDefaults& defaults)
      : fields_(fields), defaults_(defaults), conversation_(kWords, limits) {}

  Result<Ask> read();

 private:
  Result<void> read_head();
  Result<void> read_settings();
  Result<void> read_tools_and_system();

  const Fields& fields_;
  const AskDefaults& defaults_;
  ClaudeRules rules_;
  AskConversation conversation_;
  Ask ask_;
  std::string out_;
};

Result<void> ChatAsk::read_head() {
  auto model = read_model(fields_.model);
  if (!model) return fail(std::move(model.error()));
  const auto stream = read_flag("stream", fields_.stream);
  if (!stream) return fail(stream.error());
  const auto limit = read_limit({{"max_completion_tokens", fields_.max_completion_tokens},
                                 {"max_tokens", fields_.max_tokens}},
                                defaults_.max_tokens);
  if (!limit) return fail(limit.error());
  ask_.model = std::move(*model);
  ask_.stream = *stream;
  ask_.include_usage = fields_.stream_options.member("include_usage").is(Type::True);
  rules_ = defaults_.rules.value_or(claude_rules(ask_.model));
  out_ = R"({"model":)";
  wire::append_json_string(out_, ask_.model);
  out_ += R"(,"max_tokens":)" + std::to_string(*limit);
  out_ += *stream ? R"(,"stream":true)" : R"(,"stream":false)";
  return {};
}

Result<void> ChatAsk::read_settings() {
  if (fields_.n.exists() && fields_.n.integer(0) != 1)
    return bad_request("n", "need 1, as each answer has one choice (found " +
                                std::string(fields_.n.raw().substr(0, 20)) + ")");
  if (fields_.functions.exists())
    return bad_request("functions", "the older form of tools is not supported; need tools");
  if (auto done = append_sampling(out_, fields_.temperature, fields_.top_p, rules_); !done)
    return done;
  if (auto done = append_stop(out_, fields_.stop); !done) return done;
  append_user_id(out_, {fields_.safety_identifier, fields_.user});
  const JsonValue format = fields_.response_format;
  JsonValue schema;
  if (format.member("type").equals("json_schema")) {
    schema = format.member("json_schema").member("schema");
    if (!schema.is(Type::Object))
      return wire::wrong_type("response_format.json_schema.schema", "an object", schema);
  }
  return append_thinking_and_format(out_, {"reasoning_effort", fields_.reasoning_effort}, false,
                                    schema, rules_);
}

Result<void> ChatAsk::read_tools_and_system() {
  const auto choice = read_choice(fields_.tool_choice);
  if (!choice) return fail(choice.error());
  if (auto flag = read_flag("parallel_tool_calls", fields_.parallel_tool_calls); !flag)
    return fail(std::move(flag.error()));
  ToolWriter tools(ask_.tools, *choice);
  if (auto done = read_tools(tools, fields_.tools); !done) return done;
  if (fields_.web_search_options.is(Type::Object) && !defaults_.web_search.empty())
    tools.web_search(defaults_.web_search);
  const bool parallel = !fields_.parallel_tool_calls.is(Type::False);
  const std::string instruction = tools.append_to(out_, parallel, rules_);
  if (!instruction.empty()) conversation_.instruct(instruction);
  if (fields_.response_format.member("type").equals("json_object"))
    conversation_.instruct(kAnswerInJson);
  return {};
}

Result<Ask> ChatAsk::read() {
  if (auto done = read_head(); !done) return fail(std::move(done.error()));
  if (auto done = read_settings(); !done) return fail(std::move(done.error()));
  if (auto done = read_messages(conversation_, fields_.messages); !done)
    return fail(std::move(done.error()));
  if (auto done = read_tools_and_system(); !done) return fail(std::move(done.error()));
  auto messages = conversation_.finish();
  if (!messages) return fail(std::move(messages.error()));
  ask_.messages_body =
      joined_body(out_, conversation_.system_member(), *messages, defaults_.prompt_cache);
  return std::move(ask_);
}

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
