#include "domain/plan.hpp"

namespace rlm {

std::string_view name_of(Plan plan) {
  switch (plan) {
    case Plan::Direct:
      return "direct";
    case Plan::DraftOnly:
      return "draft_only";
    case Plan::DraftValidate:
      return "draft_validate";
    case Plan::DraftVerify:
      return "draft_verify";
    case Plan::DraftTurn:
      return "draft_turn";
    case Plan::Shadow:
      return "shadow";
  }
  return "direct";
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Direct:
      return "DIRECT";
    case Verdict::Skipped:
      return "SKIPPED";
    case Verdict::Validated:
      return "VALIDATED";
    case Verdict::Accepted:
      return "ACCEPTED";
    case Verdict::Repaired:
      return "REPAIRED";
    case Verdict::Enhanced:
      return "ENHANCED";
    case Verdict::Fallback:
      return "FALLBACK";
    case Verdict::Failed:
      return "FAILED";
  }
  return "FAILED";
}

std::optional<Plan> plan_named(std::string_view name) {
  for (const auto plan : {Plan::Direct, Plan::DraftOnly, Plan::DraftValidate, Plan::DraftVerify,
                          Plan::DraftTurn, Plan::Shadow})
    if (name == name_of(plan)) return plan;
  return std::nullopt;
}

}  // namespace rlm
