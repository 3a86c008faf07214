#pragma once
// The input of a Responses request, item by item.

#include "base/result.hpp"
#include "dialect/ask_conversation.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// How the Responses API tells that a call and its output do not meet.
inline constexpr CallWords kItemWords = {
    "input: No tool output found for function call ",
    "input: No tool call found for function call output with call_id "};

/// Feeds `conversation` with `input`, a text or a list of items. BadRequest (Source::Client).
Result<void> read_items(AskConversation& conversation, wire::JsonValue input);

}  // namespace rlm::dialect
