#include "sim/chat_tools.hpp"

#include <algorithm>

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

constexpr std::string_view kToolKeys[] = {"type", "function", "custom"};
constexpr std::string_view kFunctionKeys[] = {"name", "description", "parameters", "strict"};

Checked check_tool(wire::JsonValue tool, const std::string& path, const ChatRules& rules) {
  if (!tool.is(Type::Object)) return wrong_type(path, "an object", tool);
  std::string unknown = unknown_member(tool, kToolKeys, path);
  const auto function = tool.member("function");
  if (unknown.empty()) unknown = unknown_member(function, kFunctionKeys, path + ".function");
  if (rules.unknown_fields && !unknown.empty()) return unknown_parameter(unknown);
  if (!tool.member("type").exists()) return missing_parameter(path + ".type");
  if (!tool.member("type").equals("function"))
    return invalid_value(path + ".type", "Invalid value: '" + tool.member("type").string() +
                                             "'. Supported values are: 'function'.");
  if (!function.exists()) return missing_parameter(path + ".function");
  if (!function.is(Type::Object)) return wrong_type(path + ".function", "an object", function);
  if (auto wrong = check_function_name(function.member("name"), path + ".function.name"))
    return wrong;
  const auto parameters = function.member("parameters");
  if (parameters.exists() && !parameters.is(Type::Object))
    return wrong_type(path + ".function.parameters", "an object", parameters);
  if (!function.member("strict").is(Type::True) || !rules.formal) return std::nullopt;
  return check_strict_schema(parameters, function.member("name").string(),
                             path + ".function.parameters");
}

Checked read_list(wire::JsonValue body, const ChatRules& rules, SimRequest& request) {
  Checked wrong;
  std::size_t at = 0;
  body.member("tools").each_element([&](wire::JsonValue tool) {
    wrong = check_tool(tool, "tools[" + std::to_string(at++) + "]", rules);
    request.tools.push_back(tool.member("function").member("name").string());
    return !wrong;
  });
  if (wrong || at <= rules.tools_max) return wrong;
  return array_too_long("tools", rules.tools_max, at);
}

Checked check_choice(wire::JsonValue body, const ChatRules& rules, const SimRequest& request) {
  if (!rules.tool_choice) return std::nullopt;
  if (request.tools.empty()) {
    for (const std::string name : {"tool_choice", "parallel_tool_calls"})
      if ((rules.formal || name == "tool_choice") && body.member(name).exists() &&
          !body.member(name).equals("none"))
        return openai_refusal("Invalid value for '" + name + "': '" + name +
                                  "' is only allowed when 'tools' are specified.",
                              {}, name);
    return std::nullopt;
  }
  const auto choice = body.member("tool_choice");
  if (!choice.exists() || choice.is(Type::Null)) return std::nullopt;
  if (choice.is(Type::String)) {
    if (choice.equals("auto") || choice.equals("none") || choice.equals("required"))
      return std::nullopt;
    return invalid_value("tool_choice", "Invalid value: '" + choice.string() +
                                            "'. Supported values are: 'none', 'auto', and "
                                            "'required'.");
  }
  const std::string name = choice.member("function").member("name").string();
  if (!choice.member("type").equals("function") || name.empty())
    return missing_parameter("tool_choice.function");
  if (std::find(request.tools.begin(), request.tools.end(), name) != request.tools.end())
    return std::nullopt;
  return openai_refusal("Tool choice '" + name + "' not found in 'tools' parameter.", {},
                        "tool_choice");
}

}  // namespace

Checked read_chat_tools(wire::JsonValue body, const ChatRules& rules, SimRequest& request) {
  if (auto wrong = read_list(body, rules, request)) return wrong;
  return check_choice(body, rules, request);
}

}  // namespace rlm::sim
