#include "exchange/run_exchange.hpp"

#include "exchange/cascade_route.hpp"
#include "exchange/exchange_context.hpp"
#include "exchange/serve.hpp"
#include "respond/deliver.hpp"
#include "wire/anthropic_request.hpp"

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

// The request of a client of another dialect, as one that speaks Messages would have sent it;
// whether it demands a tool call.
Result<bool> put_into_messages(ExchangeContext& x, dialect::ClientDialect& speaks) {
  Request& request = x.request;
  auto read = speaks.read(request.body, request.headers, x.services.index, x.services.config.json);
  if (!read) return fail(std::move(read.error()));
  request.spoken = speaks.dialect();
  request.spoken_body = std::exchange(request.body, std::move(read->body));
  request.headers = std::move(read->headers);
  return read->must_call_tool;
}

net::Task<Result<void>> read_request(ExchangeContext& x, dialect::ClientDialect* speaks) {
  auto body = co_await x.transaction.read_body(x.services.config.body_bytes_max);
  if (!body) {
    if (body.error().kind == ErrorKind::TooLarge)
      x.services.metrics.limit_reached(observe::Limit::BodyBytes);
    co_return fail(std::move(body.error()));
  }
  x.request.body = std::move(*body);
  x.record.request_bytes = static_cast<std::int64_t>(x.request.body.size());
  Result<bool> put = false;
  if (speaks != nullptr) put = put_into_messages(x, *speaks);
  auto facts = put ? wire::read_request_facts(x.request.body, x.services.index,
                                              x.services.config.json, x.counts_tokens)
                   : tl::unexpected(std::move(put.error()));
  if (!facts) {
    if (facts.error().kind == ErrorKind::TooLarge)
      x.services.metrics.limit_reached(observe::Limit::JsonDepth);
    co_return fail(std::move(facts.error()));
  }
  x.request.facts = std::move(*facts);
  x.request.facts.must_call_tool = x.request.facts.must_call_tool || *put;
  x.record.asked_model = x.request.facts.model;
  x.record.streamed = x.request.facts.stream;
  co_return Result<void>{};
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
  x.cascade = x.counts_tokens ? nullptr : table.find_cascade(facts.model);
  if (x.cascade == nullptr) {
    x.because(x.counts_tokens ? "count_tokens" : "no_cascade");
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
