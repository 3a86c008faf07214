#include "sim/sim_request.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "sim/conversation.hpp"
#include "sim/message_reader.hpp"
#include "sim/prompt_writer.hpp"
#include "sim/random.hpp"

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;
using Checked = std::optional<Refusal>;

Checked refuse(std::string message) {
  return Refusal{.message = std::move(message)};
}

// Body fields that are generally available or come with a beta flag (anthropic-messages.md §4,
// §12).
constexpr std::array<std::string_view, 34> kFields{"model",
                                                   "messages",
                                                   "max_tokens",
                                                   "system",
                                                   "tools",
                                                   "tool_choice",
                                                   "thinking",
                                                   "output_config",
                                                   "cache_control",
                                                   "stop_sequences",
                                                   "stream",
                                                   "metadata",
                                                   "service_tier",
                                                   "speed",
                                                   "inference_geo",
                                                   "container",
                                                   "diagnostics",
                                                   "temperature",
                                                   "top_p",
                                                   "top_k",
                                                   "compaction",
                                                   "mcp_servers",
                                                   "context_management",
                                                   "fallbacks",
                                                   "fallback_credit_token",
                                                   "thread",
                                                   "output_format",
                                                   "billing_policy",
                                                   "safeguards",
                                                   "user_profile_id",
                                                   "anthropic_version",
                                                   "anthropic_beta",
                                                   "task_budget",
                                                   "mcp_toolsets"};

bool is_hosts_own(std::string_view key, const BodyRules& rules) {
  if (key == "model") return rules.model.empty();
  if (key == "anthropic_version") return !rules.versions.empty();
  if (key == "anthropic_beta") return rules.betas;
  return std::find(rules.refused.begin(), rules.refused.end(), key) == rules.refused.end();
}

bool begins_like(std::string_view text, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& beginning) { return text.starts_with(beginning); });
}

// Flags of features that the host does not have are as unknown there as any other.
Checked check_betas(std::string_view list, const BodyRules& rules) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const std::string flag = bare_text(list.substr(0, comma));
    if (begins_like(flag, rules.refused_flags))
      return refuse("Unexpected value(s) `" + flag + "` for the `anthropic-beta` header");
    list.remove_prefix(std::min(list.size(), comma + 1));
  }
  return std::nullopt;
}

Checked check_sources_and_tools(wire::JsonValue body, const BodyRules& rules) {
  const auto named = [&](std::string_view source) {
    return body.member("messages").raw().find(source) != std::string_view::npos;
  };
  if (!rules.url_sources && named(R"("type":"url")"))
    return refuse("messages: URL sources are not supported");
  if (!rules.file_sources && named(R"("type":"file")"))
    return refuse("messages: file sources are not supported");
  Checked refusal;
  std::size_t number = 0;
  body.member("tools").each_element([&](wire::JsonValue tool) {
    const std::string type = tool.member("type").string();
    if (begins_like(type, rules.refused_tools))
      refusal =
          refuse("tools." + std::to_string(number) + ": tool type '" + type + "' is not supported");
    ++number;
    return !refusal;
  });
  return refusal;
}

Checked check_body_rules(wire::JsonValue body, const BodyRules& rules) {
  Checked refusal;
  body.each_member([&](std::string_view key, wire::JsonValue) {
    if (!is_hosts_own(key, rules))
      refusal = refuse(std::string(key) + ": Extra inputs are not permitted");
    return !refusal;
  });
  if (refusal) return refusal;
  if (body.member("anthropic_beta").exists() && !body.member("anthropic_beta").is(Type::Array))
    return refuse("anthropic_beta: Input should be a valid list");
  if (auto wrong = check_sources_and_tools(body, rules)) return wrong;
  if (rules.versions.empty()) return std::nullopt;
  const auto version = body.member("anthropic_version");
  if (!version.exists()) return refuse("anthropic_version: Field required");
  if (std::find(rules.versions.begin(), rules.versions.end(), version.string()) !=
      rules.versions.end())
    return std::nullopt;
  return refuse("anthropic_version: Input should be '" + rules.versions.front() + "'");
}

