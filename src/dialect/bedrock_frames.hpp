#pragma once
// Bedrock's stream of binary frames, to Anthropic's server-sent events and back.
// Sources: Bedrock InvokeModelWithResponseStream (2026-08) and @anthropic-ai/bedrock-sdk 1.1.3,
// core/streaming, which reads what the encoder writes.

#include <string>
#include <string_view>

#include "dialect/answer_translator.hpp"
#include "dialect/event_stream.hpp"
#include "wire/sse.hpp"

namespace rlm::dialect {

/// `application/vnd.amazon.eventstream` in, server-sent events out. Each event's JSON stands
/// untouched in its data lines; one without a type is dropped, as are frames of an unknown kind. An
/// exception becomes `event: error`. A stream that ends without message_stop or an error was cut.
class BedrockStreamDecoder final : public AnswerTranslator {
 public:
  explicit BedrockStreamDecoder(EventStreamLimits limits = {}) : reader_(limits) {}

  Result<void> feed(std::string_view bytes, wire::JsonIndex& index, std::string& out) override;
  Result<void> finish(wire::JsonIndex& index, std::string& out) override;

 private:
  Result<void> on_frame(const EventFrame& frame, wire::JsonIndex& index, std::string& out);
  Result<void> on_chunk(std::string_view payload, wire::JsonIndex& index, std::string& out);
  /// Decodes the "bytes" into event_, and leaves the payload without them in shell_. False, with
  /// event_ empty, where they do not stand at its front, or are no base64 as they stand.
  bool took_bytes(std::string_view payload);

  EventStreamReader reader_;
  std::string event_;  // the JSON of one event
  std::string shell_;  // what is left of its payload
  bool ended_ = false;
};

/// Server-sent events in, `application/vnd.amazon.eventstream` out, for clients that speak Bedrock.
/// An error event becomes the exception of its kind. A ping becomes a frame of a kind that such
/// clients pass over: as an event it would come before message_start, which some take for a broken
/// stream.
class BedrockStreamEncoder final : public AnswerTranslator {
 public:
  explicit BedrockStreamEncoder(wire::SseLimits limits = {}) : parser_(limits) {}

  Result<void> feed(std::string_view bytes, wire::JsonIndex& index, std::string& out) override;
  Result<void> finish(wire::JsonIndex& index, std::string& out) override;

 private:
  Result<void> on_event(std::string_view data, wire::JsonIndex& index, std::string& out);

  wire::SseParser parser_;
  std::string payload_;
};

}  // namespace rlm::dialect
