#include "exchange/read_request.hpp"

#include <utility>

#include "admit/authenticate.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::exchange {
namespace {

using AsMessages = dialect::ClientDialect::AsMessages;

Result<AsMessages> as_messages(ExchangeContext& x, dialect::ClientDialect& speaks) {
  const Buffer& body = x.request.body;
  const Headers& headers = x.request.headers;
  auto read = speaks.read(body, headers, x.services.index, x.services.config.json);
  if (read || read.error().kind != ErrorKind::BadRequest) return read;
  auto stand_in = speaks.stand_in(body, headers, x.services.index, x.services.config.json);
  if (!stand_in || !x.services.table->is_spoken(stand_in->model, speaks.dialect())) return read;
  x.only_spoken = true;
  return std::move(stand_in->request);
}

// The request of a client of another dialect, as one that speaks Messages would have sent it;
// whether it demands a tool call.
Result<bool> put_into_messages(ExchangeContext& x, dialect::ClientDialect& speaks) {
  Request& request = x.request;
  auto read = as_messages(x, speaks);
  if (!read) return fail(std::move(read.error()));
  request.spoken = speaks.dialect();
  request.spoken_body = std::exchange(request.body, std::move(read->body));
  request.headers = std::move(read->headers);
  return read->must_call_tool;
}

Result<RequestFacts> read_facts(ExchangeContext& x) {
  auto& services = x.services;
  if (x.counts_tokens)
    return wire::read_request_facts(x.request.body, services.index, services.config.json, true);
  return services.seen.read(x.request.body, admit::credential_of(x.request.headers), services.index,
                            services.config.json);
}

}  // namespace

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
  auto facts = put ? read_facts(x) : tl::unexpected(std::move(put.error()));
  if (!facts) {
    if (facts.error().kind == ErrorKind::TooLarge)
      x.services.metrics.limit_reached(observe::Limit::JsonDepth);
    co_return fail(std::move(facts.error()));
  }
  x.request.facts = std::move(*facts);
  if (x.only_spoken) {  // the prompt is not the stand-in's
    x.request.facts.prefix.clear();
    x.request.facts.prompt_bytes = x.request.spoken_body.size();
  }
  x.request.facts.must_call_tool = x.request.facts.must_call_tool || *put;
  x.record.asked_model = x.request.facts.model;
  x.record.streamed = x.request.facts.stream;
  co_return Result<void>{};
}

}  // namespace rlm::exchange
