#include "exchange/shadow.hpp"

#include <xxhash.h>

#include <cmath>

#include "exchange/shadow_work.hpp"

namespace rlm::exchange {

double drawn(std::uint64_t seed, std::string_view exchange_id) {
  const auto hash = XXH3_64bits_withSeed(exchange_id.data(), exchange_id.size(), seed);
  return static_cast<double>(hash >> 11) * 0x1p-53;
}

std::optional<Plan> plan_to_try(const Decision& would, const RequestFacts& facts,
                                const route::Features& features, const route::RoutePolicy& policy) {
  Plan plan = would.plan;
  if (plan == Plan::Direct || plan == Plan::DraftTurn)
    plan =
        route::fits(features.turn, Plan::DraftValidate) ? Plan::DraftValidate : Plan::DraftVerify;
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
  if (drawn(shadow.seed, x.record.id) >= share) return;
  std::string reason = std::string(route::name_of(policy.preset)) + ':' +
                       std::string(name_of(would.plan)) + ',' + would.reason;
  x.shadow.reset(new Shadow{*plan, std::move(reason), std::llround(share * 1'000'000),
                            AnswerTap(x.sink, shadow.answer_bytes_max)});
}

void begin_shadow(ExchangeContext& x) {
  if (x.shadow == nullptr || x.record.verdict != Verdict::Direct || x.record.client_left) return;
  for (const CallRecord& call : x.record.calls)
    if (call.role == CallRole::Direct && call.end == CallEnd::Complete)
      return x.services.aside.add(std::make_unique<ShadowWork>(x, call));
}

}  // namespace rlm::exchange
