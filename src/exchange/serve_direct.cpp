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
  if (x.race == nullptr && &x.answer_sink() == &x.sink) {  // else Messages are listened for
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
  // A relayed stream has pings of its own, and ours could fall into the middle of an event.
  if (x.pings != nullptr) x.pings->stop();
  co_await respond::relay(*opened, x.answer_sink(), x.record, log, x.services.index, x.on_settle);
}

}  // namespace rlm::exchange
