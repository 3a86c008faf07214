#include "exchange/cascade_route.hpp"

namespace rlm::exchange {

route::CascadeView view_of(const ExchangeContext& x) {
  const auto& draft = x.services.table->endpoints[x.cascade->draft];
  return {x.cascade->name,
          x.cascade->policy,
          {draft.name, draft.model},
          {x.verify.endpoint, x.verify.model},
          x.cascade->prompt.text.size()};
}

void learn_from(ExchangeContext& x) {
  if (x.cascade == nullptr || !x.routed.by_cost) return;
  const auto miss = x.services.router.learn(x.routed, x.request.facts, view_of(x), x.record,
                                            x.verify.suffix_bytes);
  x.services.metrics.cache_forecast(miss.off, miss.prompt);
}

}  // namespace rlm::exchange
