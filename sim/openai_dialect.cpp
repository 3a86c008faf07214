#include "sim/openai_dialect.hpp"

#include <algorithm>

#include "sim/chat_request.hpp"
#include "sim/chat_transcript.hpp"
#include "sim/local_server.hpp"
#include "sim/openai_error.hpp"
#include "sim/responses_request.hpp"
#include "sim/responses_transcript.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

// "/openai/v1/…" and "/api/v1/…" are "/v1/…" to us, and so is "/…".
std::string_view without_prefix(std::string_view path) {
  for (const std::string_view prefix : {"/openai", "/api"})
    if (path.starts_with(prefix) && path.substr(prefix.size()).starts_with("/v1/"))
      path.remove_prefix(prefix.size());
  if (path.starts_with("/v1/")) path.remove_prefix(3);
  return path;
}

}  // namespace

std::optional<Target> OpenAiDialect::target_of(std::string_view path) const {
  Target target;
  const Provider provider = config_.provider;
  if (path == "/health" && (provider == Provider::Vllm || provider == Provider::LlamaCpp)) {
    target.kind = Target::Kind::Hello;
    target.method = "GET";
    return target;
  }
  if (is_local(provider) && !path.starts_with("/v1/")) return std::nullopt;
  const std::string_view short_path = without_prefix(path);
  if (short_path == answer_path()) return target;
  static constexpr std::string_view kModels = "/models";
  if (!short_path.starts_with(kModels)) return std::nullopt;
  target.kind = Target::Kind::Models;
  target.method = "GET";
  target.model = short_path.substr(std::min(short_path.size(), kModels.size() + 1));
  return target;
}

tl::expected<std::string, Refusal> OpenAiDialect::authenticate(const Incoming& incoming,
                                                               const Target& target) const {
  if (target.kind == Target::Kind::Hello) return std::string();
  const Headers& headers = incoming.head.headers;
  if (is_local(config_.provider)) return local_caller(headers, config_);
  std::string_view key = bearer_of(headers);
  if (key.empty() && config_.provider == Provider::Foundry) key = find_header(headers, "api-key");
  if (key.empty()) return tl::unexpected(missing_key(config_.provider));
  if (!accepts_key(config_, key)) return tl::unexpected(wrong_key(config_.provider));
  return std::string(key);
}

tl::expected<SimRequest, Refusal> OpenAiDialect::admitted(tl::expected<SimRequest, Refusal> request,
                                                          const std::string& param) const {
  if (!request) return tl::unexpected(worded_by(config_.provider, std::move(request.error())));
  settle(*request, config_);
  if (!serves(config_, request->model))
    return tl::unexpected(unknown_model(config_.provider, request->model));
  const Tokens tokens = request->prompt_tokens();
  if (tokens <= config_.context_max) return request;
  return tl::unexpected(worded_by(
      config_.provider,
      openai_refusal("This model's maximum context length is " +
                         std::to_string(config_.context_max) +
                         " tokens. However, your messages resulted in " + std::to_string(tokens) +
                         " tokens. Please reduce the length of the messages.",
                     "context_length_exceeded", param)));
}

tl::expected<SimRequest, Refusal> ChatDialect::read(const Incoming& incoming, const Target&,
                                                    wire::JsonIndex& index) const {
  return admitted(read_chat(incoming.body, index, config()), "messages");
}

Transcript ChatDialect::write(const Telling& telling) const {
  return write_chat(telling, config());
}

tl::expected<SimRequest, Refusal> ResponsesDialect::read(const Incoming& incoming, const Target&,
                                                         wire::JsonIndex& index) const {
  return admitted(read_responses(incoming.body, index, config()), "input");
}

Transcript ResponsesDialect::write(const Telling& telling) const {
  return write_responses(telling, config());
}

std::optional<Target> ResponsesDialect::target_of(std::string_view path) const {
  if (config().provider != Provider::LlamaCpp || path != "/v1/responses/input_tokens")
    return OpenAiDialect::target_of(path);
  Target target;
  target.kind = Target::Kind::CountTokens;
  return target;
}

tl::expected<std::string, Refusal> ResponsesDialect::page(const Incoming& incoming,
                                                          const Target& target,
                                                          wire::JsonIndex& index) const {
  if (target.kind != Target::Kind::CountTokens) return OpenAiDialect::page(incoming, target, index);
  const auto request = read(incoming, target, index);
  if (!request) return tl::unexpected(request.error());
  return R"({"object":"response.input_tokens","input_tokens":)" +
         std::to_string(request->prompt_tokens()) + "}";
}

tl::expected<std::string, Refusal> OpenAiDialect::page(const Incoming&, const Target& target,
                                                       wire::JsonIndex&) const {
  if (target.kind == Target::Kind::Hello)
    return std::string(config_.provider == Provider::LlamaCpp ? R"({"status":"ok"})" : "");
  std::string list;
  for (const std::string& model : config_.models) {
    if (!target.model.empty() && target.model != model) continue;
    list += (list.empty() ? "" : ",") + ("{\"id\":" + wire::json_string(model)) +
            R"(,"object":"model","created":1767225600,"owned_by":"simulated"})";
  }
  if (list.empty()) return tl::unexpected(unknown_model(config_.provider, target.model));
  return target.model.empty() ? R"({"object":"list","data":[)" + list + "]}" : list;
}

Headers OpenAiDialect::headers(std::string_view request_id, std::string_view content_type) const {
  Headers headers{{"content-type", content_type}};
  if (is_local(config_.provider)) return headers;
  switch (config_.provider) {
    case Provider::DeepSeek:
      headers.add("x-ds-trace-id", request_id);
      return headers;
    case Provider::OpenRouter:
      headers.add("x-generation-id", request_id);
      return headers;
    case Provider::Foundry:
      headers.add("apim-request-id", request_id);
      break;
    default:
      headers.add("openai-organization", "org-simulated");
      headers.add("openai-version", "2020-10-01");
      headers.add("openai-processing-ms", "12");
  }
  headers.add("x-request-id", request_id);
  // Limits that nobody reaches: a rate limit is a fault, asked for by name.
  for (const std::string_view what : {"requests", "tokens"}) {
    const bool requests = what == "requests";
    const std::string name(what);
    headers.add("x-ratelimit-limit-" + name, requests ? "4000" : "4000000");
    headers.add("x-ratelimit-remaining-" + name, requests ? "3999" : "3999000");
    headers.add("x-ratelimit-reset-" + name, requests ? "15ms" : "6m0s");
  }
  return headers;
}

std::string OpenAiDialect::keep_alive(bool streams) const {
  if (!streams) return {};
  if (config_.provider == Provider::OpenRouter) return ": OPENROUTER PROCESSING\n\n";
  return config_.provider == Provider::DeepSeek ? ": keep-alive\n\n" : "";
}

std::string OpenAiDialect::queued(bool streams) const {
  return !streams && config_.provider == Provider::DeepSeek ? "\n" : keep_alive(streams);
}

Refusal OpenAiDialect::failure(int status) const {
  return openai_failure(config_.provider, status);
}

std::string OpenAiDialect::error_body(const Refusal& refusal, std::string_view) const {
  return openai_error_json(config_.provider, refusal);
}

std::string OpenAiDialect::error_inside(const Refusal& refusal) const {
  return config_.provider == Provider::OpenRouter ? error_body(refusal, {}) : std::string();
}

}  // namespace rlm::sim
