#pragma once
// The tools of a Chat Completions request.

#include "sim/chat_request.hpp"
#include "sim/chat_rules.hpp"
#include "sim/json_checks.hpp"

namespace rlm::sim {

/// Reads and checks `tools`, `tool_choice` and `parallel_tool_calls`.
Checked read_chat_tools(wire::JsonValue body, const ChatRules& rules, SimRequest& request);

}  // namespace rlm::sim
