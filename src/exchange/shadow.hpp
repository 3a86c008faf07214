#pragma once
// Adoption without risk: the verify model serves, and beside it the draft model is tried where no
// client waits (cascade.md §2, shadow).

#include <memory>
#include <optional>

#include "exchange/answer_tap.hpp"
#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

/// An exchange that was drawn to be tried; lives while the client is served.
struct Shadow {
  Plan plan;                 // that is tried
  std::string reason;        // what the cascade's own rules would have done, and why
  std::int64_t sampled_ppm;  // how likely it was to be drawn
  DayBudget* purse;          // that pays for it
  AnswerTap tap;             // the client's sink
};

/// Takes the cascade's own decision out of `decision`, serves the request direct instead, and draws
/// whether it is tried. Never with a safety gate, with the preset `off`, for what no draft may be
/// tried for, or when the day's money is spent.
void draw_shadow(ExchangeContext& x, const route::Features& features, Decision& decision,
                 bool forced);

/// Draws whether a request that goes direct, because its class is not trusted, is tried beside
/// that: without labels it would never be. With the share at which a trusted class is audited, as
/// long as the day's money lasts.
void draw_probe(ExchangeContext& x, const route::Features& features, const route::Routed& routed);

/// Hands over what is to be tried, when the client has its whole answer. The request is gone from
/// `x` afterwards.
void begin_shadow(ExchangeContext& x);

/// The plan that is tried for a request for which `would` is the cascade's own decision: its plan,
/// or, where that is direct though a draft may be tried (on probation, or dearer with cold caches),
/// the plan that suits its kind; where tools are offered the one that proves. Nothing when no draft
/// may be tried.
std::optional<Plan> plan_to_try(const Decision& would, const RequestFacts& facts,
                                const route::Features& features, const route::RoutePolicy& policy);

}  // namespace rlm::exchange
