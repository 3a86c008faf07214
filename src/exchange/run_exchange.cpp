#include "exchange/run_exchange.hpp"

#include "exchange/cascade_route.hpp"
#include "exchange/exchange_context.hpp"
#include "exchange/read_request.hpp"
#include "exchange/serve.hpp"
#include "respond/deliver.hpp"

namespace rlm::exchange {
namespace {

// Decided on the head alone: a stranger's body is never read.
Result<void> admit_request(ExchangeContext& x) {
  if (x.services.in_flight > x.services.config.in_flight_max) {
    x.services.metrics.limit_reached(observe::Limit::InFlight);
    Error busy(ErrorKind::Overloaded, Source::Self,
               "the proxy is at its limit of requests in flight; try again");
    busy.retry_after_ms = 1000;
    return fail(std::move(busy));
  }
  return admit::authenticate(x.request.headers, x.services.admit, false);
}

// Chooses the plan; an unknown model, and a client without the credential that its upstream needs,
// end here.
Result<void> plan_exchange(ExchangeContext& x) {
  const auto& table = *x.services.table;
  const auto& facts = x.request.facts;
  x.direct_endpoint = table.find_endpoint(facts.model);
  if (x.direct_endpoint < 0)
    return fail(ErrorKind::NotFound, Source::Client, "model: " + facts.model);
  const auto& endpoint = table.endpoints[static_cast<std::size_t>(x.direct_endpoint)];
  if (endpoint.relays_credential())
    if (auto admitted = admit::authenticate(x.request.headers, {}, true); !admitted)
      return admitted;

  x.verify.endpoint = endpoint.name;
  x.verify.model = endpoint.model.empty() ? facts.model : endpoint.model;

  const route::Features features = route::features_of(x.request);
  x.record.session = x.request.session = features.session;
  x.record.agent = features.agent;
  const bool is_direct = x.counts_tokens || x.only_spoken;
  x.cascade = is_direct ? nullptr : table.find_cascade(facts.model);
  if (x.cascade == nullptr) {
    x.because(x.counts_tokens ? "count_tokens" : x.only_spoken ? "own_dialect" : "no_cascade");
    return {};
  }
  return choose_route(x, features);
}

}  // namespace

net::Task<void> run_exchange(Services& services, net::HttpTransaction& transaction,
                             respond::ResponseSink& sink, Operation operation,
                             dialect::ClientDialect* speaks) {
  ExchangeContext x(services, transaction, sink);
  x.counts_tokens = operation == Operation::CountTokens;
  x.request.headers = transaction.take_headers();
  constexpr std::size_t kTraceparentBytes = 55;  // W3C Trace Context, version 00
  const auto traceparent = find_header(x.request.headers, "traceparent");
  if (traceparent.size() == kTraceparentBytes) x.record.traceparent = traceparent;
  x.request.path = transaction.head().path();
  if (speaks == nullptr) x.request.query = transaction.head().query();

  auto ready = admit_request(x);
  if (ready) ready = co_await read_request(x, speaks);
  if (ready) ready = plan_exchange(x);
  if (!ready) {
    x.record.client_left = ready.error().kind == ErrorKind::Cancelled;
    if (!x.record.client_left)
      co_await respond::deliver_error(ready.error(), sink, x.record, x.on_settle);
  } else if (x.record.plan == Plan::Direct || x.record.plan == Plan::Shadow) {
    co_await serve_direct(x, Verdict::Direct);
  } else {
    co_await serve_drafted(x);
  }
}

}  // namespace rlm::exchange
