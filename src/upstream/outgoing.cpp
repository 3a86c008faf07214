#include "upstream/outgoing.hpp"

#include "dialect/bedrock_request.hpp"
#include "dialect/chat_request.hpp"
#include "dialect/cloud_rules.hpp"
#include "dialect/messages_quirks.hpp"
#include "dialect/request_members.hpp"
#include "dialect/responses_request.hpp"
#include "dialect/spoken_chat.hpp"
#include "dialect/vertex_request.hpp"
#include "upstream/forward_headers.hpp"
#include "wire/anthropic_request.hpp"
#include "wire/json_text.hpp"

namespace rlm::upstream {
namespace {

using Operation = CallRequest::Operation;

std::string messages_target(const CallRequest& request) {
  std::string target = request.operation == Operation::Models ? "/v1/models" : "/v1/messages";
  if (request.operation == Operation::CountTokens) target += "/count_tokens";
  target += request.detail;
  if (!request.query.empty()) target.append("?").append(request.query);
  return target;
}

// Bodies that we write ourselves begin with the name of the first endpoint's model; another
// endpoint of the group has its own.
Span model_at_front(std::string_view body) {
  constexpr std::string_view kFront = "{\"model\":";
  if (!body.starts_with(kFront) || body.substr(kFront.size(), 1) != "\"") return {};
  for (std::size_t at = kFront.size() + 1; at < body.size(); ++at) {
    if (body[at] == '\\')
      ++at;
    else if (body[at] == '"')
      return {kFront.size(), at + 1};
  }
  return {};
}

// The client's bytes, but for the model's name.
void name_model(Outgoing& out, const EndpointConfig& endpoint, const CallRequest& request) {
  if (request.body == nullptr) return;
  Span model = request.model_value;
  if (model.empty()) model = model_at_front(request.body->original());
  if (endpoint.model.empty() || model.empty()) {
    out.segments = request.body->segments();
    return;
  }
  out.named = std::make_unique<wire::SplicedBody>(*request.body);
  wire::set_model(*out.named, model, endpoint.model);
  out.segments = out.named->segments();
}

// Two names for one limit: servers know the one or the other, and pass over what they do not know.
void name_limit(wire::SplicedBody& body, wire::JsonValue root, std::string_view wanted) {
  constexpr std::string_view kNames[] = {"max_tokens", "max_completion_tokens"};
  const std::string_view other = wanted == kNames[0] ? kNames[1] : kNames[0];
  const auto limit = root.member(other);
  if (!limit.exists() || root.member(wanted).exists()) return;
  // Between the key's quotes, which hold no other: it may be written with escapes.
  const std::string_view text = body.original();
  const std::size_t close = text.rfind('"', limit.span().begin - 1);
  const std::size_t open = text.rfind('"', close - 1);
  body.replace({open + 1, close}, std::string(wanted));
}

// A stream must tell what it cost, whether its client wants to know or not.
void ask_for_usage(wire::SplicedBody& body, wire::JsonValue root) {
  using Type = wire::JsonValue::Type;
  if (!root.member("stream").is(Type::True)) return;
  const auto options = root.member("stream_options");
  const auto wanted = options.member("include_usage");
  if (wanted.is(Type::True)) return;
  constexpr std::string_view kOption = "\"include_usage\":true";
  if (wanted.exists()) return body.replace(wanted.span(), "true");
  if (options.is(Type::Object)) {
    const std::size_t front = options.span().begin + 1;
    const bool empty = options.raw().find_first_not_of(" \t\r\n", 1) == options.raw().size() - 1;
    return body.replace({front, front}, std::string(kOption) + (empty ? "" : ","));
  }
  const std::string whole = "{" + std::string(kOption) + "}";
  if (options.exists()) return body.replace(options.span(), whole);
  const std::size_t front = root.span().begin + 1;
  body.replace({front, front}, "\"stream_options\":" + whole + ",");
}

// The client's own body in the upstream's own dialect: the model is named anew, and what this
// upstream names or takes otherwise is as it wants it.
Result<void> pass_on_spoken(Outgoing& out, const EndpointConfig& endpoint,
                            const CallRequest& request, wire::JsonIndex& index) {
  const auto root = index.parse(request.spoken_body);
  if (!root) return fail(root.error());
  out.named = std::make_unique<wire::SplicedBody>(request.spoken_body);
  if (const auto model = root->member("model"); model.exists())
    wire::set_model(*out.named, model.span(), endpoint.model);
  if (endpoint.dialect == Dialect::Chat) {
    name_limit(*out.named, *root, endpoint.quirks->max_tokens_field);
    if (endpoint.quirks->stream_usage) ask_for_usage(*out.named, *root);
    dialect::fit_spoken_chat(*root, *endpoint.quirks, *out.named);
  }
  out.segments = out.named->segments();
  out.is_spoken = true;
  return {};
}

Result<void> put_into_openai(Outgoing& out, const EndpointConfig& endpoint,
                             const CallRequest& request, wire::JsonIndex& index) {
  if (request.operation != Operation::Message)
    return fail(ErrorKind::NotFound, Source::Upstream,
                endpoint.name + " has no such endpoint: its API only answers messages");
  const bool chat = endpoint.dialect == Dialect::Chat;
  out.target = chat ? "/chat/completions" : "/responses";
  if (request.spoken == endpoint.dialect && !request.spoken_body.empty())
    return pass_on_spoken(out, endpoint, request, index);
  const Buffer messages = request.body->joined();
  auto body = chat ? dialect::chat_body(messages, index, {}, endpoint.model, *endpoint.quirks)
                   : dialect::responses_body(messages, index, {}, endpoint.model, *endpoint.quirks);
  if (!body) return fail(std::move(body.error()));
  out.owned = std::move(*body);
  out.segments = {out.owned.view()};
  return {};
}

constexpr const char* kUserProfile = "anthropic-user-profile-id";

// The user profile into the body; a member of the client's own goes before its header.
Result<void> insert_user_profile(Outgoing& out, const CallRequest& request,
                                 wire::JsonIndex& index) {
  const auto profile = request.client_headers->find(kUserProfile);
  if (profile.empty() || request.body == nullptr) return {};
  const auto root = index.parse(request.body->original());
  if (!root) return fail(root.error());
  if (root->member("user_profile_id").exists()) return {};
  if (out.named == nullptr) out.named = std::make_unique<wire::SplicedBody>(*request.body);
  const std::size_t front = root->span().begin + 1;
  out.named->replace({front, front}, "\"user_profile_id\":" + wire::json_string(profile) + ",");
  out.segments = out.named->segments();
  return {};
}

// For a vendor that takes less of the dialect. On the request as it would go out: where splices are
// made already, none can be made anew.
Result<void> fit_to_vendor(Outgoing& out, const EndpointConfig& endpoint,
                           const CallRequest& request, const dialect::MessagesQuirks& quirks,
                           wire::JsonIndex& index) {
  out.owned = request.body->joined();
  const auto root = index.parse(out.owned.view());
  if (!root) return fail(root.error());
  out.named = std::make_unique<wire::SplicedBody>(out.owned.view());
  if (const auto model = root->member("model"); model.exists() && !endpoint.model.empty())
    wire::set_model(*out.named, model.span(), endpoint.model);
  if (auto done = dialect::fit_messages(*root, quirks, *out.named); !done) return done;
  out.segments = out.named->segments();
  return {};
}

// The Messages API itself, at Anthropic's or at whoever else serves it.
Result<void> put_into_messages(Outgoing& out, const EndpointConfig& endpoint,
                               const CallRequest& request, wire::JsonIndex& index) {
  const Headers& client = *request.client_headers;
  out.target = messages_target(request);
  const auto* quirks = dialect::messages_quirks(endpoint.kind);
  if (quirks != nullptr && request.body != nullptr) {
    out.headers = request_headers_for(endpoint, client);
    return fit_to_vendor(out, endpoint, request, *quirks, index);
  }
  name_model(out, endpoint, request);
  if (dialect::cloud_rules(endpoint.kind).user_profile_in_body) {
    out.headers = request_headers_for(endpoint, dialect::without(client, {kUserProfile}));
    return insert_user_profile(out, request, index);
  }
  const auto& workspace = endpoint.cloud.workspace_id;
  if (workspace.empty()) {
    out.headers = request_headers_for(endpoint, client);
    return {};
  }
  constexpr const char* kWorkspace = "anthropic-workspace-id";
  out.headers = request_headers_for(endpoint, dialect::without(client, {kWorkspace}));
  out.headers.add(kWorkspace, workspace);
  return {};
}

// Claude behind a cloud's own paths; the body changes by splices.
Result<void> put_into_cloud(Outgoing& out, const EndpointConfig& endpoint,
                            const CallRequest& request, wire::JsonIndex& index) {
  const auto call = request.operation == Operation::CountTokens ? dialect::MessagesCall::CountTokens
                                                                : dialect::MessagesCall::Create;
  const Headers& client = *request.client_headers;
  const bool vertex = endpoint.dialect == Dialect::Vertex;
  out.owned = request.body->joined();
  const dialect::VertexPlace place{endpoint.cloud.project, endpoint.cloud.location};
  auto made =
      vertex ? dialect::vertex_request(place, endpoint.model, call, out.owned.view(), client, index)
             : dialect::bedrock_request(endpoint.model, call, out.owned.view(), client, index);
  if (!made) return fail(std::move(made.error()));
  out.target = std::move(made->target);
  out.named = std::make_unique<wire::SplicedBody>(std::move(made->body));
  out.segments = out.named->segments();
  out.headers = request_headers_for(
      endpoint, vertex ? dialect::vertex_headers(client) : dialect::bedrock_headers(client));
  return {};
}

}  // namespace

std::string_view what_dialect_lacks(const EndpointConfig& endpoint, const Buffer& messages_body,
                                    wire::JsonIndex& index) {
  const std::string_view body = messages_body.view();
  if (const auto* vendor = dialect::messages_quirks(endpoint.kind)) {
    wire::SplicedBody scratch(body);
    const auto root = index.parse(body);
    const auto taken = root ? dialect::fit_messages(*root, *vendor, scratch) : Result<void>{};
    return taken ? std::string_view() : dialect::lack_of(taken.error());
  }
  if (!endpoint.speaks_openai()) return {};
  const bool chat = endpoint.dialect == Dialect::Chat;
  dialect::OpenAiQuirks quirks = *endpoint.quirks;
  // What is fetched will be within the request.
  if (endpoint.url_sources == EndpointConfig::UrlSources::Fetched) quirks.image_urls = true;
  const auto taken = chat ? dialect::check_chat(body, index, {}, quirks)
                          : dialect::check_responses(body, index, {}, quirks);
  return taken ? std::string_view() : dialect::lack_of(taken.error());
}

Result<void> put_into_dialect(Outgoing& out, const EndpointConfig& endpoint,
                              const CallRequest& request, wire::JsonIndex& index) {
  if (request.operation == Operation::Models && !dialect::cloud_rules(endpoint.kind).lists_models)
    return fail(ErrorKind::NotFound, Source::Upstream, endpoint.name + " lists no models");
  switch (endpoint.dialect) {
    case Dialect::Messages:
      return put_into_messages(out, endpoint, request, index);
    case Dialect::Vertex:
    case Dialect::Bedrock:
      return put_into_cloud(out, endpoint, request, index);
    case Dialect::Chat:
    case Dialect::Responses:
      out.headers = request_headers_for(endpoint, *request.client_headers);
      return put_into_openai(out, endpoint, request, index);
  }
  return {};
}

}  // namespace rlm::upstream
