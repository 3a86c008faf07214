#include "config/read_cost_policy.hpp"

namespace rlm::config {
namespace {

std::optional<route::Trust> read_trust(TableReader& in, std::string_view key) {
  const auto choice = in.read_choice(key, {"probation", "trusted", "demoted"});
  if (!choice) return std::nullopt;
  return static_cast<route::Trust>(*choice);
}

}  // namespace

void read_cost_policy(TableReader& in, route::RoutePolicy& policy, Mistakes& mistakes) {
  const bool can_validate = policy.quality.can_validate;
  policy.quality = route::quality_of(policy.preset);
  policy.quality.can_validate = can_validate;
  std::int64_t p95 = policy.cost.p95_max.count();
  in.read("latency_p95_ms", p95, 0, 3'600'000);
  policy.cost.p95_max = Milliseconds(p95);
  const auto* table = in.table("trust");
  if (table == nullptr) return;
  TableReader trust(*table, in.path_of("trust"), mistakes);
  if (!policy.goes_by_cost())
    in.mistake("trust", "has no meaning under policy \"" +
                            std::string(route::name_of(policy.preset)) +
                            "\"; expected \"safe\", \"balanced\" or \"max_savings\"");
  // After a failed tool call the verify model answers, whatever the class has earned.
  for (const auto turn : {route::TurnKind::Side, route::TurnKind::Compaction, route::TurnKind::Chat,
                          route::TurnKind::Ask, route::TurnKind::Continue})
    if (const auto read = read_trust(trust, route::name_of(turn))) policy.quality.set(turn, *read);
  trust.finish();
}

}  // namespace rlm::config
