#include "route/quality_rule.hpp"

namespace rlm::route {

std::string name_of(ClassKey key) {
  std::string name(name_of(key.turn));
  return name + (key.complexity == Complexity::Simple ? "/simple" : "/complex");
}

bool fits(TurnKind turn, Plan plan) {
  if (plan == Plan::Direct) return true;
  const bool may_call_tools =
      turn == TurnKind::Ask || turn == TurnKind::Continue || turn == TurnKind::Recover;
  if (plan == Plan::DraftTurn) return turn == TurnKind::Ask;
  return (plan == Plan::DraftValidate) == may_call_tools;
}

std::optional<std::string_view> why_not_earned(ClassKey key, const QualityRule& rule, Plan plan) {
  if (key.turn == TurnKind::Recover) return "recover";
  if (plan == Plan::DraftVerify) return std::nullopt;
  const bool calls_tools = plan == Plan::DraftValidate || plan == Plan::DraftTurn;
  if (calls_tools && !rule.can_validate) return "not_available";
  if (rule.of(key) == Trust::Trusted) return std::nullopt;
  return name_of(rule.of(key));
}

}  // namespace rlm::route
