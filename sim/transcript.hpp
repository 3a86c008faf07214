#pragma once
// A composed answer as Anthropic writes it: SSE frames, or one JSON body. Written apart from
// src/wire, so that the proxy is not tested against its own mistakes.

#include <string>
#include <string_view>
#include <vector>

#include "domain/usage.hpp"
#include "sim/composed.hpp"

namespace rlm::sim {

/// Bytes that are sent together once `tokens` of the answer are generated.
struct Frame {
  std::string bytes;
  Tokens tokens = 0;
};

struct Transcript {
  Tokens told = 0;            // output that the first frame says is there
  std::vector<Frame> frames;  // begins with message_start
  std::string whole;          // the body of a response that is not streamed
};

/// Anthropic's. `usage` has the input classes. Faults of Kind Malformed, ErrorFirst, ErrorLater,
/// NoUsage and Cut without a position are written in; the others are the sender's.
Transcript write_transcript(const Composed& answer, const SimRequest& request, const Usage& usage,
                            const SimConfig& config, const Fault& fault);

/// `event: error` frames and error bodies.
std::string error_frame(std::string_view type, std::string_view message,
                        std::string_view request_id);
std::string error_json(std::string_view type, std::string_view message,
                       std::string_view request_id);
/// The error body of a model of this kind: Anthropic's envelope, or DeepSeek's.
std::string error_body(CacheKind kind, std::string_view type, std::string_view message,
                       std::string_view request_id);
std::string ping_frame();

/// The provider's error type and usual message for a status.
std::string_view error_type_of(int status);
std::string_view error_message_of(std::string_view type);
int status_of_error(std::string_view type);

}  // namespace rlm::sim
