#include "dialect/ask_fields.hpp"

#include <algorithm>
#include <charconv>

#include "dialect/ask_part.hpp"
#include "dialect/efforts.hpp"
#include "dialect/json_copy.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

constexpr std::size_t kModelBytesMax = 256;
constexpr std::size_t kUserIdBytesMax = 256;
constexpr int kSchemaDepthMax = 64;

Result<void> append_number(std::string& out, std::string_view name, JsonValue value) {
  if (!value.exists()) return {};
  if (!value.is(Type::Number)) return wire::wrong_type(std::string(name), "a valid number", value);
  const std::string_view raw = value.raw();
  double number = 0;
  const auto read = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  if (read.ec != std::errc()) return bad_request(std::string(name), "the number is out of range");
  out += ",\"";
  out += name;
  out += "\":";
  out += number > 1 ? std::string_view("1") : raw;
  return {};
}

bool is_open_object(JsonValue schema) {
  bool is_object = false, is_closed = false;
  schema.each_member([&](std::string_view key, JsonValue value) {
    if (key == "type") is_object = value.equals("object");
    if (key == "additionalProperties") is_closed = true;
    return true;
  });
  return is_object && !is_closed;
}

void append_closed(std::string& out, JsonValue schema, int depth);

void append_closed_members(std::string& out, JsonValue schema, int depth) {
  const std::size_t base = schema.span().begin;
  const std::string_view raw = schema.raw();
  std::size_t done = 0;  // what stands between the values is copied with them
  const auto take = [&](JsonValue value) {
    out += raw.substr(done, value.span().begin - base - done);
    append_closed(out, value, depth + 1);
    done = value.span().end - base;
    return true;
  };
  if (is_open_object(schema)) {
    out += R"({"additionalProperties":false)";
    schema.each_member([&](std::string_view, JsonValue) {
      out += ',';
      return false;
    });
    done = 1;
  }
  schema.each_member([&](std::string_view, JsonValue value) { return take(value); });
  schema.each_element(take);
  out += raw.substr(done);
}

void append_closed(std::string& out, JsonValue schema, int depth) {
  const bool has_members = schema.is(Type::Object) || schema.is(Type::Array);
  if (has_members && depth < kSchemaDepthMax)
    append_closed_members(out, schema, depth);
  else
    out += schema.raw();
}

}  // namespace

Result<JsonValue> read_body(std::string_view body, wire::JsonIndex& index,
                            const wire::JsonLimits& limits) {
  auto root = index.parse(body, limits);
  if (!root) {
    root.error().message.insert(0, "The request body is ");
    return fail(std::move(root.error()));
  }
  if (!root->is(Type::Object)) return wire::wrong_type("request body", "an object", *root);
  return *root;
}

Result<std::string> read_model(JsonValue model) {
  if (!model.exists()) return bad_request("model", "Field required");
  if (!model.is(Type::String)) return wire::wrong_type("model", "a valid string", model);
  std::string name = model.string();
  if (name.empty() || name.size() > kModelBytesMax)
    return bad_request("model", "need 1 to " + std::to_string(kModelBytesMax) + " bytes (found " +
                                    std::to_string(name.size()) + ")");
  return name;
}

Result<bool> read_flag(std::string_view name, JsonValue value) {
  if (value.exists() && !value.is(Type::True) && !value.is(Type::False))
    return wire::wrong_type(std::string(name), "a valid boolean", value);
  return value.is(Type::True);
}

Result<std::int64_t> read_limit(std::initializer_list<NamedValue> fields, std::int64_t otherwise) {
  for (const auto& [name, value] : fields) {
    if (!value.exists()) continue;
    const std::int64_t limit = value.integer(-1);
    if (limit < 1)
      return wire::wrong_type(std::string(name), "a valid integer of at least 1", value);
    return limit;
  }
  return otherwise;
}

Result<void> append_sampling(std::string& out, JsonValue temperature, JsonValue top_p,
                             const ClaudeRules& rules) {
  std::string checked;
  if (auto done = append_number(checked, "temperature", temperature); !done) return done;
  // Some of the models that take one of them refuse both at once.
  if (temperature.exists()) {
    std::string unused;
    if (auto done = append_number(unused, "top_p", top_p); !done) return done;
  } else if (auto done = append_number(checked, "top_p", top_p); !done) {
    return done;
  }
  if (rules.takes_sampling) out += checked;
  return {};
}

void append_user_id(std::string& out, std::initializer_list<JsonValue> ids) {
  for (const JsonValue id : ids) {
    if (id.quoted().empty() || id.quoted().size() > kUserIdBytesMax) continue;
    out += R"(,"metadata":{"user_id":)";
    append_copy(out, id);
    out += '}';
    return;
  }
}

Result<void> append_thinking_and_format(std::string& out, const NamedValue& named, bool visible,
                                        JsonValue schema, const ClaudeRules& rules) {
  const JsonValue effort = named.second;
  std::string_view level;
  if (effort.exists()) {
    if (!effort.is(Type::String))
      return wire::wrong_type(std::string(named.first), "a valid string", effort);
    level = effort_of(effort.quoted());
    if (level.data() == nullptr)
      return bad_request(std::string(named.first),
                         "need none, minimal, low, medium, high, xhigh or max");
  }
  const bool is_off = effort.exists() && level.empty();
  if (is_off && rules.may_not_think)
    out += R"(,"thinking":{"type":"disabled"})";
  else if (visible && rules.takes_adaptive)
    out += R"(,"thinking":{"type":"adaptive","display":"summarized"})";
  if (is_off && !rules.may_not_think) level = "low";
  if (!rules.takes_effort) level = {};
  if (level.empty() && !schema.exists()) return {};
  out += R"(,"output_config":{)";
  if (!level.empty()) {
    out += R"("effort":")";
    out += level;
    out += '"';
  }
  if (schema.exists()) {
    if (!level.empty()) out += ',';
    out += R"("format":{"type":"json_schema","schema":)";
    append_closed(out, schema, 0);
    out += '}';
  }
  out += '}';
  return {};
}

Buffer joined_body(std::string_view head, std::string_view system, std::string_view messages,
                   bool prompt_cache) {
  constexpr std::string_view kCached = R"(,"cache_control":{"type":"ephemeral"})";
  Buffer body;
  body.reserve(head.size() + system.size() + messages.size() + 64);
  for (const std::string_view piece :
       {head, system, prompt_cache ? kCached : std::string_view(),
        std::string_view(R"(,"messages":)"), messages, std::string_view("}")})
    body.append(piece);
  return body;
}

}  // namespace rlm::dialect
