#include "sim/responses_request.hpp"

#include <algorithm>

#include "sim/responses_items.hpp"

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

constexpr Tokens kCachedLeast = 1024;
constexpr std::int64_t kOutputLeast = 16;

constexpr std::string_view kFields[] = {"model",          "input",
                                        "instructions",   "max_output_tokens",
                                        "tools",          "max_tool_calls",
                                        "tool_choice",    "parallel_tool_calls",
                                        "reasoning",      "text",
                                        "include",        "store",
                                        "conversation",   "truncation",
                                        "metadata",       "previous_response_id",
                                        "prompt",         "prompt_cache_key",
                                        "service_tier",   "prompt_cache_options",
                                        "stream",         "safety_identifier",
                                        "stream_options", "prompt_cache_retention",
                                        "temperature",    "top_p",
                                        "top_logprobs",   "context_management",
                                        "background",     "user"};

// What Chat Completions call otherwise.
constexpr std::pair<std::string_view, std::string_view> kMoved[] = {
    {"messages", "input"},
    {"response_format", "text.format"},
    {"max_tokens", "max_output_tokens"},
    {"max_completion_tokens", "max_output_tokens"},
    {"reasoning_effort", "reasoning.effort"}};

constexpr FieldType kTypes[] = {{"model", Type::String, "a string"},
                                {"instructions", Type::String, "a string"},
                                {"max_output_tokens", Type::Number, "an integer"},
                                {"tools", Type::Array, "an array of objects"},
                                {"parallel_tool_calls", Type::True, "a boolean"},
                                {"reasoning", Type::Object, "an object"},
                                {"text", Type::Object, "an object"},
                                {"include", Type::Array, "an array of strings"},
                                {"store", Type::True, "a boolean"},
                                {"metadata", Type::Object, "an object"},
                                {"stream", Type::True, "a boolean"},
                                {"temperature", Type::Number, "a decimal number"},
                                {"top_p", Type::Number, "a decimal number"}};

constexpr std::string_view kHostedTools[] = {
    "web_search", "file_search", "code_interpreter",   "mcp",         "image_generation",
    "shell",      "local_shell", "web_search_preview", "apply_patch", "computer"};
constexpr std::string_view kEfforts[] = {"none", "minimal", "low", "medium",
                                         "high", "xhigh",   "max"};

Checked check_fields(wire::JsonValue body, const Strictness& strict, const ResponsesRules& rules) {
  for (const auto& [old_name, name] : kMoved)
    if (rules.formal && body.member(old_name).exists())
      return openai_refusal("Unsupported parameter: '" + std::string(old_name) +
                                "'. In the Responses API, this parameter has moved to '" +
                                std::string(name) + "'. Try again with the new parameter.",
                            "unsupported_parameter", std::string(old_name));
  const std::string unknown = unknown_member(body, kFields, "");
  if (rules.formal && strict.unknown_fields && !unknown.empty()) return unknown_parameter(unknown);
  for (const char* needed : {"model", "input"})
    if (!body.member(needed).exists()) return missing_parameter(needed);
  const auto input = body.member("input");
  if (!input.is(Type::String) && !input.is(Type::Array))
    return wrong_type("input", "a string or an array of objects", input);
  return check_types(body, kTypes);
}

Checked check_state(wire::JsonValue body) {
  for (const char* name : {"previous_response_id", "conversation"}) {
    const auto value = body.member(name);
    if (!value.exists() || value.is(Type::Null)) continue;
    const std::string what = name[0] == 'p' ? "previous_response" : "conversation";
    return openai_refusal(
        (name[0] == 'p' ? "Previous response with id '" : "Conversation with id '") +
            value.string() + "' not found.",
        what + "_not_found", name);
  }
  return std::nullopt;
}

Checked read_length(wire::JsonValue body, const ResponsesRules& rules, SimRequest& request) {
  const auto length = body.member("max_output_tokens");
  if (!length.is(Type::Number)) return std::nullopt;
  request.max_tokens = length.integer(0);
  if (request.max_tokens >= (rules.formal ? kOutputLeast : 1)) return std::nullopt;
  return openai_refusal(
      "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got " +
          std::string(length.raw()) + " instead.",
      "integer_below_min_value", "max_output_tokens");
}

Checked read_reasoning(wire::JsonValue body, const ResponsesRules& rules, SimRequest& request) {
  const auto reasoning = body.member("reasoning");
  const std::string effort = reasoning.member("effort").string();
  if (!effort.empty() && !is_one_of(effort, kEfforts))
    return invalid_value("reasoning.effort", "Invalid value: '" + effort + "'.");
  request.wants_thinking = effort != "none" || !rules.formal;  // a local one as it was started
  request.shows_thinking = reasoning.member("summary").is(Type::String);
  body.member("include").each_element([&](wire::JsonValue name) {
    request.wants_encrypted = request.wants_encrypted || name.equals("reasoning.encrypted_content");
    return true;
  });
  for (const char* name : {"temperature", "top_p"}) {
    const auto value = body.member(name);
    const bool taken = !rules.formal || effort == "none";
    if (!value.is(Type::Number) || value.integer(0) == 1 || taken) continue;
    return openai_refusal(
        "Unsupported parameter: '" + std::string(name) + "' is not supported with this model.",
        "unsupported_parameter", name);
  }
  return std::nullopt;
}

