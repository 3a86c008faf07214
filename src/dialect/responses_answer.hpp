#pragma once
// An answer of OpenAI's Responses as Anthropic's, while it arrives or at its end.
// Source: npm openai 7.57.0, resources/responses (2026-11-13); Codex' reader of its events
// (2026-11).

#include <memory>
#include <string>

#include "dialect/answer_translator.hpp"
#include "dialect/message_names.hpp"

namespace rlm::dialect {

/// Each text part and each function call
/// is a block, in the order of the output. Reasoning is left out: in Anthropic's dialect it must be
/// signed. Where deltas are missing, what an item holds when it is done counts, or at last what the
/// whole response holds. An answer without usage gets an estimate of its output.
std::unique_ptr<AnswerTranslator> responses_answer(bool streamed, MessageNames names);

}  // namespace rlm::dialect
