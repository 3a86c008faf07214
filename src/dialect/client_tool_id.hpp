#pragma once
// Ids of tool calls: what OpenAI's clients may call them, and what Anthropic's API takes.

#include <string>
#include <string_view>

namespace rlm::dialect {

/// The id of a client's call for Anthropic's API, which wants `^[A-Za-z0-9_-]+$`. One that fits is
/// unchanged; any other becomes a tag and its base64url, so that no two become one and nothing
/// needs to be remembered.
std::string messages_tool_id(std::string_view client_id);

/// The inverse: client_tool_id(messages_tool_id(x)) == x for each x that is not empty.
std::string client_tool_id(std::string_view messages_id);

}  // namespace rlm::dialect
