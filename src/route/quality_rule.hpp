#pragma once
// Which plans a class of requests has earned (cascade.md §9).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/plan.hpp"
#include "domain/risk.hpp"
#include "quality/trust_book.hpp"
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
  /// The one whose index() it is.
  static ClassKey at(std::size_t index) {
    return {static_cast<TurnKind>(index / 2), static_cast<Complexity>(index % 2)};
  }
};
inline constexpr std::size_t kTurnKindCount = 6;
inline constexpr std::size_t kClassCount = kTurnKindCount * 2;

/// "chat/simple", "continue/complex", …
std::string name_of(ClassKey key);

/// The names under which one cascade's drafts are labelled: a request's class, what the draft does,
/// who drafts (quality::ClassParts).
class ClassNames {
 public:
  ClassNames() = default;
  ClassNames(std::string_view draft, std::string_view cascade);

  /// Risk::Destructive is no class: such drafts are never delivered. Lives as long as this.
  const std::string& of(ClassKey key, Risk risk) const {
    return names_[key.index()][static_cast<std::size_t>(risk)];
  }

  template <class Visit>  // (ClassKey, Risk, const std::string&)
  void each(Visit visit) const {
    for (std::size_t index = 0; index < kClassCount; ++index)
      for (std::size_t risk = 0; risk < kDraftedRiskCount; ++risk)
        visit(ClassKey::at(index), static_cast<Risk>(risk), names_[index][risk]);
  }

 private:
  std::array<std::array<std::string, kDraftedRiskCount>, kClassCount> names_;
};

/// What a cascade presumes of its classes, and what they have to earn.
struct QualityRule {
  /// Before the first label.
  std::array<std::array<Trust, kDraftedRiskCount>, kClassCount> start{};
  quality::TrustRules rules;
  /// Drafted tool calls can be proven by code; without it no drafted call is delivered.
  bool can_validate = false;
  /// What a plan may deliver without a verdict beside text, by its risk; else no trust in it helps.
  std::array<bool, kDraftedRiskCount> allowed = {true, true, true, true};

  Trust of(ClassKey key, Risk risk) const {
    return start[key.index()][static_cast<std::size_t>(risk)];
  }
  void set(TurnKind turn, Risk risk, Trust trust) {
    for (const auto complexity : {Complexity::Simple, Complexity::Complex})
      start[ClassKey{turn, complexity}.index()][static_cast<std::size_t>(risk)] = trust;
  }
  void set(TurnKind turn, Trust trust) {
    for (int risk = 0; risk < kDraftedRiskCount; ++risk) set(turn, static_cast<Risk>(risk), trust);
  }
};

/// What the classes of one cascade have earned by now. Borrows all it is made of.
class Earned {
 public:
  /// `book` null: as the rule presumes.
  Earned(const QualityRule& rule, const ClassNames& names, const quality::TrustBook* book)
      : rule_(rule), names_(names), book_(book) {}

  const QualityRule& rule() const { return rule_; }
  Trust of(ClassKey key, Risk risk) const {
    return book_ == nullptr ? rule_.of(key, risk) : book_->standing_of(names_.of(key, risk)).state;
  }
  /// Of drafts that call tools, whose risk is not known before there is one: the best of what may
  /// be delivered unseen.
  Trust of_calls(ClassKey key) const;

 private:
  const QualityRule& rule_;
  const ClassNames& names_;
  const quality::TrustBook* book_;
};

/// Whether a plan may be chosen for requests of this kind. Where the answer may be a tool call, not
/// one that delivers it unjudged and unproven; where it may not, none that needs one; and one that
/// drives a turn only at the turn's first request.
bool fits(TurnKind turn, Plan plan);

/// The name of the reason why the quality rule forbids `plan`, a drafted one that fits; nothing
/// when it does not.
/// - "recover": after a failed tool call the verify model answers;
/// - "not_available": a draft that may call tools without the code that proves;
/// - "probation", "demoted": an answer that nobody would look at, of a class that has not earned
/// it; of draft_turn, of its first call or of those that follow.
std::optional<std::string_view> why_not_earned(ClassKey key, const Earned& earned, Plan plan);

/// Of what is a draft that calls tools, in a turn that the draft model may be driving: after a
/// failed call as well, a driven turn goes on.
ClassKey class_of_calls(ClassKey key);

}  // namespace rlm::route
