#include "exchange/verify_aside.hpp"

#include "upstream/event_reader.hpp"
#include "upstream/open_call.hpp"
#include "verify/repair.hpp"
#include "verify/verify_draft.hpp"
#include "wire/anthropic_request.hpp"
#include "wire/anthropic_stream.hpp"

namespace rlm::exchange {
namespace {

net::Task<Result<upstream::OpenedCall>> open(AsideQuestion& question, wire::SplicedBody& body,
                                             CallRole role) {
  const auto segments = body.segments();
  upstream::CallRequest call;
  call.client_headers = &question.request.headers;
  call.body = segments;
  upstream::OpenOptions options;
  options.role = role;
  options.model = question.verify.model;
  options.source = Source::Verify;
  auto opened = co_await upstream::open_call(*question.services.models[question.cascade.verify],
                                             call, options, question.calls, question.stop);
  co_return opened;
}

const std::string& model_of(const AsideQuestion& question) {
  return question.services.table->endpoints[question.cascade.verify].model;
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

net::Task<Result<AsideVerdict>> ask_verdict(AsideQuestion question, const Answer& draft) {
  const std::string message = verify::verdict_message(question.cascade.prompt, draft.text());
  question.verify.suffix_bytes = message.size();
  wire::SplicedBody body = verify::verdict_body(question.request, model_of(question), message);
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

net::Task<Result<Answer>> ask_answer(AsideQuestion question) {
  wire::SplicedBody body(question.request.body.view());
  if (!model_of(question).empty())
    wire::set_model(body, question.request.facts, model_of(question));
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
