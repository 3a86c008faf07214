#pragma once
// Everything the router looks at, read once from the client's request.

#include <string>
#include <string_view>

#include "domain/request.hpp"
#include "route/turn_kind.hpp"

namespace rlm::route {

struct Features {
  TurnKind turn = TurnKind::Chat;
  std::string session;              // see session_of(); empty when unknown
  std::string agent;                // x-claude-code-agent-id
  bool safety_gate = false;         // auto-mode classifier or prompt hook: never drafted
  std::size_t user_characters = 0;  // Unicode code points of user_text
  std::string_view user_text;       // into RequestFacts::last_user_text, outer blanks trimmed
};

/// The session with its agent: sub-agents have turns and caches of their own. Empty when unknown.
std::string session_name(const Features& features);

/// Cannot fail. `request` must outlive the result.
Features features_of(const Request& request);

}  // namespace rlm::route
