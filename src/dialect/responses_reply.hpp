#pragma once
// Writes an answer of Anthropic's dialect as a response of the Responses API.
// Sources: npm openai 7.57.0 (2026-11-13), resources/responses; Codex 0.162.1 (2026-10) for what it
// consumes.

#include <cstdint>
#include <memory>

#include "dialect/answer_translator.hpp"
#include "dialect/ask.hpp"

namespace rlm::dialect {

/// Takes Anthropic's event stream when `streamed`, and writes events whose sequence numbers begin
/// at 0, the last of them response.completed or .incomplete, or .failed and then error, as some
/// clients heed only the one; else takes a whole message and writes one response. Each block
/// becomes an item: a text a message, thinking a reasoning with its summary and, if the client
/// asked for it, the sealed block as encrypted_content, a tool's call a function_call or
/// custom_tool_call. A refusal ends in a message with a refusal: what an incomplete response would
/// make agents do again is paid each time. A ping becomes a comment; Codex does not count those as
/// life, so each eighth in a row also repeats response.in_progress. `ask` must outlive this;
/// `created_unix_s` is told to the client. The last event repeats all items, so these are held.
std::unique_ptr<AnswerTranslator> responses_reply(const Ask& ask, std::int64_t created_unix_s,
                                                  bool streamed);

}  // namespace rlm::dialect
