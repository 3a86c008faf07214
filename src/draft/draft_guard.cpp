#include "draft/draft_guard.hpp"

#include <algorithm>

#include "draft/draft_signs.hpp"
#include "draft/tool_schema.hpp"
#include "wire/json_cursor.hpp"

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

std::optional<std::string_view> why_refuse_shape(const Answer& draft, const RequestFacts& facts,
                                                 ToolCalls tool_calls) {
  if (!draft.complete || !ends_an_answer(draft.stop_reason)) return "incomplete";
  if (draft.stop_reason == "refusal") return "refusal";
  if (has_block(draft, ContentBlock::Kind::Other)) return "unknown_block";
  // A stop for tools without a tool call means that the call was lost on the way.
  const bool calls = has_block(draft, ContentBlock::Kind::ToolUse);
  if (calls || draft.stop_reason == "tool_use") {
    if (facts.tool_count == 0) return "unexpected_tool_call";
    if (!calls || tool_calls == ToolCalls::Refused) return "unproven_tool_call";
    // A limit, even the client's own, may have cut a call in a place where it still parses.
    if (draft.stop_reason != "tool_use" && draft.stop_reason != "end_turn") return "cut_off";
    return std::nullopt;
  }
  if (is_cut_off(draft, facts)) return "cut_off";
  return std::nullopt;
}

bool is_about_the_schema(std::string_view cause) {
  for (const std::string_view known :
       {"schema:invalid", "schema:too_large", "schema:too_deep", "schema:remote_ref",
        "schema:broken_ref", "schema:cyclic_ref", "schema:unchecked"})
    if (cause.starts_with(known)) return true;
  return false;
}

std::optional<std::string_view> why_refuse_format(const std::string& text,
                                                  const RequestFacts& facts) {
  if (!facts.wants_structured_output) return std::nullopt;
  wire::JsonIndex index;
  const auto json = index.parse(text);
  if (!json) return "structured_output_not_json";
  if (facts.structured_schema.empty()) return std::nullopt;
  const auto why = why_not_valid(text, facts.structured_schema);
  if (!why) return std::nullopt;
  return is_about_the_schema(*why) ? "structured_output_unchecked" : "structured_output_schema";
}

}  // namespace

std::optional<std::string_view> why_refuse(const Answer& draft, const RequestFacts& facts,
                                           ToolCalls tool_calls) {
  if (const auto why = why_refuse_shape(draft, facts, tool_calls)) return why;
  const std::string text = draft.text();
  const bool is_blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
  const bool calls = has_block(draft, ContentBlock::Kind::ToolUse);
  if (is_blank && calls) return std::nullopt;
  if (is_blank) return "empty";
  if (is_refusal(text)) return "refusal";
  if (is_degenerate(text)) return "repetition";
  // Only an answer that ended by itself owes the closing fence: a client may stop at "```".
  if (draft.stop_reason == "end_turn" && has_open_fence(text)) return "open_code_fence";
  if (is_in_wrong_script(facts.last_user_text, text)) return "language_script";
  // Beside a call the text is no answer yet.
  return calls ? std::nullopt : why_refuse_format(text, facts);
}

}  // namespace rlm::draft
