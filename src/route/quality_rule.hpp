#pragma once
// Which plans a class of requests has earned (cascade.md §9).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/plan.hpp"
#include "quality/trust.hpp"
#include "route/features.hpp"
#include "route/turn_kind.hpp"

namespace rlm::route {

using quality::name_of;
using quality::Trust;

enum class Complexity : std::uint8_t { Simple, Complex };

/// Requests that are alike: what is known of one is assumed of the other.
struct ClassKey {
  TurnKind turn = TurnKind::Chat;
  Complexity complexity = Complexity::Simple;
  std::size_t index() const {
    return static_cast<std::size_t>(turn) * 2 + static_cast<std::size_t>(complexity);
  }
};
inline constexpr std::size_t kTurnKindCount = 6;
inline constexpr std::size_t kClassCount = kTurnKindCount * 2;

/// "chat/simple", "continue/complex", …
std::string name_of(ClassKey key);

struct QualityRule {
  std::array<Trust, kClassCount> classes{};
  /// Drafted tool calls can be proven by code; without it no drafted call is delivered.
  bool can_validate = false;

  Trust of(ClassKey key) const { return classes[key.index()]; }
  void set(TurnKind turn, Trust trust) {
    for (const auto complexity : {Complexity::Simple, Complexity::Complex})
      classes[ClassKey{turn, complexity}.index()] = trust;
  }
};

/// Whether a plan may be chosen for requests of this kind. Where the answer may be a tool call,
/// only a plan that proves it, and one that drives a turn at the turn's first request; elsewhere
/// only the others.
bool fits(TurnKind turn, Plan plan);

/// The name of the reason why the quality rule forbids `plan`, a drafted one that fits; nothing
/// when it does not.
/// - "recover": after a failed tool call the verify model answers;
/// - "not_available": draft_validate or draft_turn without the code that proves;
/// - "probation", "demoted": an answer that nobody would look at, of a class that has not earned
/// it.
std::optional<std::string_view> why_not_earned(ClassKey key, const QualityRule& rule, Plan plan);

}  // namespace rlm::route
