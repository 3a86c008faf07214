#pragma once
// What "deliver proven draft calls, ask the verify model for the rest" would have given on recorded
// pairs.

#include <array>
#include <optional>
#include <vector>

#include "draft/tool_risk.hpp"
#include "lab/pairs.hpp"
#include "money/price_table.hpp"

namespace rlm::lab {

/// From plain proof to the checks meant for weak draft models.
enum class ToolPolicy { AllVerify, AllDraft, Proven, ProvenAndCounted };
inline constexpr std::array kToolPolicies = {ToolPolicy::AllVerify, ToolPolicy::AllDraft,
                                             ToolPolicy::Proven, ToolPolicy::ProvenAndCounted};
std::string_view name_of(ToolPolicy policy);

/// Sums over pairs. Money in dollars; absent where a price or a token count is not known.
struct PolicyPoint {
  std::size_t pairs = 0;
  std::size_t accepted = 0;
  double correct = 0;
  std::optional<double> dollars = 0;
};

/// `draft`/`verify` may be null: no price is known. Pairs without recorded tokens are left out of
/// the money, for every policy alike.
PolicyPoint policy_point(const std::vector<Pair>& pairs, ToolPolicy policy,
                         const money::Price* draft, const money::Price* verify);

}  // namespace rlm::lab
