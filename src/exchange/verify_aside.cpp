#include "exchange/verify_aside.hpp"

#include "draft/same_calls.hpp"
#include "exchange/cascade_route.hpp"
#include "upstream/event_reader.hpp"
#include "upstream/open_call.hpp"
#include "verify/repair.hpp"
#include "verify/verify_draft.hpp"
#include "wire/anthropic_stream.hpp"

namespace rlm::exchange {
namespace {

net::Task<Result<upstream::OpenedCall>> open(AsideQuestion& question, const wire::SplicedBody& body,
                                             CallRole role) {
  upstream::CallRequest call;
  call.client_headers = &question.request.headers;
  call.body = &body;
  call.session = question.request.session;
  call.model_value = question.request.facts.model_value;
  call.has_url_sources = question.request.facts.has_url_sources;
  call.stream = role == CallRole::Verify || question.request.facts.stream;
  upstream::OpenOptions options;
  options.role = role;
  options.model = question.verify.model;
  options.source = Source::Verify;
  options.insists = false;
  auto opened = co_await upstream::open_call(*question.services.models[question.cascade.verify],
                                             call, options, question.calls, question.stop);
  co_return opened;
}

AsideVerdict verdict_of(const verify::VerdictStart& start, const Answer& draft) {
  using Decision = verify::VerdictGate::Decision;
  if (start.decision == Decision::UseDraft) return {Judgement::Accepted, Verdict::Accepted};
  if (start.decision != Decision::Edit) return {Judgement::Rewritten, Verdict::Enhanced};
  if (start.edit_whole && verify::repaired(draft.text(), start.held))
    return {Judgement::Repaired, Verdict::Repaired};
  return {Judgement::Rewritten, Verdict::Fallback};
}

}  // namespace

namespace {

// A verdict call behind the client's own prompt.
net::Task<Result<AsideVerdict>> ask(AsideQuestion& question, const std::string& message,
                                    const Answer& draft) {
  question.verify.suffix_bytes = message.size();
  const wire::SplicedBody body = verify::verdict_body(question.request, message);
  auto opened = co_await open(question, body, CallRole::Verify);
  if (!opened) co_return fail(std::move(opened.error()));
  upstream::EventReader events(*opened, question.services.index);
  const auto start = co_await verify::read_verdict(events, *opened, message.size(), question.calls);
  if (!start) co_return fail(start.error());
  const AsideVerdict verdict = verdict_of(*start, draft);
  if (verdict.verdict == Verdict::Enhanced)
    question.calls.end(opened->log_index, CallEnd::Cancelled, events.usage());
  co_return verdict;
}

}  // namespace

net::Task<Result<AsideVerdict>> ask_verdict(AsideQuestion question, const Answer& draft) {
  const std::string message =
      verdict_on_answer(question.cascade, question.routed, question.verify, draft.text());
  auto verdict = co_await ask(question, message, draft);
  co_return verdict;
}

net::Task<Result<Judgement>> compare_calls(AsideQuestion question, const Answer& draft,
                                           const Answer& own) {
  if (draft::same_calls(draft, own)) co_return Judgement::Same;
  // No user message may follow a system entry: nobody can be asked.
  if (question.request.facts.last_role == Role::System) co_return Judgement::Different;
  const std::string both =
      "A:\n" + verify::told_calls(own) + "\n\nB:\n" + verify::told_calls(draft);
  const std::string message = verify::verdict_message(verify::compared_calls_prompt(), both);
  const auto verdict = co_await ask(question, message, draft);
  if (!verdict) co_return fail(verdict.error());
  co_return verdict->judgement == Judgement::Accepted ? Judgement::Equal : Judgement::Different;
}

net::Task<Result<Answer>> ask_answer(AsideQuestion question) {
  const wire::SplicedBody body(question.request.body.view());
  auto opened = co_await open(question, body, CallRole::Direct);
  if (!opened) co_return fail(std::move(opened.error()));
  upstream::EventReader events(*opened, question.services.index);
  wire::AnswerAssembler assembler;
  for (;;) {
    auto event = co_await events.next();
    Result<void> fed;
    if (event && *event) fed = assembler.feed(**event);
    if (event && fed && *event) continue;
    const bool whole = event && fed && assembler.answer().complete;
    Error error(ErrorKind::Protocol, Source::Verify, "the verify model's answer ended early");
    if (!event) error = std::move(event.error());
    const bool gone = error.kind == ErrorKind::Cancelled;
    question.calls.end(opened->log_index,
                       whole  ? CallEnd::Complete
                       : gone ? CallEnd::Cancelled
                              : CallEnd::Failed,
                       events.usage(), whole ? std::string_view() : name_of(error.kind));
    if (!whole) co_return fail(std::move(error));
    co_return assembler.take();
  }
}

}  // namespace rlm::exchange
