#include "draft/make_draft.hpp"
#include "exchange/serve.hpp"
#include "respond/deliver.hpp"
#include "respond/rewrite_relay.hpp"
#include "verify/verify_draft.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::exchange {
namespace {

// What a draft that nobody judged tells the client about its prompt: all of it, in the draft's own
// count.
Usage seen_of_draft(const Usage& draft) {
  Usage seen;
  seen.input = draft.prompt();
  seen.output = draft.output;
  seen.reported = draft.reported;
  return seen;
}

net::Task<void> deliver_draft(ExchangeContext& x, const draft::Draft& draft, Verdict verdict,
                              std::size_t endpoint) {
  x.record.verdict = verdict;
  x.record.answered_model = x.services.table->endpoints[endpoint].name;
  x.record.first_byte_ms = x.calls.elapsed_ms();
  const bool sent =
      co_await respond::deliver_answer(draft.answer, x.request, x.sink, x.record, x.on_settle);
  if (!sent) x.record.client_left = true;
}

// The verdict call failed before any byte of an answer.
net::Task<void> without_verdict(ExchangeContext& x, const draft::Draft& draft, const Error& error) {
  if (error.kind == ErrorKind::Cancelled) co_return;
  if (x.cascade->on_verify_failure == OnVerifyFailure::ServeDraft) {
    x.because("verify_failed:" + std::string(name_of(error.kind)));
    x.record.seen = seen_of_draft(draft.usage);
    co_await deliver_draft(x, draft, Verdict::Skipped, x.cascade->draft);
    co_return;
  }
  co_await respond::deliver_error(error, x.sink, x.record, x.on_settle);
}

net::Task<void> verify_and_deliver(ExchangeContext& x, const draft::Draft& draft) {
  upstream::ModelClient& model = x.model(x.cascade->verify);
  const auto& endpoint = model.config();
  const std::string message = verify::verdict_message(x.cascade->prompt, draft.answer.text());
  x.verify.suffix_bytes = message.size();
  const wire::SplicedBody body = verify::verdict_body(x.request, endpoint.model, message);
  const auto segments = body.segments();
  upstream::CallRequest call;
  call.client_headers = &x.request.headers;
  call.body = segments;
  upstream::OpenOptions options;
  options.role = CallRole::Verify;
  options.model = x.verify.model;
  options.source = Source::Verify;
  auto opened = co_await upstream::open_call(model, call, options, x.calls, x.stop());
  if (!opened) {
    co_await without_verdict(x, draft, opened.error());
    co_return;
  }
  upstream::EventReader events(*opened, x.services.index);
  auto verdict = co_await verify::read_verdict(events, *opened, message.size(), x.calls);
  if (!verdict) {
    co_await without_verdict(x, draft, verdict.error());
    co_return;
  }
  x.record.seen = verdict->prompt;
  if (verdict->use_draft) {
    x.record.seen.output = draft.usage.output;
    co_await deliver_draft(x, draft, Verdict::Accepted, x.cascade->draft);
    co_return;
  }
  x.record.verdict = Verdict::Enhanced;
  x.record.answered_model = endpoint.name;
  respond::RewriteStart start{std::move(verdict->held), std::move(verdict->unread),
                              verdict->prompt};
  const auto relayed = co_await respond::relay_rewrite(events, *opened, std::move(start), x.request,
                                                       x.sink, x.record, x.calls, x.on_settle);
  if (relayed.client_left) x.record.client_left = true;
}

}  // namespace

net::Task<void> serve_drafted(ExchangeContext& x) {
  respond::Pings pings(x.services.worker.wheel(), x.sink, x.record, x.services.config.pings,
                       [&metrics = x.services.metrics] { metrics.ping_sent(); });
  x.pings = &pings;
  if (x.request.facts.stream) pings.start();

  upstream::ModelClient& model = x.model(x.cascade->draft);
  auto body = wire::draft_body(x.request.body, x.services.index, x.services.config.json,
                               model.config().model);
  if (!body) {
    co_await respond::deliver_error(body.error(), x.sink, x.record, x.on_settle);
    co_return;
  }
  auto draft = co_await draft::make_draft(model, x.request, body->view(), x.calls, x.stop(),
                                          x.services.index);
  if (!draft) {
    if (draft.error().error.kind == ErrorKind::Cancelled) co_return;
    x.because(draft.error().cause);
    co_await serve_direct(x, Verdict::Fallback);
    co_return;
  }
  if (x.record.plan == Plan::DraftVerify) {
    co_await verify_and_deliver(x, *draft);
    co_return;
  }
  x.record.seen = seen_of_draft(draft->usage);
  co_await deliver_draft(x, *draft, Verdict::Skipped, x.cascade->draft);
}

}  // namespace rlm::exchange
