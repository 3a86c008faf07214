#pragma once
// A request of Anthropic's dialect as one of OpenAI's Chat Completions.
// Sources: npm openai 7.57.0, resources/chat/completions (2026-11-13), @anthropic-ai/sdk 1.12.0.

#include <string_view>

#include "base/buffer.hpp"
#include "dialect/quirks.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// The body to send to `model` of an upstream with these `quirks`. The conversation stands last, so
/// that one that grew by turns has all earlier bytes in common with what was sent before. Lost are
/// cache marks, citations, signed thinking, and the order of text behind a turn's first tool call.
/// BadRequest (Source::Client) for what is no request, and for what the upstream cannot take: it
/// names the place.
Result<Buffer> chat_body(const Buffer& messages_body, wire::JsonIndex& index,
                         const wire::JsonLimits& limits, std::string_view model,
                         const OpenAiQuirks& quirks);

/// The errors of chat_body() without its work: what the upstream cannot take.
Result<void> check_chat(std::string_view messages_body, wire::JsonIndex& index,
                        const wire::JsonLimits& limits, const OpenAiQuirks& quirks);

}  // namespace rlm::dialect
