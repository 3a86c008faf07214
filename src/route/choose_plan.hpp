#pragma once
// The router's one question: which plan serves this request?

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/plan.hpp"
#include "domain/request.hpp"
#include "route/eligibility.hpp"
#include "route/features.hpp"
#include "route/paper_rules.hpp"

namespace rlm::route {

struct RoutePolicy {
  enum class Preset : std::uint8_t {
    Paper,  // the paper's rules
    Off,    // plain gateway: every request is direct
  };
  Preset preset = Preset::Paper;
  PaperRules paper;
  DraftAbilities draft;
};

/// "paper", "off".
std::string_view name_of(RoutePolicy::Preset preset);
/// The preset with this name; nothing for an unknown one.
std::optional<RoutePolicy::Preset> preset_named(std::string_view name);

/// In this order: preset off → Direct "off"; safety gate → Direct "safety_gate"; `forced` (of
/// x-rlm-plan) → that plan, "forced"; else the preset's rules. A drafted plan, forced or not, that
/// why_not_draft() refuses becomes Direct with that reason. Cannot fail; no I/O.
Decision choose_plan(const RequestFacts& facts, const Features& features, const RoutePolicy& policy,
                     std::optional<Plan> forced);

}  // namespace rlm::route
