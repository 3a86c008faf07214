#include "dialect/request_members.hpp"

#include <algorithm>
#include <utility>

#include "dialect/efforts.hpp"
#include "wire/content_block.hpp"
#include "wire/draft_block.hpp"
#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

constexpr std::size_t kToolNameMax = 64;  // OpenAI's limit

RequestMembers read_members(JsonValue root, JsonValue& mcp_servers) {
  RequestMembers request;
  JsonValue config, older_format;
  const struct {
    std::string_view key;
    JsonValue& value;
  } slots[] = {{"max_tokens", request.max_tokens},
               {"stream", request.stream},
               {"system", request.system},
               {"messages", request.messages},
               {"tools", request.tools},
               {"tool_choice", request.tool_choice},
               {"thinking", request.thinking},
               {"stop_sequences", request.stop_sequences},
               {"temperature", request.temperature},
               {"top_p", request.top_p},
               {"top_k", request.top_k},
               {"output_config", config},
               {"output_format", older_format},
               {"mcp_servers", mcp_servers}};
  root.each_member([&](std::string_view key, JsonValue value) {
    for (const auto& slot : slots)
      if (slot.key == key && !value.is(Type::Null)) slot.value = value;
    return true;
  });
  request.effort = config.member("effort");
  const JsonValue format = config.member("format");
  request.schema = (format.is(Type::Object) ? format : older_format).member("schema");
  return request;
}

bool is_empty(JsonValue list) {
  bool empty = true;
  list.each_element([&](JsonValue) { return empty = false; });
  return empty;
}

Result<void> check_tools(JsonValue tools, std::string_view dialect) {
  Result<void> done;
  std::size_t number = 0;
  tools.each_element([&](JsonValue tool) {
    const std::string place = "tools." + std::to_string(number++);
    const JsonValue type = tool.member("type");
    if (type.is(Type::String) && !type.equals("custom"))
      done = not_expressible(place, "a tool of type " + std::string(type.quoted().substr(0, 64)),
                             dialect);
    else if (!wire::is_tool_id(tool.member("name").quoted(), kToolNameMax))
      done = not_expressible(place, "a tool name beyond ^[a-zA-Z0-9_-]{1,64}$", dialect);
    return done.has_value();
  });
  return done;
}

bool has_tools(const RequestMembers& request) {
  return request.tools.is(Type::Array) && !is_empty(request.tools);
}

// A name that is not here is neither lower nor higher than one that is: nothing comes nearest to
// it.
Result<void> check_effort(JsonValue effort) {
  const bool is_known =
      std::find(kEfforts.begin(), kEfforts.end(), effort.quoted()) != kEfforts.end();
  if (!effort.exists() || effort.is(Type::Null) || is_known) return {};
  return fail(ErrorKind::BadRequest, Source::Client,
              "output_config.effort: Input should be low, medium, high, xhigh or max");
}

}  // namespace

tl::unexpected<Error> not_expressible(std::string_view place, std::string_view what,
                                      std::string_view dialect) {
  std::string message(place);
  message += ": ";
  message += what;
  message += " cannot be expressed in ";
  message += dialect;
  message += "; such a request needs an upstream that speaks Anthropic's dialect";
  return fail(ErrorKind::BadRequest, Source::Client, std::move(message));
}

std::string_view lack_of(const Error& inexpressible) {
  static constexpr std::pair<std::string_view, std::string_view> kLacks[] = {
      {"a tool name ", "tool_names"},         {"a tool of type ", "server_tools"},
      {"a block of type ", "unknown_blocks"}, {"an image ", "images"},
      {"a document ", "documents"},
  };
  std::string_view what = inexpressible.message;
  if (what.starts_with("stop_sequences: ")) return "stop_sequences";
  what.remove_prefix(std::min(what.size(), what.find(": ") + 2));
  for (const auto& [begin, lack] : kLacks)
    if (what.starts_with(begin)) return lack;
  return "dialect";
}

Result<RequestMembers> read_request_members(std::string_view body, wire::JsonIndex& index,
                                            const wire::JsonLimits& limits,
                                            std::string_view dialect) {
  const auto root = index.parse(body, limits);
  if (!root) return fail(root.error());
  if (!root->is(Type::Object)) return wire::wrong_type("request body", "an object", *root);
  JsonValue mcp_servers;
  const RequestMembers request = read_members(*root, mcp_servers);
  if (!request.messages.is(Type::Array))
    return wire::wrong_type("messages", "a valid list", request.messages);
  if (!is_empty(mcp_servers))
    return not_expressible("mcp_servers", "a server that the model calls itself", dialect);
  if (request.max_tokens.integer(1) == 0)
    return not_expressible("max_tokens", "0, which only fills the cache,", dialect);
  if (auto checked = check_tools(request.tools, dialect); !checked)
    return fail(std::move(checked.error()));
  if (auto checked = check_effort(request.effort); !checked)
    return fail(std::move(checked.error()));
  return request;
}

Reasoning reasoning_of(const RequestMembers& request, const OpenAiQuirks& quirks) {
  using Wish = Reasoning::Wish;
  const std::string_view thinking = request.thinking.member("type").quoted();
  const bool is_off = thinking == "disabled" || thinking == "between_tools";
  const bool is_said = !thinking.empty() || request.effort.is(Type::String);
  if (is_off || (quirks.wants_reasoning_back && has_tools(request))) return {Wish::Off, {}};
  if (!is_said) return {quirks.reasons_unasked ? Wish::Off : Wish::Unsaid, {}};
  const std::string_view word = effort_word(request.effort.quoted(), quirks);
  return {Wish::On, word.empty() ? effort_word("medium", quirks) : word};
}

void append_texts(std::string& out, JsonValue content, std::string_view joint) {
  bool is_first = true;
  const auto add = [&](JsonValue text) {
    const std::string_view inside = text.quoted();
    if (inside.empty() || wire::is_attribution(inside)) return;
    if (!is_first) out += joint;
    is_first = false;
    out += inside;
  };
  add(content);
  content.each_element([&](JsonValue block) {
    add(block.member("text"));
    return true;
  });
}

std::string system_text(const RequestMembers& request, const OpenAiQuirks& quirks) {
  std::string text;
  append_texts(text, request.system, "\\n\\n");
  if (quirks.json_schema || !request.schema.exists()) return text;
  if (!text.empty()) text += "\\n\\n";
  return text + schema_in_words(request.schema);
}

std::string schema_in_words(JsonValue schema) {
  std::string text =
      "Answer with one JSON object and nothing else. It must follow this JSON Schema: ";
  const std::string quoted = wire::json_string(schema.raw());
  return text.append(quoted, 1, quoted.size() - 2);
}

bool is_strict_schema(JsonValue schema) {
  std::size_t properties = 0, required = 0;
  bool is_object = false, is_closed = false, nested = true;
  const auto visit = [&](std::string_view key, JsonValue value) {
    if (key == "properties" && value.is(Type::Object)) {
      is_object = true;
      value.each_member([&](std::string_view, JsonValue) { return ++properties, true; });
    } else if (key == "required") {
      value.each_element([&](JsonValue) { return ++required, true; });
    } else if (key == "additionalProperties") {
      is_closed = value.is(Type::False);
    } else if (key == "type" && value.equals("object")) {
      is_object = true;
    }
    nested = is_strict_schema(value);
    return nested;
  };
  schema.each_member(visit);
  schema.each_element([&](JsonValue value) { return nested = is_strict_schema(value); });
  return nested && (!is_object || (is_closed && properties == required));
}

}  // namespace rlm::dialect
