#include "config/read_cost_policy.hpp"

namespace rlm::config {
namespace {

using route::Trust;
using route::TurnKind;

// After a failed tool call the verify model answers, whatever the class has earned.
constexpr std::array kTrustedByHand = {TurnKind::Side, TurnKind::Compaction, TurnKind::Chat,
                                       TurnKind::Ask, TurnKind::Continue};

std::optional<Trust> read_trust(TableReader& in, std::string_view key) {
  const auto choice = in.read_choice(key, {"probation", "trusted", "demoted"});
  if (!choice) return std::nullopt;
  return static_cast<Trust>(*choice);
}

void read_rules(TableReader& in, quality::TrustRules& rules) {
  in.read("bad_rate_max", rules.bad_rate_max, 0.0001, 0.5);
  double confidence = 1 - rules.risk;
  in.read("confidence", confidence, 0.5, 0.9999);
  rules.risk = 1 - confidence;
  in.read("audit_share", rules.audit_share, 0, 1);
  in.read("suspicious_share", rules.suspicious_share, 0, 1);
}

bool is_named(TableReader& cascade, Risk risk) {
  const auto* tools = cascade.table("tools");
  if (tools == nullptr) return false;
  const auto* allowed = tools->get_as<toml::array>("allow");
  if (allowed == nullptr) return false;
  for (const auto& name : *allowed)
    if (name.value_or(std::string_view()) == name_of(risk)) return true;
  return false;
}

}  // namespace

void read_cost_policy(TableReader& in, exchange::Cascade& cascade, Mistakes& mistakes) {
  route::RoutePolicy& policy = cascade.policy;
  policy.quality = route::quality_of(policy.preset, policy.quality);
  for (const Risk risk : {Risk::Read, Risk::Write, Risk::Execute})
    policy.quality.allowed[static_cast<std::size_t>(risk)] = cascade.tools.allows(risk);
  std::int64_t p95 = policy.cost.p95_max.count();
  in.read("latency_p95_ms", p95, 0, 3'600'000);
  policy.cost.p95_max = Milliseconds(p95);
  in.read("race_share", policy.cost.race_share, 0, 1);
  if (policy.cost.race_share > 0 && (p95 == 0 || !policy.goes_by_cost()))
    in.mistake("race_share",
               "has no meaning without latency_p95_ms and a policy that goes by expected cost: "
               "only a draft that is too slow alone races");
  if (const auto* table = in.table("trust")) {
    TableReader trust(*table, in.path_of("trust"), mistakes);
    if (!policy.goes_by_cost())
      in.mistake("trust", "has no meaning under policy \"" +
                              std::string(route::name_of(policy.preset)) +
                              "\"; expected \"safe\", \"balanced\" or \"max_savings\"");
    read_rules(trust, policy.quality.rules);
    trust.read("usd_per_day", cascade.audits.usd_per_day);
    for (const auto turn : kTrustedByHand) {
      const auto read = read_trust(trust, route::name_of(turn));
      if (!read) continue;
      for (const auto risk : {Risk::None, Risk::Read}) policy.quality.set(turn, risk, *read);
      for (const auto risk : {Risk::Write, Risk::Execute})
        if (*read != Trust::Trusted || is_named(in, risk)) policy.quality.set(turn, risk, *read);
    }
    trust.finish();
  }
  policy.cost.audit_share = policy.quality.rules.audit_share;
}

}  // namespace rlm::config
