#include "dialect/ask_reader.hpp"

#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

}  // namespace

Result<void> AskReader::read_head() {
  auto model = read_model(common_.model);
  if (!model) return fail(std::move(model.error()));
  const auto stream = read_flag("stream", common_.stream);
  if (!stream) return fail(stream.error());
  const auto most = limit();
  if (!most) return fail(most.error());
  ask_.model = std::move(*model);
  ask_.stream = *stream;
  rules_ = defaults_.rules_of ? defaults_.rules_of(ask_.model) : claude_rules(ask_.model);
  out_ = R"({"model":)";
  wire::append_json_string(out_, ask_.model);
  out_ += R"(,"max_tokens":)" + std::to_string(*most);
  out_ += *stream ? R"(,"stream":true)" : R"(,"stream":false)";
  return {};
}

Result<void> AskReader::read_settings() {
  if (auto done = append_sampling(out_, common_.temperature, common_.top_p, rules_); !done)
    return done;
  if (auto done = read_own(out_); !done) return done;
  append_user_id(out_, {common_.safety_identifier, common_.user});
  const AnswerForm wanted = form();
  JsonValue schema;
  if (wanted.format.member("type").equals("json_schema")) {
    schema = wanted.schema;
    if (!schema.is(Type::Object))
      return wire::wrong_type(std::string(wanted.schema_place), "an object", schema);
  }
  return append_thinking_and_format(out_, wanted.effort, wanted.shows_thinking, schema, rules_);
}

Result<ToolChoice> AskReader::read_choice() const {
  using Kind = ToolChoice::Kind;
  const JsonValue value = common_.tool_choice;
  ToolChoice choice;
  JsonValue mode = value;
  if (value.member("type").equals("allowed_tools")) {
    const JsonValue allowed = allowed_in(value);
    mode = allowed.member("mode");
    choice.allowed.emplace();
    allowed.member("tools").each_element([&](JsonValue tool) {
      choice.allowed->insert(name_in(tool));
      return true;
    });
  } else if (value.is(Type::Object)) {
    if (!names_tool(value)) return choice;
    choice.kind = Kind::Named;
    choice.name = name_in(value);
    if (!choice.name.empty()) return choice;
    return bad_request("tool_choice", "need the name of a tool");
  }
  if (mode.equals("none"))
    choice.kind = Kind::None;
  else if (mode.equals("required"))
    choice.kind = Kind::Required;
  else if (value.exists() && !mode.equals("auto"))
    return bad_request("tool_choice", "need none, auto, required or a tool's name in an object");
  return choice;
}

Result<void> AskReader::read_tools() {
  const auto choice = read_choice();
  if (!choice) return fail(choice.error());
  if (auto flag = read_flag("parallel_tool_calls", common_.parallel_tool_calls); !flag)
    return fail(std::move(flag.error()));
  ToolWriter tools(ask_.tools, *choice);
  const JsonValue list = common_.tools;
  if (list.exists() && !list.is(Type::Array))
    return wire::wrong_type("tools", "a valid list", list);
  Result<void> done;
  std::size_t number = 0;
  list.each_element([&](JsonValue entry) {
    done = read_tool(tools, "tools." + std::to_string(number++), entry);
    return done.has_value();
  });
  if (!done) return done;
  add_tools(tools);
  using Kind = ToolChoice::Kind;
  ask_.must_call_tool =
      number > 0 && (choice->kind == Kind::Required || choice->kind == Kind::Named);
  const bool parallel = !common_.parallel_tool_calls.is(Type::False);
  const std::string instruction = tools.append_to(out_, parallel, rules_);
  if (!instruction.empty()) conversation_.instruct(instruction);
  if (form().format.member("type").equals("json_object")) conversation_.instruct(kAnswerInJson);
  return {};
}

Result<Ask> AskReader::read() {
  if (auto done = refuse(); !done) return fail(std::move(done.error()));
  if (auto done = read_head(); !done) return fail(std::move(done.error()));
  if (auto done = read_settings(); !done) return fail(std::move(done.error()));
  if (auto done = read_conversation(); !done) return fail(std::move(done.error()));
  if (auto done = read_tools(); !done) return fail(std::move(done.error()));
  auto messages = conversation_.finish();
  if (!messages) return fail(std::move(messages.error()));
  ask_.messages_body =
      joined_body(out_, conversation_.system_member(), *messages, defaults_.prompt_cache);
  return std::move(ask_);
}

}  // namespace rlm::dialect
