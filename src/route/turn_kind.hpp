#pragma once
// What a request is in an agent's session: told by exact hints first, then by the measured
// signatures of observed clients, then by who spoke last. Never by the system prompt.

#include <cstdint>
#include <string_view>

#include "domain/request.hpp"

namespace rlm::route {

/// Turn kinds of cascade.md §1.
enum class TurnKind : std::uint8_t { Side, Compaction, Chat, Ask, Continue, Recover };

/// "side", "compaction", "chat", "ask", "continue", "recover".
std::string_view name_of(TurnKind turn);

/// Whether the answer decides if a tool may run: an auto-mode classifier or a prompt hook. A hint
/// of the client cannot make it false.
bool is_safety_gate(const Request& request);

/// The kind of a request that is no safety gate (those are Side).
TurnKind turn_of(const Request& request);

}  // namespace rlm::route
