#include "draft/draft_guard.hpp"

#include <algorithm>

#include "draft/draft_signs.hpp"

namespace rlm::draft {
namespace {

bool has_block(const Answer& draft, ContentBlock::Kind kind) {
  return std::any_of(draft.content.begin(), draft.content.end(),
                     [kind](const ContentBlock& block) { return block.kind == kind; });
}

// Reasons that end an answer. Any other (pause_turn, a vendor's own) leaves it unfinished for
// clients.
bool ends_an_answer(std::string_view stop_reason) {
  for (const std::string_view known : {"end_turn", "stop_sequence", "max_tokens", "tool_use",
                                       "refusal", "model_context_window_exceeded"})
    if (stop_reason == known) return true;
  return false;
}

// A stop at the limit that the client set is what the client asked for; the verify model would have
// stopped there too.
bool is_cut_off(const Answer& draft, const RequestFacts& facts) {
  if (draft.stop_reason == "model_context_window_exceeded") return true;
  if (draft.stop_reason != "max_tokens") return false;
  return facts.max_tokens < 0 || draft.usage.output < facts.max_tokens;
}

std::optional<std::string_view> why_refuse_shape(const Answer& draft, const RequestFacts& facts) {
  if (!draft.complete || !ends_an_answer(draft.stop_reason)) return "incomplete";
  if (draft.stop_reason == "refusal") return "refusal";
  if (has_block(draft, ContentBlock::Kind::Other)) return "unknown_block";
  // A stop for tools without a tool call means that the call was lost on the way.
  if (has_block(draft, ContentBlock::Kind::ToolUse) || draft.stop_reason == "tool_use")
    return facts.tool_count == 0 ? "unexpected_tool_call" : "unproven_tool_call";
  if (is_cut_off(draft, facts)) return "cut_off";
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> why_refuse(const Answer& draft, const RequestFacts& facts) {
  if (const auto why = why_refuse_shape(draft, facts)) return why;
  const std::string text = draft.text();
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return "empty";
  if (is_refusal(text)) return "refusal";
  if (is_degenerate(text)) return "repetition";
  // Only an answer that ended by itself owes the closing fence: a client may stop at "```".
  if (draft.stop_reason == "end_turn" && has_open_fence(text)) return "open_code_fence";
  if (is_in_wrong_script(facts.last_user_text, text)) return "language_script";
  return std::nullopt;
}

}  // namespace rlm::draft
