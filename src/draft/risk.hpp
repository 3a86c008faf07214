#pragma once
// What a tool call can do to the user's machine, from harmless to irreversible.

#include <cstdint>
#include <string_view>

namespace rlm::draft {

/// In rising order. Read: looks only. Write: changes files within the working directory. Execute:
/// runs programs, or what was not understood. Destructive: deletes, forces, changes privileges,
/// writes elsewhere; never drafted.
enum class Risk : std::uint8_t { Read, Write, Execute, Destructive };

/// "read", "write", "execute", "destructive".
constexpr std::string_view name_of(Risk risk) {
  constexpr std::string_view kNames[] = {"read", "write", "execute", "destructive"};
  return kNames[static_cast<std::size_t>(risk)];
}

}  // namespace rlm::draft
