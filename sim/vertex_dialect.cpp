#include "sim/vertex_dialect.hpp"

#include <algorithm>
#include <vector>

#include "sim/crypto.hpp"
#include "sim/google_token.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

constexpr std::string_view kMetadata =
    "/computeMetadata/v1/instance/service-accounts/default/token";

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(percent_decoded(path.substr(0, end)));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_google(const Refusal& refusal) {
  return !refusal.type.empty() && refusal.type.front() >= 'A' && refusal.type.front() <= 'Z';
}

Refusal google(int status, std::string_view name, std::string message) {
  return {status, std::string(name), std::move(message)};
}

}  // namespace

std::optional<Target> VertexDialect::target_of(std::string_view path) const {
  Target target;
  if (path == "/token") {
    target.kind = Target::Kind::Token;
    return target;
  }
  if (path == kMetadata) {
    target.kind = Target::Kind::Token;
    target.method = "GET";
    return target;
  }
  const auto parts = segments_of(path);
  if (parts.size() != 9 || parts[0] != "v1" || parts[1] != "projects" || parts[3] != "locations" ||
      parts[5] != "publishers" || parts[6] != "anthropic" || parts[7] != "models")
    return std::nullopt;
  const auto colon = parts[8].rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const std::string verb = parts[8].substr(colon + 1);
  target.model = parts[8].substr(0, colon);
  target.project = parts[2];
  target.location = parts[4];
  target.stream = verb == "streamRawPredict";
  if (target.model == "count-tokens" && verb == "rawPredict")
    target.kind = Target::Kind::CountTokens;
  else if (verb != "rawPredict" && !target.stream)
    return std::nullopt;
  return target;
}

tl::expected<std::string, Refusal> VertexDialect::authenticate(const Incoming& incoming,
                                                               const Target& target) const {
  if (target.kind == Target::Kind::Token) return std::string();
  const std::string_view token = bearer_of(incoming.head.headers);
  const bool known =
      std::find(config().keys.begin(), config().keys.end(), token) != config().keys.end();
  if (!known && !is_current_token(config(), token, incoming.now))
    return tl::unexpected(
        google(401, "UNAUTHENTICATED",
               "Request had invalid authentication credentials. Expected OAuth 2 access token, "
               "login cookie or other valid authentication credential."));
  if (!incoming.head.query().empty())
    return tl::unexpected(google(400, "INVALID_ARGUMENT",
                                 "Invalid JSON payload received. Unknown name \"" +
                                     std::string(incoming.head.query()) +
                                     "\": Cannot bind query parameter."));
  if (auto wrong = wrong_resource(target)) return tl::unexpected(std::move(*wrong));
  return config().vertex.client_email + std::string(target.project);
}

std::optional<Refusal> VertexDialect::wrong_resource(const Target& target) const {
  const VertexAccess& access = config().vertex;
  const std::string where = "projects/" + target.project + "/locations/" + target.location;
  if (!access.project.empty() && target.project != access.project)
    return google(403, "PERMISSION_DENIED",
                  "Permission 'aiplatform.endpoints.predict' denied on resource "
                  "'//aiplatform.googleapis.com/" +
                      where + "' (or it may not exist).");
  const bool here = access.locations.empty() ||
                    std::find(access.locations.begin(), access.locations.end(), target.location) !=
                        access.locations.end();
  const bool counts = target.kind == Target::Kind::CountTokens;
  if (here && (counts || serves(config(), target.model))) return std::nullopt;
  return google(404, "NOT_FOUND",
                "Publisher Model `" + where + "/publishers/anthropic/models/" + target.model +
                    "` was not found or your project does not have access to it.");
}

tl::expected<SimRequest, Refusal> VertexDialect::read(const Incoming& incoming,
                                                      const Target& target,
                                                      wire::JsonIndex& index) const {
  ReadOptions options = options_for(incoming, target);
  options.version.clear();  // the header does not count here
  if (!options.count_only) options.body.model = target.model;
  options.body.versions = {"vertex-2023-10-16", "2026-10-21"};
  options.body.refused = {"fallbacks", "mcp_servers", "container"};
  options.body.url_sources = false;
  options.body.file_sources = false;
  options.body.refused_tools = {"code_execution_",
                                "web_fetch_",
                                "advisor_",
                                "mcp_toolset",
                                "computer_toolset_20260801",
                                "browser_toolset_20260801"};
  options.body.refused_flags = {"files-api-", "code-execution-", "advisor-tool-",
                                "skills-",    "mcp-client-",     "server-side-fallback-"};
  auto request = read_as(options, incoming.body, index);
  if (!request) return request;
  if (!options.count_only && request->stream != target.stream)
    return tl::unexpected(Refusal{
        .message = std::string("stream: need ") +
                   (target.stream ? "true with streamRawPredict" : "false with rawPredict")});
  if (target.location != "global") request->price_per_mille = 1100;
  return request;
}

tl::expected<std::string, Refusal> VertexDialect::page(const Incoming& incoming,
                                                       const Target& target,
                                                       wire::JsonIndex& index) const {
  if (target.kind != Target::Kind::Token) return MessagesDialect::page(incoming, target, index);
  if (target.method == "POST") return exchange_assertion(incoming, config());
  if (find_header(incoming.head.headers, "metadata-flavor") == "Google")
    return token_answer(config(), incoming.now);
  return tl::unexpected(google(403, "PERMISSION_DENIED", "Missing Metadata-Flavor:Google header."));
}

Headers VertexDialect::headers(std::string_view request_id, std::string_view content_type) const {
  return Headers{{"content-type", content_type}, {"request-id", request_id}};
}

Refusal VertexDialect::failure(int status) const {
  struct Row {
    int status;
    std::string_view name;
    std::string_view message;
  };
  static constexpr Row kRows[] = {
      {401, "UNAUTHENTICATED", "Request had invalid authentication credentials."},
      {403, "PERMISSION_DENIED", "The caller does not have permission."},
      {404, "NOT_FOUND", "The requested URL was not found on this server."},
      {405, "UNIMPLEMENTED", "The method is not allowed here."},
      {429, "RESOURCE_EXHAUSTED", "Quota exceeded for aiplatform.googleapis.com."},
      {500, "INTERNAL", "Internal error encountered."},
      {503, "UNAVAILABLE", "The service is currently unavailable."},
      {504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."}};
  for (const Row& row : kRows)
    if (row.status == status) return google(status, row.name, std::string(row.message));
  return MessagesDialect::failure(status);
}

std::string VertexDialect::error_body(const Refusal& refusal, std::string_view request_id) const {
  if (refusal.type == "invalid_grant" || refusal.type == "invalid_scope" ||
      refusal.type == "invalid_request" || refusal.type == "unsupported_grant_type")
    return "{\"error\":\"" + refusal.type +
           "\",\"error_description\":" + wire::json_string(refusal.message) + "}";
  if (!is_google(refusal)) return MessagesDialect::error_body(refusal, request_id);
  return "{\"error\":{\"code\":" + std::to_string(refusal.status) +
         ",\"message\":" + wire::json_string(refusal.message) + ",\"status\":\"" + refusal.type +
         "\"}}";
}

}  // namespace rlm::sim
