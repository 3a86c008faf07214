#pragma once
// One verdict over a draft's tool calls: proven acceptable, or a named cause (cascade.md §7).

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "domain/answer.hpp"
#include "domain/request.hpp"
#include "draft/session_facts.hpp"
#include "draft/tool_risk.hpp"

namespace rlm::draft {

/// Failed results of one turn from which on the verify model answers.
inline constexpr std::size_t kErrorsMax = 2;

/// The highest risk of the draft's calls when every one is proven; else the first cause, in this
/// order:
/// - "no_tool_call": the draft only talks;
/// - "tool_choice", "parallel": calls that the request does not let the model make;
/// - "unknown_tool", "schema:…" (tool_schema.hpp);
/// - "risk:write", "risk:execute", "risk:destructive": the class is not allowed;
/// - "duplicate_call", "conflict": two calls of the draft are the same, or touch the same thing;
/// - "unseen_path": a file outside the working directory, in a path or a command line, that the
///   session has never named;
/// - "unread_file", "stale_edit", "ambiguous_edit", "empty_edit": an edit whose old text does not
///   stand exactly once in what was last read;
/// - "repeated_call": the same call as one of the last, with nothing changed in between;
/// - "recover": two results of this turn were errors;
/// - "count:words", "count:numbers": fewer calls than the user's words ask for.
/// `user_text` is what the user said last; empty when the turn is going on. No model, no I/O.
tl::expected<Risk, std::string> prove_calls(const Answer& draft, const SessionFacts& session,
                                            const ToolRules& rules, std::string_view user_text);

/// What the user asks for in this very request; nothing in the middle of a turn. Into `facts`.
std::string_view asked_now(const RequestFacts& facts);

/// Gives calls whose id is no id, or was used before in the session or the draft, fresh ones.
/// Returns how many.
int give_fresh_ids(Answer& draft, const SessionFacts& session);

}  // namespace rlm::draft
