#pragma once
// Refuses a draft that is plainly not an answer; no model call (cascade.md §6).

#include <optional>
#include <string_view>

#include "domain/answer.hpp"
#include "domain/request.hpp"

namespace rlm::draft {

/// The name of the cause for refusing the draft: "empty", "incomplete" (no message_stop or stop_reason), "cut_off" (max_tokens reached), "refusal",
/// "repetition" (degenerate), "open_code_fence", "unexpected_tool_call", "unknown_block"; nothing when it may be used.
std::optional<std::string_view> why_refuse(const Answer& draft, const RequestFacts& facts);

}  // namespace rlm::draft
