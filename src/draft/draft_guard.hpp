#pragma once
// Refuses a draft that is plainly not an answer; no model call (cascade.md §6).

#include <optional>
#include <string_view>

#include "domain/answer.hpp"
#include "domain/request.hpp"

namespace rlm::draft {

/// ProvenLater: calls of offered tools pass, for prove_calls() to judge.
enum class ToolCalls { Refused, ProvenLater };

/// The name of the cause for refusing the draft; nothing when it may be used.
/// - "incomplete": no message_stop, or no stop_reason that ends an answer;
/// - "unknown_block": a block type that only its maker knows;
/// - "unexpected_tool_call": a tool call although the request offers no tools;
/// - "unproven_tool_call": a tool call to an offered tool where the plan proves none (cascade.md
/// §7), or a stop for a call that is not there;
/// - "refusal", "empty", "repetition", "open_code_fence", "language_script": what the text looks
/// like;
/// - "structured_output_not_json", "structured_output_schema", "structured_output_unchecked": the
///   request wants structured output, and the text does not parse, breaks the schema (any that is
///   no object does), or the schema is one that cannot be checked;
/// - "cut_off": a length limit ended it that is not the client's own.
std::optional<std::string_view> why_refuse(const Answer& draft, const RequestFacts& facts,
                                           ToolCalls tool_calls = ToolCalls::Refused);

}  // namespace rlm::draft
