#include "dialect/responses_ask.hpp"

#include "dialect/ask_fields.hpp"
#include "dialect/ask_tools.hpp"
#include "dialect/json_copy.hpp"
#include "dialect/responses_items.hpp"
#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

struct Fields {
  JsonValue model, input, instructions, max_output_tokens, stream, store, temperature, top_p, tools,
      tool_choice, parallel_tool_calls, reasoning, text, include, safety_identifier, user, metadata,
      previous_response_id, conversation, prompt, background;
};

constexpr FieldName<Fields> kFields[] = {
    {"model", &Fields::model},
    {"input", &Fields::input},
    {"instructions", &Fields::instructions},
    {"max_output_tokens", &Fields::max_output_tokens},
    {"stream", &Fields::stream},
    {"store", &Fields::store},
    {"temperature", &Fields::temperature},
    {"top_p", &Fields::top_p},
    {"tools", &Fields::tools},
    {"tool_choice", &Fields::tool_choice},
    {"parallel_tool_calls", &Fields::parallel_tool_calls},
    {"reasoning", &Fields::reasoning},
    {"text", &Fields::text},
    {"include", &Fields::include},
    {"safety_identifier", &Fields::safety_identifier},
    {"user", &Fields::user},
    {"metadata", &Fields::metadata},
    {"previous_response_id", &Fields::previous_response_id},
    {"conversation", &Fields::conversation},
    {"prompt", &Fields::prompt},
    {"background", &Fields::background},
};

// An agent's instructions and tools are tens of KB: an open answer must not keep them, and no agent
// reads them again.
constexpr std::size_t kEchoedBytesMax = 4096;

Result<void> refuse_stored_state(const Fields& fields) {
  constexpr std::string_view kUnkept =
      "nothing is kept here between requests; send the whole conversation as input, with "
      "store:false";
  if (fields.previous_response_id.exists()) return bad_request("previous_response_id", kUnkept);
  if (fields.conversation.exists()) return bad_request("conversation", kUnkept);
  if (fields.prompt.exists())
    return bad_request("prompt", "prompts are not kept here; send instructions and input");
  if (fields.background.is(Type::True))
    return bad_request("background", "need false: answers are not kept here; use stream");
  return {};
}

Result<void> read_tool(ToolWriter& tools, const std::string& place, JsonValue entry,
                       std::string_view name_space, const AskDefaults& defaults) {
  const std::string_view type = entry.member("type").quoted();
  const ToolEntry tool{place,
                       entry.member("name"),
                       entry.member("description"),
                       entry.member("parameters"),
                       entry.member("format"),
                       name_space};
  if (type == "function") return tools.function(tool);
  if (type == "custom") return tools.custom(tool);
  if (type == "namespace" && name_space.empty()) {
    const std::string name = tool.name.string();
    Result<void> result;
    entry.member("tools").each_element([&](JsonValue inner) {
      result = read_tool(tools, place + ".tools", inner, name, defaults);
      return result.has_value();
    });
    return result;
  }
  if (type.starts_with("web_search") && !defaults.web_search.empty())
    tools.web_search(defaults.web_search);
  return {};
}

Result<void> read_tools(ToolWriter& tools, JsonValue list, const AskDefaults& defaults) {
  if (!list.exists()) return {};
  if (!list.is(Type::Array)) return wire::wrong_type("tools", "a valid list", list);
  Result<void> result;
  std::size_t number = 0;
  list.each_element([&](JsonValue entry) {
    result = read_tool(tools, "tools." + std::to_string(number++), entry, "", defaults);
    return result.has_value();
  });
  return result;
}

std::string name_in(JsonValue tool) {
  return tool_name_in(tool.member("namespace").string(), tool.member("name").string());
}

Result<ToolChoice> read_choice(JsonValue value) {
  using Kind = ToolChoice::Kind;
  ToolChoice choice;
  const std::string_view type = value.member("type").quoted();
  JsonValue mode = value;
  if (type == "function" || type == "custom") {
    choice.kind = Kind::Named;
    choice.name = name_in(value);
    if (!choice.name.empty()) return choice;
    return bad_request("tool_choice", "need the name of a tool");
  }
  if (type == "allowed_tools") {
    mode = value.member("mode");
    choice.allowed.emplace();
    value.member("tools").each_element([&](JsonValue tool) {
      choice.allowed->insert(name_in(tool));
      return true;
    });
  } else if (value.is(Type::Object)) {
    return choice;  // of a tool that OpenAI runs: it is not there
  }
  if (mode.equals("none"))
    choice.kind = Kind::None;
  else if (mode.equals("required"))
    choice.kind = Kind::Required;
  else if (value.exists() && !mode.equals("auto"))
    return bad_request("tool_choice", "need none, auto, required or a tool's name in an object");
  return choice;
}

/// Builds one Ask; each step may fail.
class ResponsesAsk {
 public:
  ResponsesAsk(const Fields& fields, const wire::JsonLimits& limits, const AskDefaults& defaults)
      : fields_(fields), defaults_(defaults), conversation_(kItemWords, limits) {}

  Result<Ask> read();

 private:
  Result<void> read_head();
  Result<void> read_settings();
  Result<void> read_tools_and_choice();
  Result<void> read_conversation();
  void echo(std::string_view key, JsonValue value, std::string_view otherwise);
  void write_echo();

  const Fields& fields_;
  const AskDefaults& defaults_;
  ClaudeRules rules_;
  AskConversation conversation_;
  Ask ask_;
  std::string out_;
};

