#include "exchange/cascade_route.hpp"

namespace rlm::exchange {

namespace {

/// The exchange's cascade as the router sees it. Points into it.
route::CascadeView view_of(const ExchangeContext& x) {
  const auto& draft = x.services.table->endpoints[x.cascade->draft];
  return {x.cascade->name,
          x.cascade->policy,
          {draft.name, draft.model},
          {x.verify.endpoint, x.verify.model},
          x.cascade->prompt.text.size()};
}

}  // namespace

Result<void> choose_route(ExchangeContext& x, const route::Features& features) {
  const auto wanted = find_header(x.request.headers, "x-rlm-plan");
  const auto forced = plan_named(wanted);
  if (!wanted.empty() && !forced)
    return fail(ErrorKind::BadRequest, Source::Client,
                "x-rlm-plan: \"" + std::string(wanted) +
                    "\" is no plan; expected direct, draft_only, draft_validate or draft_verify");
  route::Routed routed =
      x.services.router.route(x.request.facts, features, view_of(x), forced, x.record.started);
  x.record.cascade = x.cascade->name;
  x.record.plan = routed.decision.plan;
  x.record.reason = std::move(routed.decision.reason);
  if (const auto& change = routed.prefix_change) {
    x.because(change->name());
    x.services.metrics.prefix_changed(static_cast<observe::PrefixPart>(change->part),
                                      change->bytes_lost);
  }
  if (routed.by_cost) x.routed = std::make_unique<const route::Routed>(std::move(routed));
  return {};
}

void learn_from(ExchangeContext& x) {
  if (x.cascade == nullptr || x.routed == nullptr) return;
  const auto miss = x.services.router.learn(*x.routed, x.request.facts, view_of(x), x.record,
                                            x.verify.suffix_bytes);
  x.services.metrics.cache_forecast(miss.off, miss.prompt);
}

}  // namespace rlm::exchange
