#pragma once
// An answer of OpenAI's Chat Completions as Anthropic's, while it arrives or at its end.
// Sources: npm openai 7.57.0, resources/chat/completions (2026-11-13); DeepSeek, OpenRouter,
// Ollama, vLLM and llama.cpp for what they do otherwise (2026-11).

#include <memory>
#include <string>

#include "dialect/answer_translator.hpp"
#include "dialect/message_names.hpp"

namespace rlm::dialect {

/// Only the first choice counts.
/// Reasoning is left out: in Anthropic's dialect it must be signed. Text stands before tool calls
/// in a whole answer; a stream keeps the order in which they came. `finish_reason: stop` with tool
/// calls is tool_use. An answer without usage gets an estimate of its output.
std::unique_ptr<AnswerTranslator> chat_answer(bool streamed, MessageNames names);

}  // namespace rlm::dialect
