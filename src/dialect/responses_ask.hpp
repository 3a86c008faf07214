#pragma once
// Reads a Responses request of a client, Codex above all, as a Messages request.
// Sources: npm openai 7.57.0 (2026-11-13), resources/responses; Codex 0.162.1 (2026-10).

#include "base/result.hpp"
#include "dialect/ask.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// As read_chat_ask, which see for the form of the Messages request. `instructions` and the system
/// messages before the conversation become `system`. Reasoning that a reply of ours sealed comes
/// back as thinking, any other is dropped. Custom tools become tools with a text as `input`, tools
/// of a namespace get its name in front. Tools that OpenAI runs are left out, but for web search
/// where the defaults have one; so are items of kinds that are unknown. `store` is accepted and
/// nothing is stored. BadRequest (Source::Client) for what needs stored state
/// (previous_response_id, conversation, prompt, background, item_reference, compaction), wrong
/// types, and a call without its result or the reverse; TooLarge beyond `limits`.
Result<Ask> read_responses_ask(const Buffer& body, wire::JsonIndex& index,
                               const wire::JsonLimits& limits, const AskDefaults& defaults);

}  // namespace rlm::dialect
