#pragma once
// The router's one question: which plan serves this request?

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/plan.hpp"
#include "domain/request.hpp"
#include "route/eligibility.hpp"
#include "route/features.hpp"
#include "route/paper_rules.hpp"
#include "route/planner.hpp"
#include "route/quality_rule.hpp"
#include "route/turn_driver.hpp"

namespace rlm::route {

struct RoutePolicy {
  enum class Preset : std::uint8_t {
    Paper,       // the paper's rules
    Off,         // plain gateway: every request is direct
    Safe,        // by expected cost; nothing is delivered unseen until it is proven
    Balanced,    // by expected cost; chat and side requests may be delivered unseen
    MaxSavings,  // by expected cost; every class may be delivered unseen
  };
  Preset preset = Preset::Balanced;
  PaperRules paper;
  DraftAbilities draft;
  /// Of the presets that go by expected cost.
  QualityRule quality;
  CostRules cost;
  TurnRules turn;

  bool goes_by_cost() const {
    return preset == Preset::Safe || preset == Preset::Balanced || preset == Preset::MaxSavings;
  }
};
inline constexpr std::array kPresets = {RoutePolicy::Preset::Paper, RoutePolicy::Preset::Off,
                                        RoutePolicy::Preset::Safe, RoutePolicy::Preset::Balanced,
                                        RoutePolicy::Preset::MaxSavings};

/// "paper", "off", "safe", "balanced", "max_savings".
std::string_view name_of(RoutePolicy::Preset preset);
/// The preset with this name; nothing for an unknown one.
std::optional<RoutePolicy::Preset> preset_named(std::string_view name);
/// What a preset trusts at first (cascade.md §9): `balanced` chat and side requests, `max_savings`
/// everything, all others nothing. And what it asks of a class: at most 2 % of its drafts worse
/// than the verify model's answers, `safe` 0.5 %, `max_savings` 10 %. What follows from no preset
/// (`can_validate`, `allowed`) is as `beside` has it.
QualityRule quality_of(RoutePolicy::Preset preset, const QualityRule& beside = {});

/// In this order: preset off → Direct "off"; safety gate → Direct "safety_gate"; `forced` (of
/// x-rlm-plan) → that plan, "forced"; else the paper's rules, or nothing for a preset that goes by
/// cost. A drafted plan, forced or not, that why_not_draft() refuses becomes Direct with that
/// reason. Cannot fail; no I/O.
std::optional<Decision> choose_plan(const RequestFacts& facts, const Features& features,
                                    const RoutePolicy& policy, std::optional<Plan> forced);

}  // namespace rlm::route
