#include "sim/chat_messages.hpp"

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

constexpr std::string_view kMessageKeys[] = {"role",          "content",      "name",
                                             "tool_calls",    "refusal",      "audio",
                                             "function_call", "tool_call_id", "annotations"};
constexpr std::string_view kPartKeys[] = {
    "type", "text", "image_url", "input_audio", "file", "refusal", "prompt_cache_breakpoint"};
constexpr std::string_view kCallKeys[] = {"id", "type", "function", "custom"};

bool may_have(std::string_view role, std::string_view type) {
  if (type == "text") return true;
  if (role == "assistant") return type == "refusal";
  return role == "user" && (type == "image_url" || type == "input_audio" || type == "file");
}

}  // namespace

Checked ChatMessages::read(wire::JsonValue messages) {
  Checked wrong;
  messages.each_element([&](wire::JsonValue message) {
    wrong = read_message(message);
    ++at_;
    return !wrong;
  });
  if (wrong) return wrong;
  if (at_ == 0)
    return openai_refusal(
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an "
        "empty array instead.",
        "empty_array", "messages");
  if (auto open = unanswered()) return open;
  return missing_reasoning();
}

Checked ChatMessages::check_role(const std::string& role) const {
  if (role == "system" && at_ > 0 && !rules_.later_system)
    return openai_refusal("System message must be at the beginning.");
  if (role == "developer" && rules_.developer) return std::nullopt;
  for (const std::string_view known : {"system", "user", "assistant", "tool"})
    if (role == known) return std::nullopt;
  return invalid_value(path() + ".role",
                       "Invalid value: '" + role +
                           "'. Supported values are: 'system', 'assistant', 'user', and 'tool'" +
                           (rules_.developer ? ", and 'developer'." : "."));
}

Checked ChatMessages::read_message(wire::JsonValue message) {
  if (!message.is(Type::Object)) return wrong_type(path(), "an object", message);
  const auto role_value = message.member("role");
  if (!role_value.exists()) return missing_parameter(path() + ".role");
  const std::string role = role_value.string();
  if (auto wrong = check_role(role)) return wrong;
  const std::string unknown = unknown_member(message, kMessageKeys, path());
  const bool reasons = unknown.ends_with(".reasoning_content") && rules_.reasoning_returns;
  if (rules_.unknown_fields && !unknown.empty() && !reasons) return unknown_parameter(unknown);
  text_.clear();
  if (role == "tool") return read_result(message);
  if (auto open = unanswered()) return open;
  in_results_ = false;
  if (role == "assistant") return read_assistant(message);
  if (auto wrong = read_content(message.member("content"), role, false)) return wrong;
  if (role == "user") conversation_.user_ends(bare_text(text_), false);
  return std::nullopt;
}

Checked ChatMessages::read_content(wire::JsonValue content, const std::string& role,
                                   bool may_be_null) {
  const std::string where = path() + ".content";
  if (!content.exists() && !may_be_null) return missing_parameter(where);
  if (content.is(Type::Null) || !content.exists()) {
    if (may_be_null) return std::nullopt;
    return openai_refusal("Invalid value for 'content': expected a string, got null.", {},
                          "messages.[" + std::to_string(at_) + "].content");
  }
  if (content.is(Type::String)) {
    text_ = content.string();
    prompt_.add(role + ":text", text_, Mark::None);
    return std::nullopt;
  }
  if (!content.is(Type::Array))
    return wrong_type(where, "a string or an array of objects", content);
  Checked wrong;
  std::size_t at = 0;
  content.each_element([&](wire::JsonValue part) {
    wrong = read_part(part, role, where + "[" + std::to_string(at++) + "]");
    return !wrong;
  });
  if (!wrong && at == 0)
    return openai_refusal("Invalid '" + where + "': empty array.", "empty_array", where);
  return wrong;
}

Checked ChatMessages::read_part(wire::JsonValue part, const std::string& role,
                                const std::string& path) {
  if (!part.is(Type::Object)) return wrong_type(path, "an object", part);
  const std::string type = part.member("type").string();
  if (type.empty()) return missing_parameter(path + ".type");
  const bool is_file = type == "file" || type == "input_audio";
  const bool takes = type == "text" || (rules_.media && (rules_.files || !is_file));
  if (!takes || !may_have(role, type))
    return invalid_value(
        path, "Invalid value: '" + type + "' is no content of a `" + role + "` message here.");
  const std::string unknown = unknown_member(part, kPartKeys, path);
  if (rules_.unknown_fields && !unknown.empty()) return unknown_parameter(unknown);
  if (!part.member(type).exists()) return missing_parameter(path + "." + type);
  if (type != "text" && type != "refusal") {
    if (!part.member(type).is(Type::Object))
      return wrong_type(path + "." + type, "an object", part.member(type));
    const bool inside = part.member(type).member("url").string().starts_with("data:");
    if (type == "image_url" && !inside && !rules_.image_urls)
      return openai_refusal("invalid image input");
    prompt_.add_json(role + ":" + type, part, Mark::None);
    return std::nullopt;
  }
  if (!part.member(type).is(Type::String))
    return wrong_type(path + "." + type, "a string", part.member(type));
  const std::string text = part.member(type).string();
  prompt_.add(role + ":text", text, Mark::None);
  const std::string bare = bare_text(text);
  if (!bare.empty()) text_ += (text_.empty() ? "" : "\n") + bare;
  return std::nullopt;
}

