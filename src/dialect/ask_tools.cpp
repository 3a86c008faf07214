#include "dialect/ask_tools.hpp"

#include <algorithm>
#include <cstdio>

#include "dialect/ask_part.hpp"
#include "dialect/json_copy.hpp"
#include "wire/json_text.hpp"
#include "wire/message_reader.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

constexpr std::size_t kNameBytesMax = 128;
constexpr std::size_t kJoinedNameBytesMax = 64;
constexpr std::string_view kWebSearch = "web_search";
constexpr std::string_view kNoParameters = R"({"type":"object","properties":{}})";
constexpr std::string_view kTextParameters =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"],)"
    R"("additionalProperties":false})";

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

// FNV-1a: the same everywhere and always, as the names in a conversation must be.
std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

void append_parameters(std::string& out, JsonValue parameters) {
  if (!parameters.is(Type::Object)) {
    out += kNoParameters;
    return;
  }
  std::string_view raw = parameters.raw();
  if (!parameters.member("type").exists()) {
    bool is_empty = true;
    parameters.each_member([&](std::string_view, JsonValue) { return is_empty = false; });
    out += R"({"type":"object")";
    if (!is_empty) out += ',';
    raw.remove_prefix(1);
  }
  out += raw;
}

}  // namespace

std::string tool_name_in(std::string_view name_space, std::string_view name) {
  if (name_space.empty()) return std::string(name);
  std::string joined(name_space);
  if (!joined.ends_with("__")) joined += "__";
  joined += name;
  if (joined.size() <= kJoinedNameBytesMax) return joined;
  char hash[9];
  std::snprintf(hash, sizeof hash, "%08x", hash_of(joined));
  joined.resize(kJoinedNameBytesMax - sizeof hash);
  return joined + "_" + hash;
}

void ToolWriter::add(std::string_view json) {
  if (!list_.empty()) list_ += ',';
  list_ += json;
}

// The model's name of the tool; none when it is not to be shown.
Result<std::optional<std::string>> ToolWriter::begin(const ToolEntry& tool) {
  if (!tool.name.is(Type::String))
    return wire::wrong_type(tool.place + ".name", "a valid string", tool.name);
  std::string name = tool_name_in(tool.name_space, tool.name.quoted());
  if (!is_name(name))
    return bad_request(tool.place + ".name", "need 1 to 128 of the characters A-Z a-z 0-9 _ -");
  if (choice_.allowed && !choice_.allowed->contains(name)) return std::optional<std::string>();
  if (name == kWebSearch) has_web_search_ = true;
  add(R"({"name":")");
  list_ += name;
  list_ += '"';
  return std::optional<std::string>(std::move(name));
}

Result<void> ToolWriter::function(const ToolEntry& tool) {
  auto name = begin(tool);
  if (!name) return fail(std::move(name.error()));
  if (!*name) return {};
  if (!tool.name_space.empty())
    special_.push_back({**name, tool.name.string(), std::string(tool.name_space)});
  if (tool.description.is(Type::String)) {
    list_ += R"(,"description":)";
    append_copy(list_, tool.description);
  }
  list_ += R"(,"input_schema":)";
  append_parameters(list_, tool.parameters);
  list_ += '}';
  return {};
}

Result<void> ToolWriter::custom(const ToolEntry& tool) {
  auto name = begin(tool);
  if (!name) return fail(std::move(name.error()));
  if (!*name) return {};
  special_.push_back({**name, tool.name.string(), std::string(tool.name_space), true});
  list_ += R"(,"description":")";
  append_inside(list_, tool.description);
  if (const JsonValue grammar = tool.format.member("definition"); grammar.is(Type::String)) {
    list_ += R"(\n\nThe input must follow this grammar ()";
    append_inside(list_, tool.format.member("syntax"));
    list_ += R"():\n)";
    append_inside(list_, grammar);
  }
  list_ += R"(","input_schema":)";
  list_ += kTextParameters;
  list_ += '}';
  return {};
}

void ToolWriter::web_search(std::string_view type) {
  if (has_web_search_) return;
  has_web_search_ = true;
  add(R"({"type":")");
  list_ += type;
  list_ += R"(","name":")";
  list_ += kWebSearch;
  list_ += "\"}";
}

std::string ToolWriter::append_to(std::string& out, bool parallel, const ClaudeRules& rules) const {
  using Kind = ToolChoice::Kind;
  if (list_.empty()) return {};
  out += R"(,"tools":[)";
  out += list_;
  out += ']';
  std::string instruction;
  std::string_view type = "auto";
  if (choice_.kind == Kind::None) {
    type = "none";
  } else if (choice_.kind != Kind::Auto && !rules.takes_forced_tool) {
    instruction = choice_.kind == Kind::Named
                      ? "Answer by calling the tool " + choice_.name + ", with no text before it."
                      : "Answer by calling one of your tools, with no text before it.";
  } else if (choice_.kind == Kind::Named) {
    type = "tool";
  } else if (choice_.kind == Kind::Required) {
    type = "any";
  }
  out += R"(,"tool_choice":{"type":")";
  out += type;
  out += '"';
  if (type == "tool") {
    out += R"(,"name":)";
    wire::append_json_string(out, choice_.name);
  }
  if (!parallel && type != "none") out += R"(,"disable_parallel_tool_use":true)";
  out += '}';
  return instruction;
}

std::string custom_input(std::string_view inside) {
  return R"({"input":")" + std::string(inside) + "\"}";
}

std::string text_of_custom_input(std::string_view inside_of_json) {
  std::string json;
  wire::append_unescaped(json, inside_of_json);
  wire::JsonIndex index;
  const auto root = index.parse(json);
  const JsonValue text = root ? root->member("input") : JsonValue();
  if (!text.is(Type::String)) return std::string(inside_of_json);
  std::string inside;
  append_inside(inside, text);
  return inside;
}

}  // namespace rlm::dialect
