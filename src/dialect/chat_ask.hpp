#pragma once
// Reads a Chat Completions request of a client as a Messages request.
// Sources: npm openai 7.57.0 (2026-11-13), resources/chat/completions; Anthropic's OpenAI
// compatibility page (platform.claude.com, api/openai-sdk, 2026-08-22).

#include "base/result.hpp"
#include "dialect/ask.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// The Messages request keeps Anthropic's strict rules (turns alternate, results first, all calls
/// answered) and is prefix-stable: a conversation that grew has all bytes before the closing
/// brackets in common with what it was. Texts, schemas and arguments are copied byte for byte.
/// System messages before the conversation become `system`; a later one stays at its place, as the
/// user's text in <system> tags, so that it invalidates no cache. Arguments that are no JSON object
/// become `{"_raw":"…"}`. Fields without an equal (seed, logprobs, penalties …) are passed over.
/// `index` is scratch. BadRequest (Source::Client), naming field, found and expected, for wrong
/// types, `n` above 1, a call without its result or the reverse, sound, and files by id; TooLarge
/// beyond `limits`.
Result<Ask> read_chat_ask(const Buffer& body, wire::JsonIndex& index,
                          const wire::JsonLimits& limits, const AskDefaults& defaults);

}  // namespace rlm::dialect
