#include "sim/bedrock_dialect.hpp"

#include <algorithm>
#include <cctype>

#include "base/base64.hpp"
#include "sim/aws_signature.hpp"
#include "sim/crypto.hpp"
#include "sim/event_frame.hpp"
#include "wire/json_text.hpp"
#include "wire/sse.hpp"

namespace rlm::sim {
namespace {

constexpr std::string_view kVendor = "anthropic.";

std::string_view exception_of(int status) {
  struct Row {
    int status;
    std::string_view exception;
  };
  static constexpr Row kRows[] = {
      {400, "ValidationException"},         {401, "UnrecognizedClientException"},
      {403, "AccessDeniedException"},       {404, "ResourceNotFoundException"},
      {408, "ModelTimeoutException"},       {424, "ModelErrorException"},
      {429, "ThrottlingException"},         {500, "InternalServerException"},
      {503, "ServiceUnavailableException"}, {504, "ModelTimeoutException"},
      {529, "ServiceUnavailableException"}};
  for (const Row& row : kRows)
    if (row.status == status) return row.exception;
  return status < 500 ? "ValidationException" : "InternalServerException";
}

// Within a stream the same name begins with a small letter.
std::string stream_exception_of(std::string_view error_type) {
  std::string name(exception_of(status_of_error(error_type)));
  name.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(name.front())));
  return name;
}

// What a served model is called without profile, vendor, or the resource name before it.
std::string_view bare_model(std::string_view id) {
  if (const auto slash = id.rfind('/'); slash != std::string_view::npos)
    id.remove_prefix(slash + 1);
  for (const std::string_view profile : {"global.", "us.", "eu.", "jp.", "apac.", "au."})
    if (id.starts_with(profile)) {
      id.remove_prefix(profile.size());
      break;
    }
  return id.starts_with(kVendor) ? id.substr(kVendor.size()) : id;
}

// Models before Claude 4.7 know the first version alone.
bool knows_newer_version(std::string_view model) {
  for (const std::string_view older : {"-4-5", "-4-6", "-4-1-", "-4-20", "claude-3"})
    if (model.find(older) != std::string_view::npos) return false;
  return true;
}

std::string with_metrics(std::string_view stop, const Telling& telling) {
  return std::string(stop.substr(0, stop.size() - 1)) +
         R"(,"amazon-bedrock-invocationMetrics":{"inputTokenCount":)" +
         std::to_string(telling.usage.input) +
         ",\"outputTokenCount\":" + std::to_string(telling.answer.output_tokens) +
         R"(,"invocationLatency":1200,"firstByteLatency":300}})";
}

// There are no pings in this stream, and an error is an exception.
std::string framed(std::string_view events, const Telling& telling) {
  std::string out;
  wire::SseParser parser;
  const auto fed = parser.feed(events, [&](std::string_view event, std::string_view data) {
    if (event == "ping") return;
    if (event == "error")
      out += exception_frame(stream_exception_of(telling.fault.error_type),
                             error_message_of(telling.fault.error_type));
    else
      out += chunk_frame(event == "message_stop" ? with_metrics(data, telling) : std::string(data));
  });
  return fed ? out : std::string();
}

}  // namespace

std::optional<Target> BedrockDialect::target_of(std::string_view path) const {
  static constexpr std::string_view kModel = "/model/";
  if (!path.starts_with(kModel)) return std::nullopt;
  path.remove_prefix(kModel.size());
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view verb = path.substr(slash + 1);
  Target target;
  target.stream = verb == "invoke-with-response-stream";
  if (verb == "count-tokens")
    target.kind = Target::Kind::CountTokens;
  else if (verb != "invoke" && !target.stream)
    return std::nullopt;
  const std::string_view id = path.substr(0, slash);
  if (id.find(':') != std::string_view::npos) return target;  // not encoded: no model has this name
  const std::string whole = percent_decoded(id);
  target.location = whole.starts_with("global.") ? "global" : "regional";
  target.model = serves(config(), whole) ? whole : std::string(bare_model(whole));
  return target;
}

tl::expected<std::string, Refusal> BedrockDialect::authenticate(const Incoming& incoming,
                                                                const Target& target) const {
  auto caller = aws_caller(incoming, "bedrock", config());
  if (caller && !serves(config(), target.model))
    return tl::unexpected(
        Refusal{400, "ValidationException", "The provided model identifier is invalid."});
  return caller;
}