Checked read_format(wire::JsonValue body, const ResponsesRules& rules, SimRequest& request) {
  const auto format = body.member("text").member("format");
  if (!format.exists() || format.member("type").equals("text")) return std::nullopt;
  if (format.member("type").equals("json_object")) {
    request.schema = R"({"type":"object"})";
    return std::nullopt;
  }
  if (!format.member("type").equals("json_schema"))
    return invalid_value("text.format.type",
                         "Invalid value: '" + format.member("type").string() + "'.");
  if (auto wrong = check_function_name(format.member("name"), "text.format.name")) return wrong;
  if (!format.member("schema").is(Type::Object)) return missing_parameter("text.format.schema");
  request.schema = std::string(format.member("schema").raw());
  if (!format.member("strict").is(Type::True) || !rules.formal) return std::nullopt;
  return check_strict_schema(format.member("schema"), format.member("name").string(),
                             "text.format.schema");
}

Checked read_tool(wire::JsonValue tool, const std::string& path, const ResponsesRules& rules,
                  SimRequest& request) {
  if (!tool.is(Type::Object)) return wrong_type(path, "an object", tool);
  const std::string type = tool.member("type").string();
  if (type.empty()) return missing_parameter(path + ".type");
  if (is_one_of(type, kHostedTools) || (type != "function" && !rules.other_tools))
    return std::nullopt;
  if (type != "function" && type != "custom")
    return invalid_value(path + ".type", "Invalid value: '" + type + "'.");
  if (auto wrong = check_function_name(tool.member("name"), path + ".name")) return wrong;
  const std::string name = tool.member("name").string();
  request.tools.push_back(name);
  if (type == "custom") {
    request.custom_tools.push_back(name);
    return std::nullopt;
  }
  static constexpr std::string_view kKeys[] = {"type", "name", "description", "parameters",
                                               "strict"};
  const std::string unknown = unknown_member(tool, kKeys, path);
  if (!unknown.empty() && rules.formal) return unknown_parameter(unknown);
  const auto parameters = tool.member("parameters");
  if (parameters.exists() && !parameters.is(Type::Object) && !parameters.is(Type::Null))
    return wrong_type(path + ".parameters", "an object", parameters);
  if (!tool.member("strict").is(Type::True) || !rules.formal) return std::nullopt;
  return check_strict_schema(parameters, name, path + ".parameters");
}

Checked read_tools(wire::JsonValue body, const ResponsesRules& rules, SimRequest& request) {
  Checked wrong;
  std::size_t at = 0;
  body.member("tools").each_element([&](wire::JsonValue tool) {
    wrong = read_tool(tool, "tools[" + std::to_string(at++) + "]", rules, request);
    return !wrong;
  });
  if (wrong) return wrong;
  const auto choice = body.member("tool_choice");
  const std::string name = choice.member("name").string();
  const bool known =
      std::find(request.tools.begin(), request.tools.end(), name) != request.tools.end();
  if (!name.empty() && !known)
    return openai_refusal("Tool choice '" + name + "' not found in 'tools' parameter.", {},
                          "tool_choice");
  if (choice.member("function").exists()) return missing_parameter("tool_choice.name");
  return std::nullopt;
}

// What the response object repeats.
void read_echo(wire::JsonValue body, SimRequest& request) {
  static constexpr std::pair<std::string_view, std::string_view> kEchoes[] = {
      {"instructions", "null"},
      {"max_output_tokens", "null"},
      {"metadata", "{}"},
      {"parallel_tool_calls", "true"},
      {"reasoning", "{\"effort\":null,\"summary\":null}"},
      {"store", "true"},
      {"temperature", "1.0"},
      {"text", R"({"format":{"type":"text"}})"},
      {"tool_choice", "\"auto\""},
      {"tools", "[]"},
      {"top_p", "1.0"},
      {"truncation", "\"disabled\""}};
  for (const auto& [name, otherwise] : kEchoes) {
    const auto value = body.member(name);
    request.echo += ",\"" + std::string(name) + "\":";
    request.echo += value.exists() ? value.raw() : otherwise;
  }
}

Checked read_all(wire::JsonValue body, const SimConfig& config, SimRequest& request) {
  const ResponsesRules rules = responses_rules(config.provider);
  if (auto wrong = check_fields(body, config.strict, rules)) return wrong;
  if (auto wrong = check_state(body)) return wrong;
  request.model = body.member("model").string();
  request.stream = body.member("stream").is(Type::True);
  request.cache = CacheKind::Automatic;
  request.tool_ids = "call_";
  request.cached_least = config.cache_minimum.value_or(rules.formal ? kCachedLeast : 0);
  for (const auto step : {read_length, read_reasoning, read_format, read_tools})
    if (auto wrong = step(body, rules, request)) return wrong;
  read_echo(body, request);
  ReadOptions options;
  options.strict = config.strict;
  options.cache = CacheKind::Automatic;
  options.signature_seed = config.seed;
  options.verdict_marker = config.verdict.marker;
  PromptWriter prompt(request);
  body.member("tools").each_element([&](wire::JsonValue tool) {
    prompt.add_json("tool", tool, Mark::None);
    return true;
  });
  if (body.member("instructions").is(Type::String))
    prompt.add("system", body.member("instructions").string(), Mark::None);
  return ResponsesItems(request, prompt, options, rules).read(body.member("input"));
}

}  // namespace

ResponsesRules responses_rules(Provider provider) {
  const bool copied = is_local(provider);
  return {.formal = !copied, .files = !copied, .other_tools = !copied};
}

tl::expected<SimRequest, Refusal> read_responses(std::string_view text, wire::JsonIndex& index,
                                                 const SimConfig& config) {
  const auto body = index.parse(text);
  if (!body || !body->is(Type::Object))
    return tl::unexpected(openai_refusal("We could not parse the JSON body of your request."));
  SimRequest request;
  if (auto wrong = read_all(*body, config, request)) return tl::unexpected(std::move(*wrong));
  seal(request, text);
  return request;
}

}  // namespace rlm::sim
