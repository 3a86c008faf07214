#pragma once
// Everything the router looks at, read once from the client's request.

#include <string>

#include "domain/request.hpp"

namespace rlm::route {

/// Turn kinds of cascade.md §1.
enum class TurnKind : std::uint8_t { Side, Compaction, Chat, Ask, Continue, Recover };

struct Features {
  TurnKind turn = TurnKind::Chat;
  std::string session;          // x-claude-code-session-id, else metadata.user_id's session_id, else other clients' headers, else empty
  std::string agent;            // x-claude-code-agent-id
  bool safety_gate = false;     // auto-mode classifier or prompt hook (observed-clients.md §2): never drafted
  std::size_t user_characters = 0;  // Unicode code points of the last user text, wrappers removed
  std::string_view user_text;   // into RequestFacts::last_user_text
};

/// Cannot fail. `request` must outlive the result.
Features features_of(const Request& request);

std::string_view name_of(TurnKind turn);

}  // namespace rlm::route