tl::expected<SimRequest, Refusal> BedrockDialect::read(const Incoming& incoming,
                                                       const Target& target,
                                                       wire::JsonIndex& index) const {
  ReadOptions options = options_for(incoming, target);
  options.version.clear();  // the header does not count here
  options.body.model = target.model;
  options.body.versions = {"bedrock-2023-05-31"};
  if (knows_newer_version(target.model)) options.body.versions.emplace_back("2026-10-21");
  options.body.refused = {"stream", "cache_control"};
  options.body.betas = true;
  options.body.url_sources = false;
  auto request = read_as(options, incoming.body, index);
  if (!request) {
    Refusal refusal = std::move(request.error());
    refusal.type = exception_of(refusal.status);
    if (refusal.message.starts_with("prompt is too long"))
      refusal.message = "Input is too long for requested model.";
    return tl::unexpected(std::move(refusal));
  }
  request->stream = target.stream;
  if (target.location != "global") request->price_per_mille = 1100;
  return request;
}

tl::expected<std::string, Refusal> BedrockDialect::page(const Incoming& incoming,
                                                        const Target& target,
                                                        wire::JsonIndex& index) const {
  const auto root = index.parse(incoming.body);
  std::string body;
  const auto wrapped =
      root ? root->member("input").member("invokeModel").member("body") : wire::JsonValue();
  if (wrapped.quoted().empty() || !append_from_base64(body, wrapped.string()))
    return tl::unexpected(Refusal{400, "ValidationException",
                                  "input.invokeModel.body: need the body of an invoke in base64"});
  Target invoked = target;
  invoked.kind = Target::Kind::Answer;
  const auto request = read({incoming.head, body, incoming.now}, invoked, index);
  if (!request) return tl::unexpected(request.error());
  return "{\"inputTokens\":" + std::to_string(request->prompt_tokens()) + "}";
}

Transcript BedrockDialect::write(const Telling& telling) const {
  Transcript script = MessagesDialect::write(telling);
  for (Frame& frame : script.frames) frame.bytes = framed(frame.bytes, telling);
  if (telling.fault.kind == Fault::Kind::Malformed)
    script.frames[script.frames.size() / 2].bytes.back() ^= 1;  // its checksum
  return script;
}

Headers BedrockDialect::headers(std::string_view request_id, std::string_view content_type) const {
  Headers headers{{"content-type", content_type}, {"x-amzn-requestid", request_id}};
  if (content_type == stream_type()) headers.add("x-amzn-bedrock-content-type", "application/json");
  return headers;
}

Refusal BedrockDialect::failure(int status) const {
  const std::string_view type = error_type_of(status == 503 ? 529 : status);
  return {status, std::string(exception_of(status)), std::string(error_message_of(type))};
}

std::string BedrockDialect::error_body(const Refusal& refusal, std::string_view) const {
  return "{\"message\":" + wire::json_string(refusal.message) + "}";
}

void BedrockDialect::add_error_headers(const Refusal& refusal, Headers& headers) const {
  headers.add("x-amzn-errortype", refusal.type);
}

tl::expected<std::string, Refusal> SignedMessagesDialect::authenticate(const Incoming& incoming,
                                                                       const Target& target) const {
  if (!find_header(incoming.head.headers, "x-api-key").empty())
    return MessagesDialect::authenticate(incoming, target);
  auto caller = aws_caller(incoming, service(), config());
  if (!caller) {
    Refusal refusal = std::move(caller.error());
    if (refusal.status != 400) refusal.status = wrong_signature();
    refusal.type = error_type_of(refusal.status);
    return tl::unexpected(std::move(refusal));
  }
  if (auto wrong = wrong_version(incoming.head.headers)) return tl::unexpected(std::move(*wrong));
  return caller;
}

Headers SignedMessagesDialect::headers(std::string_view request_id,
                                       std::string_view content_type) const {
  Headers headers = MessagesDialect::headers(request_id, content_type);
  headers.add("x-amzn-requestid", request_id);
  return headers;
}

std::optional<Target> MantleDialect::target_of(std::string_view path) const {
  if (!path.starts_with("/anthropic/v1/messages")) return std::nullopt;
  return MessagesDialect::target_of(path);
}

tl::expected<SimRequest, Refusal> MantleDialect::read(const Incoming& incoming,
                                                      const Target& target,
                                                      wire::JsonIndex& index) const {
  ReadOptions options = options_for(incoming, target);
  options.body.model_prefix = kVendor;
  return read_as(options, incoming.body, index);
}

std::optional<Target> PlatformDialect::target_of(std::string_view path) const {
  if (!path.starts_with("/v1/")) return std::nullopt;
  return MessagesDialect::target_of(path);
}

tl::expected<std::string, Refusal> PlatformDialect::authenticate(const Incoming& incoming,
                                                                 const Target& target) const {
  auto caller = SignedMessagesDialect::authenticate(incoming, target);
  const std::string_view workspace = find_header(incoming.head.headers, "anthropic-workspace-id");
  if (caller && workspace.empty())
    return tl::unexpected(Refusal{.message = "anthropic-workspace-id: header is required"});
  return caller;
}

}  // namespace rlm::sim
