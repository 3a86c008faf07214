#pragma once
// What the router decides before any call, and what happened.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rlm {

enum class Plan : std::uint8_t {
  Direct,
  DraftOnly,
  DraftValidate,
  DraftVerify,
  DraftTurn,  // the draft model drives a whole user turn; one verdict at its end
  Shadow,     // as Direct for the client; draft and verdict off its path
};
inline constexpr int kPlanCount = 6;

/// How an exchange ended. Paper: SKIPPED, ACCEPTED, ENHANCED (arXiv 2606.22840, verdicts).
enum class Verdict : std::uint8_t {
  Direct,     // the verify model answered; no draft was tried
  Skipped,    // the draft was delivered without a verdict call
  Validated,  // the draft's tool calls were proven by code and delivered
  Accepted,   // the verify model said USE_DRAFT
  Repaired,   // the verify model's edits were applied to the draft
  Enhanced,   // the verify model rewrote the answer
  Fallback,   // the drafted path failed or was refused; the verify model served the client
  Failed,     // the client got an error, or left before it had an answer
};
inline constexpr int kVerdictCount = 8;

/// A plan with the reason for it, e.g. {DraftOnly, "simple"} or {Direct, "tools"}.
struct Decision {
  Plan plan = Plan::Direct;
  std::string reason;
  friend bool operator==(const Decision&, const Decision&) = default;
};

/// "direct", "draft_only", "draft_validate", "draft_verify", "draft_turn", "shadow".
std::string_view name_of(Plan plan);
/// "DIRECT", "SKIPPED", …
std::string_view name_of(Verdict verdict);
/// The plan with this name; nothing for an unknown one.
std::optional<Plan> plan_named(std::string_view name);

}  // namespace rlm
