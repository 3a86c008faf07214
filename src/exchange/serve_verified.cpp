#include "draft/draft_guard.hpp"
#include "draft/same_calls.hpp"
#include "exchange/cascade_route.hpp"
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
  // Calls that nobody has judged are not made.
  if (x.cascade->on_verify_failure == OnVerifyFailure::ServeDraft &&
      !draft::calls_tools(draft.answer)) {
    x.because("verify_failed:" + std::string(name_of(error.kind)));
    x.record.seen = seen_of_draft(draft.usage);
    co_await deliver_draft(x, draft.answer, Verdict::Skipped);
    co_return;
  }
  if (x.race != nullptr) {
    const std::string cause = "verify_failed:" + std::string(name_of(error.kind));
    co_await fall_back(x, cause);
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
  if (judged.continues) {
    co_await fall_back(x, "turn_continued");
    co_return;
  }
  x.record.seen = x.told_prompt(judged.prompt);
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
                                                          const VerdictCall& verdict) {
  upstream::ModelClient& model = x.model(x.cascade->verify);
  upstream::CallRequest call;
  call.client_headers = &x.request.headers;
  call.session = x.request.session;
  call.has_url_sources = x.request.facts.has_url_sources;
  upstream::OpenOptions options;
  options.role = verdict.on_digest ? CallRole::Digest : CallRole::Verify;
  options.model = x.verify.model;
  options.source = Source::Verify;
  if (verdict.on_digest) {
    const Buffer body = verify::digest_body(x.verify.model, verdict.message);
    const wire::SplicedBody whole(body.view());
    call.body = &whole;
    co_return co_await upstream::open_call(model, call, options, x.calls, x.stop());
  }
  const wire::SplicedBody body = verify::verdict_body(x.request, verdict.message);
  call.body = &body;
  call.model_value = x.request.facts.model_value;
  co_return co_await upstream::open_call(model, call, options, x.calls, x.stop());
}

// The verify model's own words, behind the client's prompt: they are the answer.
net::Task<void> deliver_rewrite(ExchangeContext& x, upstream::EventReader& events,
                                upstream::OpenedCall& opened, verify::VerdictStart verdict) {
  if (!x.may_deliver_draft()) {
    x.calls.end(opened.log_index, CallEnd::Cancelled, events.usage());
    co_return;
  }
  x.record.seen = x.told_prompt(verdict.prompt);
  x.record.verdict = Verdict::Enhanced;
  x.record.answered_model = x.calls.at(opened.log_index).endpoint;
  respond::RewriteStart start{std::move(verdict.held), std::move(verdict.unread), x.record.seen,
                              verdict.prompt.prompt() == 0, x.verify.suffix_bytes};
  const auto relayed = co_await respond::relay_rewrite(events, opened, std::move(start), x.request,
                                                       x.sink, x.record, x.calls, x.on_settle);
  if (relayed.client_left) x.record.client_left = true;
}

// What the verify model finds wrong with a verdict call says nothing of the client's own request,
// which is shorter: that one is still to be answered.
bool is_refused(const Error& error) {
  return error.kind == ErrorKind::UpstreamStatus && error.status >= 400 && error.status < 500 &&
         error.status != 401 && error.status != 403 && error.status != 429;
}

net::Task<void> judge_and_deliver(ExchangeContext& x, draft::Remembered& known,
                                  const VerdictCall& call) {
  using Decision = verify::VerdictGate::Decision;
  const draft::Draft& draft = *known.draft;
  const std::size_t suffix = call.on_digest ? 0 : call.message.size();
  x.verify.suffix_bytes = suffix;
  auto opened = co_await open_verdict_call(x, call);
  if (!opened) {
    if (is_refused(opened.error()))
      co_await fall_back(x, call.on_digest ? "digest_refused" : "verdict_refused");
    else
      co_await without_verdict(x, draft, opened.error());
    co_return;
  }
  upstream::EventReader events(*opened, x.services.index);
  auto verdict = co_await verify::read_verdict(events, *opened, suffix, x.calls, call.judged);
  if (!verdict) {
    co_await without_verdict(x, draft, verdict.error());
    co_return;
  }
  if (verdict->decision == Decision::Rewrite && !call.on_digest) {
    if (call.judged == verify::VerdictGate::Judged::Turn) x.because("turn_continued");
    co_await deliver_rewrite(x, events, *opened, std::move(*verdict));
    co_return;
  }
  if (verdict->decision == Decision::Rewrite) {
    // Words about a digest are no answer to the client.
    x.calls.end(opened->log_index, CallEnd::Cancelled, events.usage());
    opened->call.reset();
  }
  draft::Judged& judged = known.judged.emplace();
  judged.continues =
      verdict->decision == Decision::Continue || verdict->decision == Decision::Rewrite;
  judged.has_edits = verdict->decision == Decision::Edit;
  judged.edits = std::move(verdict->held);
  judged.edits_whole = verdict->edit_whole;
  judged.prompt = call.on_digest ? seen_of_draft(draft.usage) : verdict->prompt;
  co_await deliver_judged(x, draft, judged);
}

}  // namespace

net::Task<void> serve_judged(ExchangeContext& x, draft::Remembered& known,
                             const VerdictCall& call) {
  if (!known.judged) {
    co_await judge_and_deliver(x, known, call);
    co_return;
  }
  x.services.metrics.draft_reused(observe::Reuse::Verdict);
  x.verify.prompt_tokens = known.judged->prompt.prompt();
  co_await deliver_judged(x, *known.draft, *known.judged);
}

net::Task<void> serve_judged_text(ExchangeContext& x, draft::Remembered& known) {
  VerdictCall call;
  if (!known.judged) {
    call.message =
        verdict_on_answer(*x.cascade, x.routed.get(), x.verify, known.draft->answer.text());
    if (x.verify.cannot_repair) x.because("brief_verdict");
  }
  co_await serve_judged(x, known, call);
}

net::Task<void> serve_verified(ExchangeContext& x, std::string_view body,
                               draft::Remembered& known) {
  if (x.request.facts.tool_count > 0) {
    co_await serve_verified_step(x, body, known);
    co_return;
  }
  const auto no_draft = co_await draft_unless_known(x, body, known, draft::ToolCalls::Refused);
  if (no_draft) {
    co_await fall_back(x, *no_draft);
    co_return;
  }
  co_await serve_judged_text(x, known);
}

}  // namespace rlm::exchange
