#include "route/quality_rule.hpp"

namespace rlm::route {
namespace {

constexpr std::array kComplexities = {Complexity::Simple, Complexity::Complex};

std::string_view name_of(Complexity complexity) {
  return complexity == Complexity::Simple ? "simple" : "complex";
}

std::optional<std::string_view> unless_trusted(Trust trust) {
  if (trust == Trust::Trusted) return std::nullopt;
  return name_of(trust);
}

// What a turn does after its first call is not known when it begins.
std::optional<std::string_view> why_not_driven(ClassKey key, const Earned& earned) {
  if (auto why = unless_trusted(earned.of_calls(key))) return why;
  std::optional<std::string_view> why;
  for (const auto complexity : kComplexities) {
    why = unless_trusted(earned.of_calls({TurnKind::Continue, complexity}));
    if (!why) break;
  }
  return why;
}

}  // namespace

std::string name_of(ClassKey key) {
  return std::string(name_of(key.turn)).append("/").append(name_of(key.complexity));
}

ClassNames::ClassNames(std::string_view draft, std::string_view cascade) {
  for (std::size_t index = 0; index < kClassCount; ++index)
    for (std::size_t risk = 0; risk < kDraftedRiskCount; ++risk) {
      const ClassKey key = ClassKey::at(index);
      names_[index][risk] =
          quality::name_of({name_of(key.turn), name_of(key.complexity),
                            rlm::name_of(static_cast<Risk>(risk)), draft, cascade});
    }
}

Trust Earned::of_calls(ClassKey key) const {
  Trust best = Trust::Demoted;
  for (const auto risk : {Risk::Read, Risk::Write, Risk::Execute}) {
    if (!rule_.allowed[static_cast<std::size_t>(risk)]) continue;
    const Trust trust = of(key, risk);
    if (trust == Trust::Trusted) return trust;
    if (trust == Trust::Probation) best = trust;
  }
  return best;
}

bool fits(TurnKind turn, Plan plan) {
  if (plan == Plan::Direct) return true;
  const bool may_call_tools =
      turn == TurnKind::Ask || turn == TurnKind::Continue || turn == TurnKind::Recover;
  if (plan == Plan::DraftTurn) return turn == TurnKind::Ask;
  if (plan == Plan::DraftVerify) return true;
  return (plan == Plan::DraftValidate) == may_call_tools;
}

std::optional<std::string_view> why_not_earned(ClassKey key, const Earned& earned, Plan plan) {
  if (key.turn == TurnKind::Recover) return "recover";
  const bool may_call_tools = fits(key.turn, Plan::DraftValidate);
  if (may_call_tools && !earned.rule().can_validate) return "not_available";
  if (plan == Plan::DraftVerify) return std::nullopt;
  if (plan == Plan::DraftOnly) return unless_trusted(earned.of(key, Risk::None));
  if (plan == Plan::DraftTurn) return why_not_driven(key, earned);
  return unless_trusted(earned.of_calls(key));
}

ClassKey class_of_calls(ClassKey key) {
  if (key.turn == TurnKind::Recover) key.turn = TurnKind::Continue;
  return key;
}

}  // namespace rlm::route
