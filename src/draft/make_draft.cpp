#include "draft/make_draft.hpp"

#include "draft/draft_guard.hpp"
#include "wire/anthropic_stream.hpp"

namespace rlm::draft {

NoDraft no_draft(Error error) {
  std::string cause = "draft_" + std::string(name_of(error.kind));
  if (error.kind == ErrorKind::UpstreamStatus)
    cause = "draft_status_" + std::to_string(error.status);
  return {std::move(cause), std::move(error)};
}

NoDraft refused_draft(std::string_view cause) {
  const std::string name(cause);
  return {"draft_refused:" + name,
          Error{ErrorKind::Protocol, Source::Draft, "the draft was refused: " + name}, name};
}

namespace {

net::Task<Result<Answer>> collect(upstream::EventReader& events) {
  wire::AnswerAssembler assembler;
  for (;;) {
    auto event = co_await events.next();
    if (!event) co_return fail(std::move(event.error()));
    if (!*event) co_return assembler.take();
    auto fed = assembler.feed(**event);
    if (!fed) co_return fail(std::move(fed.error()));
  }
}

}  // namespace

net::Task<tl::expected<upstream::OpenedCall, NoDraft>> open_draft(upstream::ModelClient& model,
                                                                  const Request& request,
                                                                  std::string_view body,
                                                                  upstream::CallLog& log,
                                                                  net::StopSource& stop) {
  const wire::SplicedBody whole(body);
  upstream::CallRequest call;
  call.client_headers = &request.headers;
  call.body = &whole;
  call.session = request.session;
  call.has_url_sources = request.facts.has_url_sources;
  const upstream::OpenOptions options{CallRole::Draft, model.config().model, Source::Draft,
                                      /*insists=*/false};
  auto opened = co_await upstream::open_call(model, call, options, log, stop);
  if (!opened) co_return tl::unexpected(no_draft(std::move(opened.error())));
  co_return std::move(*opened);
}

net::Task<tl::expected<Draft, NoDraft>> make_draft(upstream::ModelClient& model,
                                                   const Request& request, std::string_view body,
                                                   upstream::CallLog& log, net::StopSource& stop,
                                                   wire::JsonIndex& index, ToolCalls tool_calls) {
  auto opened = co_await open_draft(model, request, body, log, stop);
  if (!opened) co_return tl::unexpected(std::move(opened.error()));
  upstream::EventReader events(*opened, index);
  auto answer = co_await collect(events);
  if (!answer) {
    const bool gone = answer.error().kind == ErrorKind::Cancelled;
    log.end(opened->log_index, gone ? CallEnd::Cancelled : CallEnd::Failed, events.usage(),
            name_of(answer.error().kind));
    answer.error().source = gone ? Source::Client : Source::Draft;
    co_return tl::unexpected(no_draft(std::move(answer.error())));
  }
  // A stream that ends without message_stop was cut, however well its connection ended.
  if (answer->complete) {
    log.end(opened->log_index, CallEnd::Complete, events.usage());
  } else {
    log.end(opened->log_index, CallEnd::Failed, events.usage(), name_of(ErrorKind::Protocol));
  }
  if (const auto why = why_refuse(*answer, request.facts, tool_calls))
    co_return tl::unexpected(refused_draft(*why));
  Draft draft;
  draft.answer = std::move(*answer);
  draft.usage = events.usage();
  co_return draft;
}

}  // namespace rlm::draft
