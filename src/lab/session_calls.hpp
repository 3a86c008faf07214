#pragma once
// The shape of agents' sessions: when each model call ran and how many tokens it had of each class.
// No texts.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace rlm::lab {

enum class SessionSource : std::uint8_t { ClaudeCode, Codex, OpenCode };
/// What stands last in the prompt of a call.
enum class LastMessage : std::uint8_t { None, UserText, ToolResult, Mixed };

struct SessionCall {
  double start_s = 0;  // since the session began
  double end_s = 0;
  Tokens input = 0;  // neither read from a cache nor written to one
  Tokens cache_write_5m = 0;
  Tokens cache_write_1h = 0;
  Tokens cache_read = 0;
  Tokens output = 0;
  Tokens user_chars = 0;    // length of the last user text
  bool tool_error = false;  // a tool that this call asked for failed
  LastMessage last = LastMessage::None;

  // Worked out by find_shared_prefixes():
  Tokens shared = 0;          // of the prompt, what the previous call's prompt began with too
  bool within_ttl = false;    // the previous call was no longer ago than the logged TTL
  bool prefix_broke = false;  // less is shared than the previous prompt allows, and not by expiry

  Tokens prompt() const { return input + cache_read + cache_write_5m + cache_write_1h; }
};

/// One conversation with one model: a session's main loop or one of its sub-agents.
struct SessionThread {
  SessionSource source = SessionSource::ClaudeCode;
  bool side = false;               // a sub-agent's
  std::vector<SessionCall> calls;  // in order of their ends

  Tokens first_read() const { return calls.empty() ? 0 : calls.front().cache_read; }
};

/// Sorts the calls by their ends and fills in what depends on the call before.
void find_shared_prefixes(SessionThread& thread);

/// "claude_code", "codex", "opencode".
std::string_view name_of(SessionSource source);

}  // namespace rlm::lab
