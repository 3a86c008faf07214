#pragma once
// Which conversation and which agent a request belongs to.

#include <string>

#include "domain/request.hpp"

namespace rlm::route {

/// The first of: header x-claude-code-session-id; the session in metadata.user_id (a JSON string
/// with session_id, or user_<hash>_account_<uuid>_session_<uuid>); headers x-session-id,
/// session-id, thread-id; "fp_" and 16 hex digits of a hash over tools, system and the first
/// message, which stay while a conversation grows. Empty when there is nothing of all these. An id
/// is 1 to 128 visible ASCII characters; anything else is passed over.
std::string session_of(const Request& request);

/// x-claude-code-agent-id (set on sub-agents only), under the same rule.
std::string agent_of(const Request& request);

}  // namespace rlm::route