Checked ChatMessages::read_assistant(wire::JsonValue message) {
  const auto calls = message.member("tool_calls");
  const bool has_calls = calls.is(Type::Array);
  if (calls.exists() && !has_calls && !calls.is(Type::Null))
    return wrong_type(path() + ".tool_calls", "an array of objects", calls);
  const bool may_be_null = has_calls || message.member("refusal").is(Type::String);
  const auto reasoning = message.member("reasoning_content");
  if (reasoning.is(Type::String)) prompt_.add("reasoning", reasoning.string(), Mark::None);
  unreasoned_ = unreasoned_ || reasoning.quoted().empty();
  if (auto wrong = read_content(message.member("content"), "assistant", may_be_null)) return wrong;
  calls_at_ = at_;
  std::size_t count = 0;
  Checked wrong;
  calls.each_element([&](wire::JsonValue call) {
    wrong = read_call(call, path() + ".tool_calls[" + std::to_string(count++) + "]");
    return !wrong;
  });
  if (wrong) return wrong;
  if (has_calls && count == 0)
    return openai_refusal("Invalid '" + path() +
                              ".tool_calls': empty array. Expected an array with minimum length "
                              "1, but got an empty array instead.",
                          "empty_array", path() + ".tool_calls");
  in_results_ = count > 0;
  calls_ = calls_ || count > 0;
  conversation_.assistant_ends();
  return std::nullopt;
}

Checked ChatMessages::read_call(wire::JsonValue call, const std::string& path) {
  if (!call.is(Type::Object)) return wrong_type(path, "an object", call);
  const std::string unknown = unknown_member(call, kCallKeys, path);
  if (rules_.unknown_fields && !unknown.empty()) return unknown_parameter(unknown);
  const auto id = call.member("id");
  if (!id.exists()) return missing_parameter(path + ".id");
  if (!id.is(Type::String)) return wrong_type(path + ".id", "a string", id);
  const std::string text = id.string();
  if (text.size() > rules_.id_bytes_max)
    return string_too_long(path + ".id", rules_.id_bytes_max, text.size());
  if (!call.member("type").exists()) return missing_parameter(path + ".type");
  if (!call.member("type").equals("function"))
    return invalid_value(path + ".type", "Invalid value: '" + call.member("type").string() +
                                             "'. Supported values are: 'function'.");
  const auto function = call.member("function");
  if (!function.exists()) return missing_parameter(path + ".function");
  if (auto wrong = check_function_name(function.member("name"), path + ".function.name"))
    return wrong;
  const auto arguments = function.member("arguments");
  if (!arguments.exists()) return missing_parameter(path + ".function.arguments");
  if (!arguments.is(Type::String))
    return wrong_type(path + ".function.arguments", "a string", arguments);
  if (!open_.insert(text).second)
    return openai_refusal("Duplicate value for 'tool_call_id' of '" + text + "' in " + path, {},
                          path + ".id");
  prompt_.add_json("assistant:tool_call", call, Mark::None);
  return std::nullopt;
}

Checked ChatMessages::read_result(wire::JsonValue message) {
  const auto id = message.member("tool_call_id");
  if (!id.exists()) return missing_parameter(path() + ".tool_call_id");
  if (!id.is(Type::String)) return wrong_type(path() + ".tool_call_id", "a string", id);
  const std::string text = id.string();
  if (text.size() > rules_.id_bytes_max)
    return string_too_long(path() + ".tool_call_id", rules_.id_bytes_max, text.size());
  if (!in_results_ || open_.erase(text) == 0)
    return openai_refusal(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message "
        "with 'tool_calls'.",
        {}, "messages.[" + std::to_string(at_) + "].role");
  if (auto wrong = read_content(message.member("content"), "tool", false)) return wrong;
  request_.now.last_tool_result = text_;
  conversation_.user_ends({}, true);
  return std::nullopt;
}

Checked ChatMessages::unanswered() const {
  if (open_.empty() || !options_.strict.turn_rules) return std::nullopt;
  std::string ids;
  for (const std::string& id : open_) ids += (ids.empty() ? "" : ", ") + id;
  return openai_refusal(
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
      "'tool_call_id'. The following tool_call_ids did not have response messages: " +
          ids,
      {}, "messages.[" + std::to_string(calls_at_) + "].role");
}

Checked ChatMessages::missing_reasoning() const {
  if (!rules_.reasoning_returns || !options_.strict.thinking || !request_.wants_thinking ||
      !calls_ || !unreasoned_)
    return std::nullopt;
  return openai_refusal(
      "The `reasoning_content` in the thinking mode must be passed back to the API.");
}

}  // namespace rlm::sim
