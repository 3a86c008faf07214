#pragma once
// What one session did so far, for the planner's guess at what it will do.

#include <array>

#include "domain/exchange_record.hpp"
#include "route/planner.hpp"
#include "route/prefix_watch.hpp"
#include "route/turn_kind.hpp"

namespace rlm::route {

/// Further calls of a session that will share this one's prefix. A user's turn is 5 calls in the
/// middle and 11 on average (cascade.md §7b); side requests and a compaction stand alone.
double calls_to_come(TurnKind turn);

/// One session's calls, small and copied nowhere.
struct SessionStats {
  int calls = 0;
  int drafted = 0;
  int verified = 0;
  UnixMs last;
  double gap_ms = 30'000;  // the mean pause between two calls
  double growth = 1'500;   // mean tokens that a prompt with tools has more than the one before
  Tokens prompt = 0;       // of that one; 0: none yet
  // Of its prompts without and with tools: clients mix small questions into an agent's session.
  std::array<PrefixWatch, 2> prefixes;
  std::string drafted_calls;  // the exchange whose drafted tool calls the client has now

  /// `with_tools`: the request offered some. Clients mix small questions without any into an
  /// agent's conversation, which say nothing of how it grows.
  void add(const ExchangeRecord& record, bool with_tools);
  /// `to_come` is the caller's to set.
  void tell(SessionForecast& forecast) const;

 private:
  void grow_to(Tokens tokens);
};

}  // namespace rlm::route
