#pragma once
// Writes an answer of Anthropic's dialect as Chat Completions.
// Sources: npm openai 7.57.0 (2026-11-13), resources/chat/completions; @ai-sdk/openai-compatible
// 2.0.92 for reasoning_content.

#include <cstdint>
#include <memory>

#include "dialect/answer_translator.hpp"
#include "dialect/ask.hpp"

namespace rlm::dialect {

/// Takes Anthropic's event stream when `streamed`, and writes chunks, the last of them `[DONE]`;
/// else takes a whole message and writes one completion. Texts become `content`, thinking
/// `reasoning_content`, tool calls `tool_calls` whose ids are the model's. An error event becomes
/// `data: {"error":…}`, behind which nothing comes; a ping becomes a comment. `ask` must outlive
/// this; `created_unix_s` is told to the client. A stream holds no text but a custom tool's input.
std::unique_ptr<AnswerTranslator> chat_reply(const Ask& ask, std::int64_t created_unix_s,
                                             bool streamed);

}  // namespace rlm::dialect
