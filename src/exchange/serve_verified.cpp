#include "draft/draft_guard.hpp"
#include "exchange/drafted.hpp"
#include "respond/deliver.hpp"
#include "respond/rewrite_relay.hpp"
#include "verify/repair.hpp"
#include "verify/verify_draft.hpp"

namespace rlm::exchange {
namespace {

// The verdict call failed before any byte of an answer.
net::Task<void> without_verdict(ExchangeContext& x, const draft::Draft& draft, const Error& error) {
  if (error.kind == ErrorKind::Cancelled) co_return;
  if (x.cascade->on_verify_failure == OnVerifyFailure::ServeDraft) {
    x.because("verify_failed:" + std::string(name_of(error.kind)));
    x.record.seen = seen_of_draft(draft.usage);
    co_await deliver_draft(x, draft.answer, Verdict::Skipped);
    co_return;
  }
  co_await respond::deliver_error(error, x.sink, x.record, x.on_settle);
}

// The draft with the verify model's edits in it; nothing, and why, when they do not apply or what
// comes of them is no answer.
tl::expected<Answer, std::string> repaired_answer(const ExchangeContext& x,
                                                  const draft::Draft& draft,
                                                  const draft::Judged& judged) {
  if (!judged.edits_whole) return tl::unexpected(std::string("cut_off"));
  auto text = verify::repaired(draft.answer.text(), judged.edits);
  if (!text) return tl::unexpected(std::string(verify::name_of(text.error())));
  Answer answer = draft.answer;
  answer.content.assign(1, ContentBlock{});
  answer.content[0].text = std::move(*text);
  if (const auto why = draft::why_refuse(answer, x.request.facts))
    return tl::unexpected(std::string(*why));
  return answer;
}

// Nobody counted the repaired answer: its length against the draft's tells its tokens.
Tokens tokens_of(const Answer& answer, const draft::Draft& draft) {
  const auto before = static_cast<double>(draft.answer.text().size());
  const auto after = static_cast<double>(answer.text().size());
  return static_cast<Tokens>(static_cast<double>(draft.usage.output) * after / before + 0.5);
}

// A verdict that lets the draft be delivered, with edits or as it is.
net::Task<void> deliver_judged(ExchangeContext& x, const draft::Draft& draft,
                               const draft::Judged& judged) {
  x.record.seen = judged.prompt;
  if (!judged.has_edits) {
    x.record.seen.output = draft.usage.output;
    co_await deliver_draft(x, draft.answer, Verdict::Accepted);
    co_return;
  }
  const auto answer = repaired_answer(x, draft, judged);
  if (!answer) {
    const std::string cause = "edit_not_applicable:" + answer.error();
    co_await fall_back(x, cause);
    co_return;
  }
  x.record.seen.output = tokens_of(*answer, draft);
  co_await deliver_draft(x, *answer, Verdict::Repaired);
}

net::Task<Result<upstream::OpenedCall>> open_verdict_call(ExchangeContext& x,
                                                          std::string_view message) {
  upstream::ModelClient& model = x.model(x.cascade->verify);
  const wire::SplicedBody body = verify::verdict_body(x.request, model.config().model, message);
  const auto segments = body.segments();
  upstream::CallRequest call;
  call.client_headers = &x.request.headers;
  call.body = segments;
  upstream::OpenOptions options;
  options.role = CallRole::Verify;
  options.model = x.verify.model;
  options.source = Source::Verify;
  auto opened = co_await upstream::open_call(model, call, options, x.calls, x.stop());
  co_return opened;
}

net::Task<void> judge_and_deliver(ExchangeContext& x, draft::Remembered& known) {
  const draft::Draft& draft = *known.draft;
  const std::string message = verify::verdict_message(x.cascade->prompt, draft.answer.text());
  x.verify.suffix_bytes = message.size();
  auto opened = co_await open_verdict_call(x, message);
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
  using Decision = verify::VerdictGate::Decision;
  if (verdict->decision != Decision::Rewrite) {
    known.judged.emplace();
    known.judged->has_edits = verdict->decision == Decision::Edit;
    known.judged->edits = std::move(verdict->held);
    known.judged->edits_whole = verdict->edit_whole;
    known.judged->prompt = verdict->prompt;
    co_await deliver_judged(x, draft, *known.judged);
    co_return;
  }
  x.record.seen = verdict->prompt;
  x.record.verdict = Verdict::Enhanced;
  x.record.answered_model = x.model(x.cascade->verify).config().name;
  respond::RewriteStart start{std::move(verdict->held), std::move(verdict->unread),
                              verdict->prompt};
  const auto relayed = co_await respond::relay_rewrite(events, *opened, std::move(start), x.request,
                                                       x.sink, x.record, x.calls, x.on_settle);
  if (relayed.client_left) x.record.client_left = true;
}

}  // namespace

net::Task<void> serve_verified(ExchangeContext& x, std::string_view body,
                               draft::Remembered& known) {
  const auto no_draft = co_await draft_unless_known(x, body, known);
  if (no_draft) {
    co_await fall_back(x, *no_draft);
    co_return;
  }
  if (!known.judged) {
    co_await judge_and_deliver(x, known);
    co_return;
  }
  x.services.metrics.draft_reused(observe::Reuse::Verdict);
  x.verify.prompt_tokens = known.judged->prompt.prompt();
  co_await deliver_judged(x, *known.draft, *known.judged);
}

}  // namespace rlm::exchange
