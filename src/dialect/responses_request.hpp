#pragma once
// A request of Anthropic's dialect as one of OpenAI's Responses.
// Sources: npm openai 7.57.0, resources/responses (2026-11-13), @anthropic-ai/sdk 1.12.0.

#include <string_view>

#include "base/buffer.hpp"
#include "dialect/quirks.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// The body to send to `model` of an upstream with these `quirks`; it asks the upstream to keep
/// nothing. The conversation stands last, so that one that grew by turns has all earlier bytes in
/// common with what was sent before. Lost are cache marks, citations and signed thinking; a limit
/// below 16 tokens, which the dialect refuses, becomes 16. BadRequest (Source::Client) for what is
/// no request, and for what the upstream cannot take, stop sequences among it: it names the place.
Result<Buffer> responses_body(const Buffer& messages_body, wire::JsonIndex& index,
                              const wire::JsonLimits& limits, std::string_view model,
                              const OpenAiQuirks& quirks);

/// The errors of responses_body() without its work: what the upstream cannot take.
Result<void> check_responses(std::string_view messages_body, wire::JsonIndex& index,
                             const wire::JsonLimits& limits, const OpenAiQuirks& quirks);

}  // namespace rlm::dialect
