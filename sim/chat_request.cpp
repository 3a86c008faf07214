#include "sim/chat_request.hpp"

#include <algorithm>
#include <cctype>

#include "sim/chat_messages.hpp"
#include "sim/chat_tools.hpp"

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

constexpr Tokens kOpenAiCachedLeast = 1024;

constexpr std::string_view kFields[] = {"messages",
                                        "model",
                                        "audio",
                                        "frequency_penalty",
                                        "function_call",
                                        "functions",
                                        "logit_bias",
                                        "logprobs",
                                        "max_completion_tokens",
                                        "max_tokens",
                                        "metadata",
                                        "modalities",
                                        "n",
                                        "parallel_tool_calls",
                                        "prediction",
                                        "presence_penalty",
                                        "prompt_cache_key",
                                        "prompt_cache_retention",
                                        "reasoning_effort",
                                        "prompt_cache_options",
                                        "response_format",
                                        "safety_identifier",
                                        "seed",
                                        "service_tier",
                                        "stop",
                                        "store",
                                        "stream",
                                        "stream_options",
                                        "temperature",
                                        "tool_choice",
                                        "tools",
                                        "top_logprobs",
                                        "top_p",
                                        "user",
                                        "verbosity",
                                        "web_search_options"};

constexpr FieldType kTypes[] = {{"messages", Type::Array, "an array of objects"},
                                {"model", Type::String, "a string"},
                                {"max_completion_tokens", Type::Number, "an integer"},
                                {"max_tokens", Type::Number, "an integer"},
                                {"metadata", Type::Object, "an object"},
                                {"n", Type::Number, "an integer"},
                                {"parallel_tool_calls", Type::True, "a boolean"},
                                {"reasoning_effort", Type::String, "a string"},
                                {"response_format", Type::Object, "an object"},
                                {"seed", Type::Number, "an integer"},
                                {"store", Type::True, "a boolean"},
                                {"stream", Type::True, "a boolean"},
                                {"stream_options", Type::Object, "an object"},
                                {"temperature", Type::Number, "a decimal number"},
                                {"thinking", Type::Object, "an object"},
                                {"tools", Type::Array, "an array of objects"},
                                {"top_p", Type::Number, "a decimal number"},
                                {"user", Type::String, "a string"}};

std::string quoted_list(std::span<const std::string_view> values) {
  std::string list;
  for (const std::string_view& value : values) {
    if (!list.empty()) list += &value == &values.back() ? ", and " : ", ";
    list.append("'").append(value).append("'");
  }
  return list;
}

class ChatReader {
 public:
  ChatReader(wire::JsonValue body, const SimConfig& config)
      : body_(body), config_(config), rules_(chat_rules(config)) {}

  Checked read(SimRequest& request) {
    for (const auto step :
         {&ChatReader::check_fields, &ChatReader::read_length, &ChatReader::read_settings,
          &ChatReader::read_format, &ChatReader::read_tools, &ChatReader::read_messages})
      if (auto wrong = (this->*step)(request)) return wrong;
    return std::nullopt;
  }

 private:
  Checked check_fields(SimRequest& request);
  Checked read_length(SimRequest& request);
  Checked read_settings(SimRequest& request);
  Checked read_stops(SimRequest& request);
  Checked read_format(SimRequest& request);
  Checked read_tools(SimRequest& request) { return read_chat_tools(body_, rules_, request); }
  Checked read_messages(SimRequest& request);
  void read_thinking(SimRequest& request);
  Checked check_sampling() const;

  wire::JsonValue body_;
  const SimConfig& config_;
  ChatRules rules_;
};

Checked ChatReader::check_fields(SimRequest&) {
  const std::string unknown = unknown_member(body_, kFields, "");
  if (rules_.unknown_fields && !unknown.empty())
    return openai_refusal("Unrecognized request argument supplied: " + unknown);
  for (const char* needed : {"model", "messages"})
    if (!body_.member(needed).exists()) return missing_parameter(needed);
  for (const char* needed : {"model", "messages"})
    if (body_.member(needed).is(Type::Null))
      return wrong_type(needed, needed[1] == 'o' ? "a string" : "an array of objects",
                        body_.member(needed));
  return check_types(body_, kTypes);
}

Checked ChatReader::read_length(SimRequest& request) {
  struct Name {
    const char* given;
    const char* instead;
    bool refused;
  };
  for (const Name& name :
       {Name{"max_tokens", "max_completion_tokens", rules_.max_tokens},
        Name{"max_completion_tokens", "max_tokens", rules_.max_completion_tokens}}) {
    const auto value = body_.member(name.given);
    const bool counts = name.given[4] != 'c' || rules_.completion_limit;
    if (!value.is(Type::Number) || !counts) continue;
    if (name.refused)
      return openai_refusal("Unsupported parameter: '" + std::string(name.given) +
                                "' is not supported with this model. Use '" + name.instead +
                                "' instead.",
                            "unsupported_parameter", name.given);
    request.max_tokens = value.integer(0);
    if (request.max_tokens < 1)
      return openai_refusal("Invalid '" + std::string(name.given) +
                                "': integer below minimum value. Expected a value >= 1, but got " +
                                std::string(value.raw()) + " instead.",
                            "integer_below_min_value", name.given);
  }
  return std::nullopt;
}

