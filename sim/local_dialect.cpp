#include "sim/local_dialect.hpp"

#include "sim/local_server.hpp"

namespace rlm::sim {

std::optional<Target> LocalMessagesDialect::target_of(std::string_view path) const {
  Target target;
  if (path == "/v1/messages") return target;
  if (path != "/v1/messages/count_tokens" || config().provider == Provider::Ollama)
    return std::nullopt;
  target.kind = Target::Kind::CountTokens;
  return target;
}

tl::expected<std::string, Refusal> LocalMessagesDialect::authenticate(const Incoming& incoming,
                                                                      const Target&) const {
  return local_caller(incoming.head.headers, config());
}

tl::expected<SimRequest, Refusal> LocalMessagesDialect::read(const Incoming& incoming,
                                                             const Target& target,
                                                             wire::JsonIndex& index) const {
  auto request = MessagesDialect::read(incoming, target, index);
  if (!request) return tl::unexpected(as_local(config().provider, std::move(request.error())));
  return request;
}

Transcript LocalMessagesDialect::write(const Telling& telling) const {
  Transcript script = MessagesDialect::write(telling);
  const Fault::Kind kind = telling.fault.kind;
  if (kind != Fault::Kind::ErrorFirst && kind != Fault::Kind::ErrorLater) return script;
  const Refusal refusal = failure(status_of_error(telling.fault.error_type));
  script.frames.back().bytes = "event: error\ndata: " + error_body(refusal, {}) + "\n\n";
  return script;
}

Headers LocalMessagesDialect::headers(std::string_view, std::string_view content_type) const {
  return Headers{{"content-type", content_type}};
}

Refusal LocalMessagesDialect::failure(int status) const {
  Refusal refusal = local_failure(config().provider, status);
  if (config().provider == Provider::Vllm && status == 500) refusal.type = "internal_error";
  return refusal;
}

std::string LocalMessagesDialect::error_body(const Refusal& refusal,
                                             std::string_view request_id) const {
  const bool is_ollama = config().provider == Provider::Ollama;
  const bool is_anthropics =
      is_ollama || (config().provider == Provider::Vllm && refusal.status != 401);
  if (!is_anthropics) return local_error_json(config().provider, refusal);
  return error_json(refusal.type, refusal.message, is_ollama ? request_id : std::string_view());
}

}  // namespace rlm::sim