void ResponsesAsk::echo(std::string_view key, JsonValue value, std::string_view otherwise) {
  ask_.echo += ",\"";
  ask_.echo += key;
  ask_.echo += "\":";
  const std::string_view raw = value.raw();
  const bool is_echoed = !raw.empty() && raw.size() <= kEchoedBytesMax && has_known_escapes(raw);
  ask_.echo += is_echoed ? raw : otherwise;
}

void ResponsesAsk::write_echo() {
  echo("instructions", fields_.instructions, "null");
  echo("max_output_tokens", fields_.max_output_tokens, "null");
  echo("metadata", fields_.metadata, "{}");
  echo("parallel_tool_calls", fields_.parallel_tool_calls, "true");
  echo("previous_response_id", {}, "null");
  echo("reasoning", fields_.reasoning, R"({"effort":null,"summary":null})");
  echo("store", {}, "false");
  echo("temperature", fields_.temperature, "1");
  echo("text", fields_.text, R"({"format":{"type":"text"}})");
  echo("tool_choice", fields_.tool_choice, R"("auto")");
  echo("tools", fields_.tools, "[]");
  echo("top_p", fields_.top_p, "1");
  echo("truncation", {}, R"("disabled")");
}

Result<void> ResponsesAsk::read_head() {
  if (auto done = refuse_stored_state(fields_); !done) return done;
  auto model = read_model(fields_.model);
  if (!model) return fail(std::move(model.error()));
  const auto stream = read_flag("stream", fields_.stream);
  if (!stream) return fail(stream.error());
  const auto limit =
      read_limit({{"max_output_tokens", fields_.max_output_tokens}}, defaults_.max_tokens);
  if (!limit) return fail(limit.error());
  ask_.model = std::move(*model);
  ask_.stream = *stream;
  fields_.include.each_element([&](JsonValue wanted) {
    if (wanted.equals("reasoning.encrypted_content")) ask_.include_reasoning = true;
    return true;
  });
  rules_ = defaults_.rules.value_or(claude_rules(ask_.model));
  out_ = R"({"model":)";
  wire::append_json_string(out_, ask_.model);
  out_ += R"(,"max_tokens":)" + std::to_string(*limit);
  out_ += *stream ? R"(,"stream":true)" : R"(,"stream":false)";
  return {};
}

Result<void> ResponsesAsk::read_settings() {
  if (auto done = append_sampling(out_, fields_.temperature, fields_.top_p, rules_); !done)
    return done;
  append_user_id(out_, {fields_.safety_identifier, fields_.user});
  const JsonValue format = fields_.text.member("format");
  JsonValue schema;
  if (format.member("type").equals("json_schema")) {
    schema = format.member("schema");
    if (!schema.is(Type::Object))
      return wire::wrong_type("text.format.schema", "an object", schema);
  }
  const JsonValue effort = fields_.reasoning.member("effort");
  const bool wants_summary = fields_.reasoning.member("summary").is(Type::String) ||
                             fields_.reasoning.member("generate_summary").is(Type::String);
  return append_thinking_and_format(out_, {"reasoning.effort", effort}, wants_summary, schema,
                                    rules_);
}

Result<void> ResponsesAsk::read_tools_and_choice() {
  const auto choice = read_choice(fields_.tool_choice);
  if (!choice) return fail(choice.error());
  if (auto flag = read_flag("parallel_tool_calls", fields_.parallel_tool_calls); !flag)
    return fail(std::move(flag.error()));
  ToolWriter tools(ask_.tools, *choice);
  if (auto done = read_tools(tools, fields_.tools, defaults_); !done) return done;
  const bool parallel = !fields_.parallel_tool_calls.is(Type::False);
  const std::string instruction = tools.append_to(out_, parallel, rules_);
  if (!instruction.empty()) conversation_.instruct(instruction);
  if (fields_.text.member("format").member("type").equals("json_object"))
    conversation_.instruct(kAnswerInJson);
  return {};
}

Result<void> ResponsesAsk::read_conversation() {
  if (fields_.instructions.exists()) {
    if (!fields_.instructions.is(Type::String))
      return wire::wrong_type("instructions", "a valid string", fields_.instructions);
    if (auto done = conversation_.system({"instructions"}, fields_.instructions); !done)
      return done;
  }
  return read_items(conversation_, fields_.input);
}

Result<Ask> ResponsesAsk::read() {
  if (auto done = read_head(); !done) return fail(std::move(done.error()));
  if (auto done = read_settings(); !done) return fail(std::move(done.error()));
  if (auto done = read_conversation(); !done) return fail(std::move(done.error()));
  if (auto done = read_tools_and_choice(); !done) return fail(std::move(done.error()));
  auto messages = conversation_.finish();
  if (!messages) return fail(std::move(messages.error()));
  write_echo();
  ask_.messages_body =
      joined_body(out_, conversation_.system_member(), *messages, defaults_.prompt_cache);
  return std::move(ask_);
}

}  // namespace

Result<Ask> read_responses_ask(const Buffer& body, wire::JsonIndex& index,
                               const wire::JsonLimits& limits, const AskDefaults& defaults) {
  const auto root = read_body(body.view(), index, limits);
  if (!root) return fail(root.error());
  const auto fields = read_fields(*root, kFields);
  if (!fields) return fail(fields.error());
  return ResponsesAsk(*fields, limits, defaults).read();
}

}  // namespace rlm::dialect
