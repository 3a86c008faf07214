#pragma once
// How far a cascade goes to keep its sessions' prompt caches alive.

#include <cstddef>

namespace rlm::exchange {

struct KeepAlivePolicy {
  bool enabled = false;
  /// Reads between two requests of a session.
  int per_idle_spell_max = 2;
  /// Sessions whose last request is held, and bytes of all of them together; the one unused longest
  /// goes first.
  std::size_t sessions_max = 200;
  std::size_t bytes_max = 64u << 20;
};

}  // namespace rlm::exchange
