#pragma once
// What an answer can do to the user's machine by the tools it calls, from nothing to irreversible.

#include <cstdint>
#include <string_view>

namespace rlm {

/// In rising order. None: calls no tool. Read: looks only. Write: changes files within the working
/// directory. Execute: runs programs, or what was not understood. Destructive: deletes, forces,
/// changes privileges, writes elsewhere; never drafted.
enum class Risk : std::uint8_t { None, Read, Write, Execute, Destructive };
/// Those that a draft can have.
inline constexpr int kDraftedRiskCount = 4;

/// "none", "read", "write", "execute", "destructive".
constexpr std::string_view name_of(Risk risk) {
  constexpr std::string_view kNames[] = {"none", "read", "write", "execute", "destructive"};
  return kNames[static_cast<std::size_t>(risk)];
}

}  // namespace rlm
