#include "dialect/bedrock_frames.hpp"

#include "base/base64.hpp"
#include "dialect/cloud_error.hpp"
#include "wire/anthropic_error.hpp"
#include "wire/json_text.hpp"

namespace rlm::dialect {
namespace {

tl::unexpected<Error> protocol(const char* what) {
  return fail(ErrorKind::Protocol, Source::Upstream, what);
}

std::string_view exception_of(std::string_view error_type) {
  if (error_type == "rate_limit_error") return "throttlingException";
  if (error_type == "overloaded_error") return "serviceUnavailableException";
  if (error_type == "invalid_request_error" || error_type == "request_too_large")
    return "validationException";
  if (error_type == "timeout_error") return "modelTimeoutException";
  return "internalServerException";
}

}  // namespace

// Nearly all of a payload is base64, which need not be read as JSON as well.
bool BedrockStreamDecoder::took_bytes(std::string_view payload) {
  constexpr std::string_view kFront = R"({"bytes":")";
  event_.clear();
  if (!payload.starts_with(kFront)) return false;
  const auto end = payload.find('"', kFront.size());
  if (end == payload.npos) return false;
  if (!append_from_base64(event_, payload.substr(kFront.size(), end - kFront.size()))) {
    event_.clear();
    return false;
  }
  shell_ = kFront;
  shell_ += payload.substr(end);
  return true;
}

Result<void> BedrockStreamDecoder::on_chunk(std::string_view payload, wire::JsonIndex& index,
                                            std::string& out) {
  const bool took = took_bytes(payload);
  const auto root = index.parse(took ? std::string_view(shell_) : payload);
  if (!root) return protocol("a chunk of the upstream's event stream holds no JSON");
  if (!took) {
    const auto bytes = root->member("bytes");
    const bool escaped = bytes.quoted().find('\\') != std::string_view::npos;  // "\/"
    if (!append_from_base64(event_, escaped ? bytes.string() : bytes.quoted()))
      return protocol("a chunk of the upstream's event stream holds no base64");
  }
  if (event_.empty()) return {};
  const auto event = index.parse(event_);
  if (!event) return protocol("a chunk of the upstream's event stream holds no JSON event");
  const auto type = event->member("type").quoted();
  if (type.empty()) return {};
  if (type == "message_stop" || type == "error") ended_ = true;
  wire::append_sse(out, type, event_);
  return {};
}

Result<void> BedrockStreamDecoder::on_frame(const EventFrame& frame, wire::JsonIndex& index,
                                            std::string& out) {
  if (frame.message_type == "event")
    return frame.event_type == "chunk" ? on_chunk(frame.payload, index, out) : Result<void>{};
  std::string message(frame.error_message);
  std::string_view name = frame.error_code;
  if (frame.message_type == "exception") {
    name = frame.exception_type;
    if (const auto root = index.parse(frame.payload)) message = root->member("message").string();
  } else if (frame.message_type != "error") {
    return protocol("a frame of the upstream's event stream has no :message-type");
  }
  if (message.empty()) message = "the upstream ended its stream with " + std::string(name);
  const int status = status_of_aws(name);
  // As outside a stream: such words name accounts.
  if (const auto general = operators_message(status); !general.empty()) message = general;
  wire::append_sse(out, "error",
                   messages_error(wire::error_type_of(status == 0 ? 500 : status), message));
  ended_ = true;
  return {};
}

Result<void> BedrockStreamDecoder::feed(std::string_view bytes, wire::JsonIndex& index,
                                        std::string& out) {
  return reader_.feed(bytes, [&](const EventFrame& frame) { return on_frame(frame, index, out); });
}

Result<void> BedrockStreamDecoder::finish(wire::JsonIndex&, std::string&) {
  if (reader_.in_frame()) return protocol("the upstream's event stream was cut within a frame");
  if (!ended_) return protocol("the upstream's event stream ended before its message did");
  return {};
}

Result<void> BedrockStreamEncoder::on_event(std::string_view data, wire::JsonIndex& index,
                                            std::string& out) {
  const auto event = index.parse(data);
  if (!event || !event->is(wire::JsonValue::Type::Object))
    return protocol("an event of the stream holds no JSON object");
  const auto type = event->member("type");
  if (type.equals("ping")) {
    append_event_frame(out, {{":event-type", "ping"}, {":message-type", "event"}}, {});
    return {};
  }
  if (type.equals("error")) {
    const auto error = event->member("error");
    payload_ = R"({"message":)";
    wire::append_json_string(payload_, error.member("message").string());
    payload_ += '}';
    append_event_frame(out,
                       {{":exception-type", exception_of(error.member("type").quoted())},
                        {":content-type", "application/json"},
                        {":message-type", "exception"}},
                       payload_);
    return {};
  }
  payload_ = R"({"bytes":")";
  append_base64(payload_, data);
  payload_ += R"("})";
  append_event_frame(
      out,
      {{":event-type", "chunk"}, {":content-type", "application/json"}, {":message-type", "event"}},
      payload_);
  return {};
}

Result<void> BedrockStreamEncoder::feed(std::string_view bytes, wire::JsonIndex& index,
                                        std::string& out) {
  Result<void> done;
  auto fed = parser_.feed(bytes, [&](std::string_view, std::string_view data) {
    if (done) done = on_event(data, index, out);
  });
  if (done) done = std::move(fed);
  if (!done) parser_ = wire::SseParser();  // an error event may follow
  return done;
}

Result<void> BedrockStreamEncoder::finish(wire::JsonIndex&, std::string&) {
  if (parser_.in_event()) return protocol("the stream was cut within an event");
  return {};
}

}  // namespace rlm::dialect
