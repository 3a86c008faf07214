#include "sim/messages_dialect.hpp"

#include <algorithm>

#include "sim/local_server.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

// "/anthropic/v1/messages" and "/messages" are "/v1/messages" to us.
std::string canonical_path(std::string_view path) {
  if (path.starts_with("/anthropic/")) path.remove_prefix(std::string_view("/anthropic").size());
  for (const std::string_view short_form : {"/messages", "/models"})
    if (path.starts_with(short_form)) return "/v1" + std::string(path);
  return std::string(path);
}

}  // namespace

std::optional<Target> MessagesDialect::target_of(std::string_view path) const {
  static constexpr std::string_view kModel = "/v1/models/";
  const std::string canonical = canonical_path(path);
  Target target;
  if (canonical == "/v1/messages") return target;
  if (canonical == "/v1/messages/count_tokens") {
    target.kind = Target::Kind::CountTokens;
  } else if (canonical == "/v1/models" || canonical.starts_with(kModel)) {
    target.kind = Target::Kind::Models;
    target.method = "GET";
    target.model = canonical.substr(std::min(canonical.size(), kModel.size()));
  } else if (canonical == "/api/hello") {
    target.kind = Target::Kind::Hello;
    target.method = {};
  } else {
    return std::nullopt;
  }
  return target;
}

std::optional<Refusal> MessagesDialect::wrong_version(const Headers& headers) const {
  if (!config_.strict.version_header) return std::nullopt;
  const std::string_view version = find_header(headers, "anthropic-version");
  if (version.empty()) return Refusal{.message = "anthropic-version: header is required"};
  if (version == "2023-06-01" || version == "2026-10-21") return std::nullopt;
  return Refusal{.message =
                     "anthropic-version: \"" + std::string(version) + "\" is not a valid version"};
}

tl::expected<std::string, Refusal> MessagesDialect::authenticate(const Incoming& incoming,
                                                                 const Target& target) const {
  if (target.kind == Target::Kind::Hello) return std::string();
  const Headers& headers = incoming.head.headers;
  std::string_view key = find_header(headers, "x-api-key");
  if (key.empty() && config_.provider == Provider::Foundry) key = find_header(headers, "api-key");
  if (key.empty()) key = bearer_of(headers);
  if (key.empty())
    return tl::unexpected(Refusal{401, "authentication_error", "x-api-key header is required"});
  if (!accepts_key(config_, key))
    return tl::unexpected(Refusal{401, "authentication_error", "invalid x-api-key"});
  if (auto wrong = wrong_version(headers)) return tl::unexpected(std::move(*wrong));
  return std::string(key);
}

ReadOptions MessagesDialect::options_for(const Incoming& incoming, const Target& target) const {
  ReadOptions options;
  options.strict = config_.strict;
  options.rules = messages_rules_of(config_.provider);
  options.cache = messages_cache_of(config_.provider);
  options.version = find_header(incoming.head.headers, "anthropic-version");
  for (const Header header : incoming.head.headers)
    if (same_header(header.name, "anthropic-beta"))
      (options.betas += options.betas.empty() ? "" : ",") += header.value;
  options.count_only = target.kind == Target::Kind::CountTokens;
  options.signature_seed = config_.seed;
  options.verdict_marker = config_.verdict.marker;
  return options;
}

tl::expected<SimRequest, Refusal> MessagesDialect::read(const Incoming& incoming,
                                                        const Target& target,
                                                        wire::JsonIndex& index) const {
  return read_as(options_for(incoming, target), incoming.body, index);
}

tl::expected<SimRequest, Refusal> MessagesDialect::read_as(const ReadOptions& options,
                                                           std::string_view body,
                                                           wire::JsonIndex& index) const {
  auto request = read_request(body, index, options);
  if (!request) return request;
  settle(*request, config_);
  const std::string& prefix = options.body.model_prefix;
  const bool prefixed = request->model.starts_with(prefix);
  if (prefixed && !serves(config_, request->model)) request->model.erase(0, prefix.size());
  if (!prefixed || !serves(config_, request->model))
    return tl::unexpected(Refusal{404, "not_found_error", "model: " + request->model});
  const Tokens tokens = request->prompt_tokens();
  if (tokens > config_.context_max && !options.count_only)
    return tl::unexpected(Refusal{.message = "prompt is too long: " + std::to_string(tokens) +
                                             " tokens > " + std::to_string(config_.context_max) +
                                             " maximum"});
  return request;
}

tl::expected<std::string, Refusal> MessagesDialect::page(const Incoming& incoming,
                                                         const Target& target,
                                                         wire::JsonIndex& index) const {
  if (target.kind == Target::Kind::Models) return models(target.model);
  if (target.kind == Target::Kind::Hello) return std::string();
  const auto request = read(incoming, target, index);
  if (!request) return tl::unexpected(request.error());
  return "{\"input_tokens\":" + std::to_string(request->prompt_tokens()) + "}";
}

tl::expected<std::string, Refusal> MessagesDialect::models(std::string_view id) const {
  std::string list;
  for (const std::string& model : config_.models) {
    if (!id.empty() && id != model) continue;
    const std::string name = wire::json_string(model);
    list += (list.empty() ? "" : ",") +
            ("{\"type\":\"model\",\"id\":" + name + ",\"display_name\":" + name) +
            R"(,"created_at":"2026-01-01T00:00:00Z","lifecycle":"active","max_input_tokens":)" +
            std::to_string(config_.context_max) + R"(,"max_tokens":128000,"capabilities":null})";
  }
  if (list.empty())
    return tl::unexpected(Refusal{404, "not_found_error", "model: " + std::string(id)});
  if (!id.empty()) return list;
  return "{\"data\":[" + list +
         "],\"has_more\":false,\"first_id\":" + wire::json_string(config_.models.front()) +
         ",\"last_id\":" + wire::json_string(config_.models.back()) + "}";
}

Transcript MessagesDialect::write(const Telling& telling) const {
  return write_transcript(telling.answer, telling.request, telling.usage, config_, telling.fault);
}

Headers MessagesDialect::headers(std::string_view request_id, std::string_view content_type) const {
  Headers headers{{"content-type", content_type}, {"request-id", request_id}};
  if (config_.provider == Provider::Foundry) headers.add("apim-request-id", request_id);
  if (config_.provider != Provider::Anthropic) return headers;
  headers.add("anthropic-organization-id", "3f0c2b9e-0000-4000-8000-00000000051a");
  // Limits that nobody reaches: a rate limit is a fault, asked for by name.
  static constexpr std::string_view kReset = "2026-11-01T00:00:00Z";
  for (const std::string_view what : {"requests", "tokens", "input-tokens", "output-tokens"}) {
    const std::string prefix = "anthropic-ratelimit-" + std::string(what);
    headers.add(prefix + "-limit", what == "requests" ? "4000" : "4000000");
    headers.add(prefix + "-remaining", what == "requests" ? "3999" : "3999000");
    headers.add(prefix + "-reset", kReset);
  }
  return headers;
}

std::string MessagesDialect::keep_alive(bool streams) const {
  return streams ? ping_frame() : std::string();
}

Refusal MessagesDialect::failure(int status) const {
  const std::string_view type = error_type_of(status);
  const std::string_view message = status == 405 ? "Method Not Allowed" : error_message_of(type);
  return {status, std::string(type), std::string(message)};
}

std::string MessagesDialect::error_body(const Refusal& refusal, std::string_view request_id) const {
  return sim::error_body(messages_cache_of(config_.provider), refusal.type, refusal.message,
                         request_id);
}

}  // namespace rlm::sim