Checked ChatReader::read_stops(SimRequest& request) {
  const auto stop = body_.member("stop");
  if (stop.is(Type::String)) request.stop_sequences.push_back(stop.string());
  if (stop.exists() && !stop.is(Type::String) && !stop.is(Type::Array) && !stop.is(Type::Null))
    return wrong_type("stop", "a string or an array of strings", stop);
  Checked wrong;
  stop.each_element([&](wire::JsonValue sequence) {
    if (!sequence.is(Type::String)) wrong = wrong_type("stop", "an array of strings", sequence);
    request.stop_sequences.push_back(sequence.string());
    return !wrong;
  });
  if (!wrong && request.stop_sequences.size() > rules_.stops_max)
    wrong = array_too_long("stop", rules_.stops_max, request.stop_sequences.size());
  return wrong;
}

void ChatReader::read_thinking(SimRequest& request) {
  const std::string effort = body_.member("reasoning_effort").string();
  const Provider provider = config_.provider;
  if (provider == Provider::DeepSeek)
    request.wants_thinking = !body_.member("thinking").member("type").equals("disabled");
  else if (provider == Provider::Vllm || provider == Provider::LlamaCpp)
    request.wants_thinking = true;  // as the server was started
  else
    request.wants_thinking = effort != "none" && effort != "minimal";
  request.shows_thinking =
      provider == Provider::DeepSeek || provider == Provider::OpenRouter || is_local(provider);
}

Checked ChatReader::check_sampling() const {
  if (!rules_.sampling || body_.member("reasoning_effort").equals("none")) return std::nullopt;
  for (const char* name : {"temperature", "top_p"}) {
    const auto value = body_.member(name);
    if (!value.is(Type::Number) || value.integer(0) == 1) continue;
    return openai_refusal("Unsupported value: '" + std::string(name) + "' does not support " +
                              std::string(value.raw()) +
                              " with this model. Only the default (1) value is supported.",
                          "unsupported_value", name);
  }
  return std::nullopt;
}

Checked ChatReader::read_settings(SimRequest& request) {
  request.model = body_.member("model").string();
  request.stream = body_.member("stream").is(Type::True);
  request.cache = CacheKind::Automatic;
  request.tool_ids = config_.provider == Provider::DeepSeek ? "call_00_" : "call_";
  if (config_.provider == Provider::OpenAi || config_.provider == Provider::Foundry)
    request.cached_least = config_.cache_minimum.value_or(kOpenAiCachedLeast);
  const auto options = body_.member("stream_options");
  if (options.is(Type::Object) && !request.stream &&
      (rules_.formal || config_.provider == Provider::Vllm))
    return openai_refusal(
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.", {},
        "stream_options");
  request.wants_usage =
      options.member("include_usage").is(Type::True) || config_.provider == Provider::OpenRouter;
  if (const auto n = body_.member("n"); rules_.formal && n.is(Type::Number) && n.integer(0) != 1)
    return invalid_value("n", "Invalid 'n': a simulated model gives one choice.");
  const std::string effort = body_.member("reasoning_effort").string();
  if (!effort.empty() && !is_one_of(effort, rules_.efforts))
    return invalid_value("reasoning_effort",
                         "Invalid value: '" + effort +
                             "'. Supported values are: " + quoted_list(rules_.efforts) + ".");
  read_thinking(request);
  if (auto wrong = check_sampling()) return wrong;
  return read_stops(request);
}

Checked ChatReader::read_format(SimRequest& request) {
  const auto format = body_.member("response_format");
  if (!format.is(Type::Object)) return std::nullopt;
  const std::string type = format.member("type").string();
  if (type == "text") return std::nullopt;
  if (type == "json_object") {
    std::string text(body_.member("messages").raw());
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.schema = R"({"type":"object"})";
    if (text.find("json") != std::string::npos || !rules_.formal) return std::nullopt;
    return openai_refusal(
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
        "'json_object'.",
        {}, "messages");
  }
  if (type != "json_schema")
    return invalid_value("response_format.type", "Invalid value: '" + type +
                                                     "'. Supported values are: 'json_object', "
                                                     "'json_schema', and 'text'.");
  if (config_.provider == Provider::DeepSeek)
    return openai_refusal("This response_format type is unavailable now");
  const auto schema = format.member("json_schema");
  if (!schema.exists()) return missing_parameter("response_format.json_schema");
  if (auto wrong = check_function_name(schema.member("name"), "response_format.json_schema.name"))
    return wrong;
  if (!schema.member("schema").is(Type::Object))
    return missing_parameter("response_format.json_schema.schema");
  request.schema = std::string(schema.member("schema").raw());
  if (!schema.member("strict").is(Type::True) || !rules_.formal) return std::nullopt;
  return check_strict_schema(schema.member("schema"), schema.member("name").string(),
                             "response_format");
}

Checked ChatReader::read_messages(SimRequest& request) {
  ReadOptions options;
  options.strict = config_.strict;
  options.cache = CacheKind::Automatic;
  options.verdict_marker = config_.verdict.marker;
  PromptWriter prompt(request);
  body_.member("tools").each_element([&](wire::JsonValue tool) {
    prompt.add_json("tool", tool, Mark::None);
    return true;
  });
  ChatMessages messages(request, prompt, options, rules_);
  return messages.read(body_.member("messages"));
}

}  // namespace

tl::expected<SimRequest, Refusal> read_chat(std::string_view text, wire::JsonIndex& index,
                                            const SimConfig& config) {
  const auto body = index.parse(text);
  if (!body || !body->is(Type::Object))
    return tl::unexpected(openai_refusal(
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
        "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was "
        "sent was not valid JSON.)"));
  SimRequest request;
  if (auto wrong = ChatReader(*body, config).read(request))
    return tl::unexpected(std::move(*wrong));
  seal(request, text);
  return request;
}

}  // namespace rlm::sim
