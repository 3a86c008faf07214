#include "route/session_stats.hpp"

#include <algorithm>

namespace rlm::route {

double calls_to_come(TurnKind turn) {
  switch (turn) {
    case TurnKind::Side:
    case TurnKind::Compaction:
      return 0;
    case TurnKind::Chat:
      return 2;
    case TurnKind::Ask:
    case TurnKind::Continue:
    case TurnKind::Recover:
      return 8;
  }
  return 0;
}

void SessionStats::add(const ExchangeRecord& record, bool with_tools) {
  const auto asked = [&](auto... roles) {
    return std::any_of(record.calls.begin(), record.calls.end(),
                       [&](const CallRecord& call) { return ((call.role == roles) || ...); });
  };
  if (calls > 0) {
    constexpr double kMemory = 8;
    constexpr double kGapMaxMs = 3'600'000;
    const auto gap = static_cast<double>(record.started.value - last.value);
    const double weight = std::min(kMemory, calls + 1.0);
    gap_ms += (std::clamp(gap, 1.0, kGapMaxMs) - gap_ms) / weight;
  }
  for (const CallRecord& call : record.calls)
    if (with_tools && call.usage.prompt() > 0 &&
        (call.role == CallRole::Direct || call.role == CallRole::Draft))
      grow_to(call.usage.prompt());
  last = record.started;
  ++calls;
  drafted += asked(CallRole::Draft) ? 1 : 0;
  verified += asked(CallRole::Direct, CallRole::Verify) ? 1 : 0;
}

void SessionStats::grow_to(Tokens tokens) {
  constexpr Tokens kGrowthMax = 50'000;  // more is another conversation
  const Tokens more = tokens - prompt;
  if (prompt > 0 && more > 0 && more < kGrowthMax)
    growth += (static_cast<double>(more) - growth) / std::min(8.0, calls + 1.0);
  prompt = tokens;
}

void SessionStats::tell(SessionForecast& forecast) const {
  forecast.calls = calls;
  forecast.drafted = drafted;
  forecast.verified = verified;
  forecast.gap_ms = gap_ms;
  forecast.growth = growth;
}

}  // namespace rlm::route
