#pragma once
// One block or tool of a client's history as an endpoint of another vendor takes it.

#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// Longest tool id that every dialect takes (OpenAI's limit, openai-mapping.md §3).
inline constexpr std::size_t kToolIdMax = 40;

/// `^[a-zA-Z0-9_-]+$`, and no longer than that.
bool is_tool_id(std::string_view id, std::size_t bytes_max);

/// `id` itself when all dialects take it: is_tool_id() of at most kToolIdMax bytes. Else an id
/// made of its hash. A function of the id alone: a call and its result stay a pair, and the prefix
/// keeps its bytes from turn to turn.
std::string draft_tool_id(std::string_view id);

/// Appends a content block or system entry with the members that every endpoint of this dialect
/// knows, `type` first, values byte for byte; tool ids go through draft_tool_id(). Left out are
/// cache marks, citations, `caller` and whatever is new. A block of a type not known here keeps all
/// but its cache marks.
void append_draft_block(Buffer& out, JsonValue block);

/// Appends a tool's name, description and input_schema. A tool that its provider runs keeps all but
/// its cache mark.
void append_draft_tool(Buffer& out, JsonValue tool);

/// False for blocks that no other model may see, or that say nothing: thinking of any kind, and
/// empty texts.
bool is_for_draft(JsonValue block);

}  // namespace rlm::wire
