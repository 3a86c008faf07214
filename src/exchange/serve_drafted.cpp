#include "exchange/audit_work.hpp"
#include "exchange/drafted.hpp"
#include "exchange/race.hpp"
#include "exchange/serve.hpp"
#include "respond/deliver.hpp"

namespace rlm::exchange {

Usage seen_of_draft(const Usage& draft) {
  Usage seen;
  seen.input = draft.prompt();
  seen.output = draft.output;
  seen.reported = draft.reported;
  return seen;
}

net::Task<void> deliver_draft(ExchangeContext& x, const Answer& answer, Verdict verdict) {
  if (!x.may_deliver_draft()) co_return;
  x.record.verdict = verdict;
  x.record.answered_model = x.services.table->endpoints[x.cascade->draft].name;
  x.record.first_byte_ms = x.calls.elapsed_ms();
  draw_audit(x, answer);
  const bool sent =
      co_await respond::deliver_answer(answer, x.request, x.sink, x.record, x.on_settle);
  if (!sent) x.record.client_left = true;
}

net::Task<void> fall_back(ExchangeContext& x, std::string_view cause) {
  x.because(cause);
  co_await serve_direct(x, Verdict::Fallback);
}

net::Task<void> fall_back(ExchangeContext& x, const draft::NoDraft& why) {
  if (why.error.kind != ErrorKind::Cancelled) co_await fall_back(x, why.cause);
}

net::Task<std::optional<draft::NoDraft>> draft_unless_known(ExchangeContext& x,
                                                            std::string_view body,
                                                            draft::Remembered& known,
                                                            draft::ToolCalls tool_calls) {
  if (known.draft) {
    x.verify.prompt_tokens = known.draft->usage.prompt();
    co_return std::nullopt;
  }
  auto made = co_await draft::make_draft(x.model(x.cascade->draft), x.request, body, x.calls,
                                         x.stop(), x.services.index, tool_calls);
  if (made) {
    known.draft = std::move(*made);
    co_return std::nullopt;
  }
  known.refused = made.error().refused;
  co_return std::move(made.error());
}

namespace {

using Known = std::shared_ptr<const draft::Remembered>;

// What an earlier try of the same request left, or what one learns that is under way: when that
// comes to nothing, the first that wakes goes on by itself and the others wait for it.
net::Task<Known> recall(ExchangeContext& x, const draft::MemoKey& key) {
  Services& services = x.services;
  for (;;) {
    if (Known known = services.memo->find(key, services.clock.steady())) {
      services.metrics.draft_reused(observe::Reuse::Memo);
      x.because("repeated");
      co_return known;
    }
    if (!services.twins.is_flying(key) || x.stop().stopped()) co_return nullptr;
    if (Known learnt = co_await services.twins.wait(key, x.stop())) {
      services.metrics.draft_reused(observe::Reuse::Twin);
      x.because("twin");
      co_return learnt;
    }
  }
}

net::Task<void> serve_plan(ExchangeContext& x, std::string_view body, draft::Remembered& known) {
  if (!known.refused.empty()) {
    co_await fall_back(x, draft::refused_draft(known.refused));
    co_return;
  }
  switch (x.record.plan) {
    case Plan::DraftOnly:
      co_return co_await serve_draft_only(x, body, known);
    case Plan::DraftValidate:
      co_return co_await serve_validated(x, body, known);
    case Plan::DraftTurn:
      co_return co_await serve_turn(x, body, known);
    default:
      co_return co_await serve_verified(x, body, known);
  }
}

// What is not drafted anew does not race: it is there.
net::Task<void> serve_raced(ExchangeContext& x, std::string_view body, draft::Remembered& known) {
  if (!x.raced || !known.empty()) {
    co_await serve_plan(x, body, known);
    co_return;
  }
  Race race(x);
  co_await serve_plan(x, body, known);
  if (race.verify_won() && !race.is_taken()) co_await fall_back(x, "race_lost");
  co_await race.join();
  x.settle();  // unless an answer has: the race's calls are noted here
}

// Clients send the same bytes again when they got no answer, and only then is the same draft
// wanted.
net::Task<void> serve_with_memory(ExchangeContext& x, std::string_view body) {
  Services& services = x.services;
  const draft::MemoKey key = draft::memo_key(x.cascade->name, x.record.plan, x.request);
  const Known recalled = co_await recall(x, key);
  if (x.stop().stopped()) co_return;
  std::optional<Twins::Lead> lead;
  if (!recalled && !services.twins.is_flying(key)) lead.emplace(services.twins, key);
  draft::Remembered known;
  if (recalled) known = *recalled;
  co_await serve_raced(x, body, known);

  const bool answered = x.record.verdict != Verdict::Failed && !x.record.client_left;
  const Known learnt =
      known.empty() ? nullptr : std::make_shared<const draft::Remembered>(std::move(known));
  if (lead) lead->learn(learnt);
  if (answered) {
    services.memo->forget(key);
  } else if (learnt) {
    services.memo->put(key, learnt, services.clock.steady());
  }
}

}  // namespace

net::Task<void> serve_drafted(ExchangeContext& x) {
  if (x.request.facts.stream) x.pings.start();
  const Result<Buffer>& body = x.draft_body();
  if (!body) {
    co_await respond::deliver_error(body.error(), x.sink, x.record, x.on_settle);
    co_return;
  }
  co_await serve_with_memory(x, body->view());
}

}  // namespace rlm::exchange
