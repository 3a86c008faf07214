#include "route/quality_rule.hpp"

namespace rlm::route {

std::string name_of(ClassKey key) {
  std::string name(name_of(key.turn));
  return name + (key.complexity == Complexity::Simple ? "/simple" : "/complex");
}

std::string_view name_of(Trust trust) {
  switch (trust) {
    case Trust::Probation:
      return "probation";
    case Trust::Trusted:
      return "trusted";
    case Trust::Demoted:
      return "demoted";
  }
  return "probation";
}

std::optional<std::string_view> why_not_earned(ClassKey key, const QualityRule& rule, Plan plan) {
  if (plan == Plan::Direct) return std::nullopt;
  if (key.turn == TurnKind::Recover) return "recover";
  const bool may_call_tools = key.turn == TurnKind::Ask || key.turn == TurnKind::Continue;
  if (plan == Plan::DraftValidate) {
    if (!may_call_tools) return "no_tools";
    if (!rule.can_validate) return "not_available";
    if (!rule.tools.any()) return "probation";
  } else if (may_call_tools) {
    return "tools";
  }
  if (plan == Plan::DraftVerify || rule.of(key) == Trust::Trusted) return std::nullopt;
  return name_of(rule.of(key));
}

}  // namespace rlm::route
