#include "exchange/shadow.hpp"

#include <cmath>

#include "exchange/audit_work.hpp"
#include "exchange/shadow_work.hpp"
#include "quality/audit_sampler.hpp"

namespace rlm::exchange {

namespace {

// "balanced:draft_only,cheapest": what the cascade's own rules would have done, and why.
std::string reason_of(const route::RoutePolicy& policy, const Decision& would) {
  return std::string(route::name_of(policy.preset)) + ':' + std::string(name_of(would.plan)) + ',' +
         would.reason;
}

bool is_chosen(const ExchangeContext& x, double share) {
  return quality::AuditSampler(x.cascade->shadow.seed).draw(x.record.id, share).chosen;
}

void try_beside(ExchangeContext& x, Plan plan, std::string reason, double share, DayBudget& purse) {
  x.shadow.reset(new Shadow{plan, std::move(reason), std::llround(share * 1'000'000), &purse,
                            AnswerTap(x.sink, x.cascade->shadow.answer_bytes_max)});
}

}  // namespace

std::optional<Plan> plan_to_try(const Decision& would, const RequestFacts& facts,
                                const route::Features& features, const route::RoutePolicy& policy) {
  Plan plan = would.plan;
  // Drafted calls are held against the calls of the answer, which is there.
  if (route::fits(features.turn, Plan::DraftValidate))
    plan = Plan::DraftValidate;
  else if (plan == Plan::Direct)
    plan = Plan::DraftVerify;
  if (would.reason == "no_price") return std::nullopt;
  if (route::why_not_draft(facts, features, policy.draft, plan)) return std::nullopt;
  return plan;
}

void draw_shadow(ExchangeContext& x, const route::Features& features, Decision& decision,
                 bool forced) {
  const route::RoutePolicy& policy = x.cascade->policy;
  if (features.safety_gate || policy.preset == route::RoutePolicy::Preset::Off) return;
  const Decision would = std::exchange(decision, {Plan::Shadow, forced ? "forced" : "shadow"});
  const auto plan = plan_to_try(would, x.request.facts, features, policy);
  if (!plan) {
    decision.reason += ',' + would.reason;
    return;
  }
  const ShadowPolicy& shadow = x.cascade->shadow;
  if (!x.services.shadow_budget->has_left(x.cascade->name, shadow.usd_per_day, x.record.started)) {
    decision.reason += ",shadow_budget";
    return;
  }
  const double share = forced ? 1 : shadow.share;
  if (!is_chosen(x, share)) return;
  if (const std::string_view lack = x.draft_lacks(); !lack.empty())
    decision.reason.append(",").append(lack);
  else
    try_beside(x, *plan, reason_of(policy, would), share, *x.services.shadow_budget);
}

void draw_probe(ExchangeContext& x, const route::Features& features, const route::Routed& routed) {
  const route::RoutePolicy& policy = x.cascade->policy;
  if (!routed.weighed || routed.forced || routed.decision.plan != Plan::Direct) return;
  if (x.services.trust == nullptr) return;
  const std::string& reason = routed.decision.reason;
  if (reason != "probation" && reason != "demoted") return;
  const double share = policy.quality.rules.audit_share;
  if (!is_chosen(x, share)) return;
  // A turn's later calls are seldom cheaper by themselves, but the turn may be.
  const bool part_of_a_turn = route::fits(features.turn, Plan::DraftValidate);
  if (!part_of_a_turn && !route::waits_for_trust(routed.choice)) return;
  const auto plan = plan_to_try(routed.decision, x.request.facts, features, policy);
  if (plan && x.draft_lacks().empty() && may_audit(x))
    try_beside(x, *plan, reason_of(policy, routed.decision), share, *x.services.audit_budget);
}

void begin_shadow(ExchangeContext& x) {
  if (x.shadow == nullptr || x.record.verdict != Verdict::Direct || x.record.client_left) return;
  for (const CallRecord& call : x.record.calls)
    if (call.role == CallRole::Direct && call.end == CallEnd::Complete)
      return x.services.aside.add(std::make_unique<ShadowWork>(x, call));
}

}  // namespace rlm::exchange
