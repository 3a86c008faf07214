#pragma once
// User turns of a thread, and how turn-level speculation treats them.

#include <algorithm>
#include <span>

#include "lab/session_calls.hpp"

namespace rlm::lab {

/// Output tokens of a verdict that confirms.
inline constexpr Tokens kVerdictTokens = 10;
/// Tokens of a turn's digest: its growth and last answer over a frame, up to a cap.
inline constexpr Tokens kDigestFrameTokens = 3'000, kDigestTokensMax = 15'000;

using Turn = std::span<const SessionCall>;

/// Where a user turn begins.
enum class TurnStartRule {
  UserText,         // at a call whose prompt ends with a user's text alone
  UserTextOrMixed,  // also where tool results stand beside it
};

inline bool begins_turn(const SessionCall& call, TurnStartRule rule) {
  return call.last == LastMessage::UserText ||
         (rule == TurnStartRule::UserTextOrMixed && call.last == LastMessage::Mixed);
}

/// Calls `visit(turn)` for each user turn of the thread, in order.
template <class Visit>
void each_turn(const SessionThread& thread, TurnStartRule rule, Visit&& visit) {
  const Turn all(thread.calls);
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    while (end < all.size() && !begins_turn(all[end], rule)) ++end;
    visit(all.subspan(begin, end - begin));
    begin = end;
  }
}

inline Tokens grown_in(Turn turn) {
  return std::max<Tokens>(0, turn.back().prompt() - turn.front().prompt());
}

inline Tokens digest_tokens(Turn turn) {
  return std::min({kDigestTokensMax, turn.back().prompt(),
                   kDigestFrameTokens + grown_in(turn) + turn.back().output});
}

/// Of a turn of `calls` calls, the calls that a rejection repeats are those from here on.
inline std::size_t first_redone(std::size_t calls) {
  return (calls + 1) / 2;
}

}  // namespace rlm::lab
