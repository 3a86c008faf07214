#pragma once
// Errors of upstreams that speak an OpenAI dialect, as Anthropic's API would have answered.
// Sources: npm openai 7.57.0 (2026-11-13); error pages of OpenAI, DeepSeek, OpenRouter and
// Microsoft Foundry (2026-08 to 2026-11); vLLM's and llama.cpp's servers (2026-11).

#include <string>
#include <string_view>

#include "wire/json_cursor.hpp"

namespace rlm::dialect {

struct MessagesError {
  int status = 500;
  std::string body;  // Anthropic's envelope
  std::string
      detail;  // the upstream's own words, for the operator's log; empty when `body` has them
};

/// True for a body or frame that reports an error, whatever its HTTP status.
bool is_openai_error(wire::JsonValue root);

/// What a client is told of an answer with an error `status`, or of an error inside a 200. `body`
/// may be no JSON at all; an envelope of Anthropic's passes untouched. A context overflow becomes
/// "prompt is too long: …", which makes clients compact it; a spent quota 402, which is not tried
/// again; no capacity 529. Words on a refused key, a permission or a missing model become `detail`:
/// they may quote the gateway's key, and name its account.
MessagesError messages_error_of(int status, std::string_view body);

/// The same of a body that was read already, or of a frame of a stream.
MessagesError messages_error_of(int status, wire::JsonValue root);

/// An error of our own words; `type` is Anthropic's.
MessagesError own_error(std::string_view type, std::string_view message);

/// What a client reads of an answer that ended for a reason without an equivalent.
inline constexpr std::string_view kOddEnd = "the upstream ended its answer for a reason of its own";

/// A code, type or HTTP status in words ("insufficient_quota", "429") as a status of Anthropic's
/// API; 0 when it is not known.
int status_of_openai(std::string_view code);

}  // namespace rlm::dialect
