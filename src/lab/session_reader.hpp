#pragma once
// Session shapes as JSON Lines, one object a model call.

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "lab/session_calls.hpp"

namespace rlm::lab {

/// All threads of the text in order of their first lines, shared prefixes worked out. Of each line
/// it needs: session, thread (texts), agent ("claude-code", "codex", "opencode"), is_side, t_start
/// (a number of seconds; null: unknown, taken as t_end), t_end, input_tokens, cache_write_5m,
/// cache_write_1h, cache_read, output_tokens, last_user_chars (whole numbers from 0),
/// own_tools_error (true, false or null: unknown, taken as false), last_msg. Other fields are
/// passed over. BadRequest (Source::Self) that names the first bad line and its field; nothing is
/// returned of a text that has one.
Result<std::vector<SessionThread>> read_sessions(std::string_view jsonl);

}  // namespace rlm::lab
