#include "route/choose_plan.hpp"

#include <string>

namespace rlm::route {

std::string_view name_of(RoutePolicy::Preset preset) {
  switch (preset) {
    case RoutePolicy::Preset::Paper:
      return "paper";
    case RoutePolicy::Preset::Off:
      return "off";
    case RoutePolicy::Preset::Safe:
      return "safe";
    case RoutePolicy::Preset::Balanced:
      return "balanced";
    case RoutePolicy::Preset::MaxSavings:
      return "max_savings";
  }
  return "paper";
}

std::optional<RoutePolicy::Preset> preset_named(std::string_view name) {
  for (const auto preset : kPresets)
    if (name == name_of(preset)) return preset;
  return std::nullopt;
}

QualityRule quality_of(RoutePolicy::Preset preset, const QualityRule& beside) {
  QualityRule rule;
  rule.can_validate = beside.can_validate;
  rule.allowed = beside.allowed;
  if (preset == RoutePolicy::Preset::Balanced) {
    rule.set(TurnKind::Chat, Trust::Trusted);
    rule.set(TurnKind::Side, Trust::Trusted);
  } else if (preset == RoutePolicy::Preset::MaxSavings) {
    for (auto& risks : rule.start) risks.fill(Trust::Trusted);
    rule.rules.bad_rate_max = 0.10;
  } else if (preset == RoutePolicy::Preset::Safe) {
    rule.rules.bad_rate_max = 0.005;
  }
  return rule;
}

std::optional<Decision> choose_plan(const RequestFacts& facts, const Features& features,
                                    const RoutePolicy& policy, std::optional<Plan> forced) {
  if (policy.preset == RoutePolicy::Preset::Off) return Decision{Plan::Direct, "off"};
  if (features.safety_gate) return Decision{Plan::Direct, "safety_gate"};
  if (!forced && policy.goes_by_cost()) return std::nullopt;

  Decision decision =
      forced ? Decision{*forced, "forced"} : decide_by_paper(facts, features, policy.paper);
  if (decision.plan == Plan::Direct) return decision;
  if (const auto why = why_not_draft(facts, features, policy.draft, decision.plan))
    return Decision{Plan::Direct, std::string(*why)};
  return decision;
}

}  // namespace rlm::route