Checked check_field_names(wire::JsonValue body, const ReadOptions& options) {
  if (!options.rules.unknown_fields) return std::nullopt;
  Checked refusal = check_betas(options.betas, options.body);
  if (!refusal) refusal = check_body_rules(body, options.body);
  if (refusal) return refusal;
  const bool new_version =
      options.version == "2026-10-21" || body.member("anthropic_version").equals("2026-10-21");
  body.each_member([&](std::string_view key, wire::JsonValue) {
    const bool sampling = key == "temperature" || key == "top_p" || key == "top_k";
    const bool known = std::find(kFields.begin(), kFields.end(), key) != kFields.end();
    if ((sampling && new_version) || (!known && options.strict.unknown_fields))
      refusal = refuse(std::string(key) + ": Extra inputs are not permitted");
    return !refusal;
  });
  return refusal;
}

Checked check_fields(wire::JsonValue body, const ReadOptions& options) {
  if (auto wrong = check_field_names(body, options)) return wrong;
  const bool named = !options.body.model.empty();
  if (!named && !body.member("model").exists()) return refuse("model: Field required");
  if (!named && !body.member("model").is(Type::String))
    return refuse("model: Input should be a valid string");
  const auto messages = body.member("messages");
  if (!messages.exists()) return refuse("messages: Field required");
  if (!messages.is(Type::Array)) return refuse("messages: Input should be a valid list");
  return std::nullopt;
}

Checked check_max_tokens(wire::JsonValue body, const ReadOptions& options, SimRequest& request) {
  const auto field = body.member("max_tokens");
  if (options.count_only) return std::nullopt;
  request.max_tokens = field.integer(options.rules.default_length);
  if (!field.exists() && request.max_tokens > 0) return std::nullopt;
  if (!field.exists()) return refuse("max_tokens: Field required");
  if (!field.is(Type::Number)) return refuse("max_tokens: Input should be a valid integer");
  if (request.max_tokens < (options.rules.empty_answers ? 0 : 1))
    return refuse("max_tokens: Input should be greater than or equal to 1");
  if (request.max_tokens > 0) return std::nullopt;
  // A request that only reads or fills the cache (anthropic-messages.md §4).
  const auto choice = body.member("tool_choice").member("type");
  if (request.stream) return refuse("max_tokens: 0 is not supported together with stream");
  if (request.thinking == "enabled")
    return refuse("max_tokens: 0 is not supported together with thinking");
  if (!request.schema.empty())
    return refuse("max_tokens: 0 is not supported together with output_config.format");
  if (choice.equals("any") || choice.equals("tool"))
    return refuse("max_tokens: 0 is not supported together with a tool_choice that calls a tool");
  return std::nullopt;
}

void read_thinking(wire::JsonValue thinking, const MessagesRules& rules, SimRequest& request) {
  using Thinks = MessagesRules::Thinks;
  request.thinking = thinking.member("type").string();
  const bool asked = request.thinking == "adaptive" || request.thinking == "enabled";
  const bool told_not_to = request.thinking == "disabled";
  request.wants_thinking = asked || rules.thinks == Thinks::Always ||
                           (rules.thinks == Thinks::UnlessTold && !told_not_to);
  request.shows_thinking =
      rules.thinks != Thinks::WhenAsked || thinking.member("display").equals("summarized");
}

void read_settings(wire::JsonValue body, const MessagesRules& rules, SimRequest& request) {
  request.model = body.member("model").string();
  request.stream = body.member("stream").is(Type::True);
  request.automatic_mark = mark_of(body);
  body.member("stop_sequences").each_element([&](wire::JsonValue sequence) {
    request.stop_sequences.push_back(sequence.string());
    return true;
  });
  body.member("safeguards").each_element([&](wire::JsonValue safeguard) {
    request.safeguards.push_back(safeguard.member("type").string());
    return true;
  });
  read_thinking(body.member("thinking"), rules, request);
  auto format = body.member("output_config").member("format");
  if (!format.exists()) format = body.member("output_format");
  request.schema = std::string(format.member("schema").raw());
}

