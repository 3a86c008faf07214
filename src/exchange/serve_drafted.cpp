#include "exchange/drafted.hpp"
#include "exchange/serve.hpp"
#include "respond/deliver.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::exchange {

Usage seen_of_draft(const Usage& draft) {
  Usage seen;
  seen.input = draft.prompt();
  seen.output = draft.output;
  seen.reported = draft.reported;
  return seen;
}

net::Task<void> deliver_draft(ExchangeContext& x, const Answer& answer, Verdict verdict) {
  x.record.verdict = verdict;
  x.record.answered_model = x.services.table->endpoints[x.cascade->draft].name;
  x.record.first_byte_ms = x.calls.elapsed_ms();
  const bool sent =
      co_await respond::deliver_answer(answer, x.request, x.sink, x.record, x.on_settle);
  if (!sent) x.record.client_left = true;
}

net::Task<void> fall_back(ExchangeContext& x, const draft::NoDraft& why) {
  if (why.error.kind == ErrorKind::Cancelled) co_return;
  x.because(why.cause);
  co_await serve_direct(x, Verdict::Fallback);
}

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
  if (x.record.plan == Plan::DraftOnly) {
    co_await serve_draft_only(x, body->view());
    co_return;
  }
  if (x.record.plan == Plan::DraftValidate) {
    co_await serve_validated(x, body->view());
    co_return;
  }
  auto draft = co_await draft::make_draft(model, x.request, body->view(), x.calls, x.stop(),
                                          x.services.index);
  if (!draft) {
    co_await fall_back(x, draft.error());
    co_return;
  }
  co_await serve_verified(x, *draft);
}

}  // namespace rlm::exchange
