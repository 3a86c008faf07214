#include "route/choose_plan.hpp"

#include <string>

namespace rlm::route {

std::string_view name_of(RoutePolicy::Preset preset) {
  switch (preset) {
    case RoutePolicy::Preset::Paper:
      return "paper";
    case RoutePolicy::Preset::Off:
      return "off";
  }
  return "paper";
}

std::optional<RoutePolicy::Preset> preset_named(std::string_view name) {
  for (const auto preset : {RoutePolicy::Preset::Paper, RoutePolicy::Preset::Off})
    if (name == name_of(preset)) return preset;
  return std::nullopt;
}

Decision choose_plan(const RequestFacts& facts, const Features& features, const RoutePolicy& policy,
                     std::optional<Plan> forced) {
  if (policy.preset == RoutePolicy::Preset::Off) return {Plan::Direct, "off"};
  if (features.safety_gate) return {Plan::Direct, "safety_gate"};

  Decision decision =
      forced ? Decision{*forced, "forced"} : decide_by_paper(facts, features, policy.paper);
  if (decision.plan == Plan::Direct) return decision;
  if (const auto why = why_not_draft(facts, features, policy.draft, decision.plan))
    return {Plan::Direct, std::string(*why)};
  return decision;
}

}  // namespace rlm::route