Checked add_tools(wire::JsonValue body, const MessagesRules& rules, PromptWriter& prompt,
                  SimRequest& request) {
  Checked wrong;
  body.member("tools").each_element([&](wire::JsonValue tool) {
    if (!rules.typed_tools && !tool.member("input_schema").is(Type::Object))
      wrong =
          refuse("tools." + std::to_string(request.tools.size()) + ".input_schema: Field required");
    request.tools.push_back(tool.member("name").string());
    prompt.add_json("tool", tool, mark_of(tool));
    return !wrong;
  });
  return wrong;
}

void add_system(wire::JsonValue body, const ReadOptions& options, PromptWriter& prompt) {
  prompt.salt(body.member("speed").raw());
  const auto system = body.member("system");
  if (system.is(Type::String)) prompt.add("system", system.string(), Mark::None);
  bool first = true;
  system.each_element([&](wire::JsonValue block) {
    const std::string text = block.member("text").string();
    // Anthropic strips the attribution block of coding agents by its position; others take it for
    // prompt.
    const bool stripped = first && options.cache == CacheKind::Explicit &&
                          text.starts_with("x-anthropic-billing-header:");
    first = false;
    if (!stripped) prompt.add("system", text, mark_of(block), !text.empty());
    return true;
  });
}

Checked check_marks(const SimRequest& request) {
  std::size_t marks = request.automatic_mark == Mark::None ? 0 : 1;
  bool five_minutes = false;
  for (const PromptBlock& block : request.blocks) {
    if (block.mark == Mark::None) continue;
    ++marks;
    if (block.mark == Mark::OneHour && five_minutes)
      return refuse(
          "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block");
    five_minutes = five_minutes || block.mark == Mark::FiveMinutes;
  }
  if (marks > 4)
    return refuse("A maximum of 4 blocks with cache_control may be provided. Found " +
                  std::to_string(marks) + ".");
  return std::nullopt;
}

}  // namespace

Tokens SimRequest::prompt_tokens() const {
  Tokens sum = 0;
  for (const PromptBlock& block : blocks) sum += block.tokens;
  return sum;
}

tl::expected<SimRequest, Refusal> read_request(std::string_view text, wire::JsonIndex& index,
                                               const ReadOptions& options) {
  const auto body = index.parse(text);
  if (!body)
    return tl::unexpected(
        Refusal{.message = "The request body is not valid JSON: " + body.error().message});
  if (!body->is(Type::Object))
    return tl::unexpected(Refusal{.message = "The request body must be a JSON object"});
  SimRequest request;
  request.cache = options.cache;
  if (auto wrong = check_fields(*body, options)) return tl::unexpected(std::move(*wrong));
  read_settings(*body, options.rules, request);
  if (!options.body.model.empty()) request.model = options.body.model;
  if (auto wrong = check_max_tokens(*body, options, request))
    return tl::unexpected(std::move(*wrong));

  PromptWriter prompt(request);
  if (auto wrong = add_tools(*body, options.rules, prompt, request))
    return tl::unexpected(std::move(*wrong));
  add_system(*body, options, prompt);
  for (const char* setting : {"tool_choice", "thinking"}) prompt.salt(body->member(setting).raw());
  prompt.salt(body->member("output_config").member("effort").raw());
  MessageReader messages(request, prompt, options);
  if (auto wrong = messages.read(body->member("messages")))
    return tl::unexpected(std::move(*wrong));
  if (options.cache == CacheKind::Explicit) {
    if (auto wrong = check_marks(request)) return tl::unexpected(std::move(*wrong));
  }
  seal(request, text);
  return request;
}

std::string signature_of(std::uint64_t seed, std::uint64_t binding, std::string_view thinking) {
  Random digits(mix(mix(seed, binding), hash_of(thinking)));
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string signature = "EqSim";
  for (int i = 0; i < 59; ++i) signature += kAlphabet[digits.next() % 64];
  return signature;
}

std::string bare_text(std::string_view text) {
  static constexpr std::string_view kOpen = "<system-reminder>";
  static constexpr std::string_view kClose = "</system-reminder>";
  std::string bare;
  while (!text.empty()) {
    const auto open = text.find(kOpen);
    bare += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = text.find(kClose, open);
    if (close == std::string_view::npos) break;
    text.remove_prefix(close + kClose.size());
  }
  const auto first = bare.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return bare.substr(first, bare.find_last_not_of(" \t\r\n") + 1 - first);
}

}  // namespace rlm::sim
