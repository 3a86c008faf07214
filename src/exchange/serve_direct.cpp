#include <algorithm>

#include "exchange/race.hpp"
#include "exchange/serve.hpp"
#include "respond/deliver.hpp"
#include "upstream/open_call.hpp"

namespace rlm::exchange {
namespace {

// Nothing is retried once an answer has begun, so what the client sent need not be held while it
// streams.
void forget_request(Request& request) {
  request.body.release();
  request.spoken_body.release();
  request.headers = Headers();
  std::string().swap(request.facts.last_user_text);
  std::string().swap(request.facts.structured_schema);
  request.facts.prefix.shrink_to_fit();
}

// Whether the upstream has no way to count tokens.
bool cannot_count(const upstream::EndpointConfig& endpoint, const Error& error) {
  if (error.kind == ErrorKind::NotFound) return true;  // its dialect has none
  const bool refused = error.kind == ErrorKind::UpstreamStatus &&
                       (error.status == 404 || error.status == 405 || error.status == 501);
  return refused && !endpoint.is_anthropic;  // Anthropic's 404 is a model that there is not
}

net::Task<void> deliver_estimated_count(ExchangeContext& x) {
  const std::string body = R"({"input_tokens":)" + std::to_string(x.prompt_estimate()) + "}";
  x.because("estimate");
  x.record.status = 200;
  x.settle();
  Headers headers{{"content-type", "application/json"}, {"x-rlm-estimate", "true"}};
  x.sink.begin(200, std::move(headers), x.record, body.size());
  co_await x.sink.write(body, true);
}

// Whether an endpoint that speaks as the client does answers with its own bytes. Not where Messages
// are listened for.
bool passes_spoken(ExchangeContext& x) {
  return x.race == nullptr && &x.answer_sink() == &x.sink;
}

// Whether one of the model's endpoints may leave the client without a sign of life. Anthropic's
// streams have pings of their own, and clients go by the status of its errors; what passes as it is
// shows what the upstream shows.
bool may_be_silent(ExchangeContext& x, const upstream::EndpointConfig& first) {
  const auto is_silent = [&x](const upstream::EndpointConfig& one) {
    if (!one.speaks_openai()) return one.lacks_pings();
    return one.dialect != x.request.spoken || !passes_spoken(x);
  };
  const auto& table = *x.services.table;
  return is_silent(first) ||
         std::any_of(first.also.begin(), first.also.end(), [&](const std::string& name) {
           return is_silent(table.endpoints[table.position_of(name)]);
         });
}

// In a race the call is there, or soon will be.
net::Task<Result<upstream::OpenedCall>> direct_call(ExchangeContext& x) {
  if (x.race != nullptr) co_return co_await x.race->answer();
  co_return co_await open_direct(x, x.calls, x.stop());
}

}  // namespace

net::Task<Result<upstream::OpenedCall>> open_direct(ExchangeContext& x, upstream::CallLog& log,
                                                    net::StopSource& stop) {
  upstream::ModelClient& model = x.model(static_cast<std::size_t>(x.direct_endpoint));
  const wire::SplicedBody body(x.request.body.view());
  upstream::CallRequest call;
  if (x.counts_tokens) call.operation = upstream::CallRequest::Operation::CountTokens;
  call.query = x.request.query;
  call.session = x.request.session;
  call.client_headers = &x.request.headers;
  call.body = &body;
  call.model_value = x.request.facts.model_value;
  call.stream = x.request.facts.stream;
  call.has_url_sources = x.request.facts.has_url_sources;
  call.asked_model = x.request.facts.model;
  // Others tell their usage at a stream's start themselves.
  if (call.stream && (model.config().speaks_openai() || !model.config().also.empty()))
    call.prompt_estimate = x.prompt_estimate();
  if (passes_spoken(x)) {
    call.spoken = x.request.spoken;
    call.spoken_body = x.request.spoken_body.view();
  }
  upstream::OpenOptions options;
  options.role = x.counts_tokens ? CallRole::Count : CallRole::Direct;
  options.model = x.verify.model;
  co_return co_await upstream::open_call(model, call, options, log, stop);
}

net::Task<void> serve_direct(ExchangeContext& x, Verdict verdict) {
  x.record.verdict = verdict;
  upstream::ModelClient& model = x.model(static_cast<std::size_t>(x.direct_endpoint));
  x.record.answered_model = model.config().name;
  upstream::CallLog& log = x.race != nullptr ? x.race->calls() : x.calls;
  const bool waits = x.request.facts.stream && !x.counts_tokens;
  if (waits && verdict == Verdict::Direct && may_be_silent(x, model.config())) x.pings.start();
  auto opened = co_await direct_call(x);
  if (!opened) {
    if (opened.error().kind == ErrorKind::Cancelled) {
      x.record.verdict = Verdict::Failed;
    } else if (x.counts_tokens && cannot_count(model.config(), opened.error())) {
      co_await deliver_estimated_count(x);
    } else {
      co_await respond::deliver_error(opened.error(), x.sink, x.record, x.on_settle);
    }
    co_return;
  }
  x.record.answered_model = log.at(opened->log_index).endpoint;
  if (!x.keeps_request()) forget_request(x.request);
  if (x.sink.begun() && !opened->is_stream) {
    const Error error(ErrorKind::Protocol, Source::Upstream,
                      "the upstream answered a stream request with a whole body");
    log.end(opened->log_index, CallEnd::Failed, Usage{}, name_of(error.kind));
    co_await respond::deliver_error(error, x.sink, x.record, x.on_settle);
    co_return;
  }
  // Another stream has its own.
  if (!opened->is_stream || !opened->call->lacks_pings()) x.pings.stop();
  co_await respond::relay(*opened, x.answer_sink(), x.record, log, x.services.index, x.on_settle,
                          &x.pings);
  x.pings.stop();
}

}  // namespace rlm::exchange
