#include "respond/rewrite_relay.hpp"

#include "money/prompt_cache.hpp"
#include "respond/deliver.hpp"
#include "respond/live_answer.hpp"
#include "respond/rewrite_events.hpp"
#include "wire/anthropic_stream.hpp"

#include <utility>

namespace rlm::respond {
namespace {

struct Rewrite {
  upstream::EventReader& events;
  upstream::OpenedCall& opened;
  RewriteStart start;
  const Request& request;
  ResponseSink& sink;
  ExchangeRecord& record;
  upstream::CallLog& log;
  const Settle& settle;
  stream::MessageDelta last;

  void end_call(CallEnd how, std::string_view error) {
    const Usage used = events.usage();
    record.seen = start.prompt;
    if (start.is_estimate && used.prompt() > 0)
      record.seen = money::without_suffix(
          used, money::suffix_tokens(used, request.facts.prompt_bytes, start.suffix_bytes));
    record.seen.output = used.output;
    record.seen.reported = used.reported;
    log.end(opened.log_index, how, used, error);
  }
};

// The next event of the reply, or nothing once message_stop came. A reply without message_stop is
// an error.
net::Task<Result<std::optional<StreamEvent>>> next_event(Rewrite& r) {
  Result<std::optional<StreamEvent>> event = std::exchange(r.start.unread, std::nullopt);
  if (!*event) event = co_await r.events.next();
  if (!event) co_return fail(std::move(event.error()));
  if (!*event)
    co_return fail(ErrorKind::Protocol, Source::Verify, "the verify model's stream ended early");
  if (std::holds_alternative<stream::MessageStop>(**event)) co_return std::optional<StreamEvent>();
  if (const auto* delta = std::get_if<stream::MessageDelta>(&**event)) r.last = *delta;
  co_return event;
}

net::Task<Relayed> break_off(Rewrite& r, Error error) {
  Relayed result;
  result.client_left = error.kind == ErrorKind::Cancelled;
  r.end_call(result.client_left ? CallEnd::Cancelled : CallEnd::Failed, name_of(error.kind));
  if (result.client_left) {
    r.record.client_left = true;
    r.settle();
  } else {
    co_await deliver_error(error, r.sink, r.record, r.settle);
  }
  result.error = std::move(error);
  co_return result;
}

net::Task<Relayed> stream_rewrite(Rewrite& r) {
  LiveAnswer answer(std::move(r.start.held), r.request, r.sink, r.record);
  answer.release(r.start.prompt, r.log.elapsed_ms());
  // What the gate held back is known now; the next event may be long in coming.
  answer.add(stream::Ignored{});
  for (;;) {
    // Events that came together leave together.
    const bool sent = r.events.ready() || co_await answer.flush();
    if (!sent)
      co_return co_await break_off(r,
                                   Error{ErrorKind::Cancelled, Source::Client, "the client left"});
    auto event = co_await next_event(r);
    if (!event) {
      co_await answer.flush();
      co_return co_await break_off(r, std::move(event.error()));
    }
    if (!*event) break;
    answer.add(**event);
  }
  r.end_call(CallEnd::Complete, {});
  Relayed result;
  result.complete = co_await answer.finish(r.last, r.settle);
  result.client_left = !result.complete;
  co_return result;
}

net::Task<Relayed> collect_rewrite(Rewrite& r) {
  wire::AnswerAssembler assembler;
  std::optional<Error> broken;
  const auto take = [&](const std::vector<StreamEvent>& events) {
    for (const auto& event : events)
      if (auto fed = assembler.feed(event); !fed) broken = std::move(fed.error());
  };
  RewriteEvents blocks(std::move(r.start.held));
  take({stream::MessageStart{}});
  for (;;) {
    auto event = co_await next_event(r);
    if (!event) co_return co_await break_off(r, std::move(event.error()));
    if (!*event) break;
    take(blocks.feed(**event));
    if (broken) co_return co_await break_off(r, std::move(*broken));
  }
  take(blocks.finish());
  take({r.last, stream::MessageStop{}});
  if (broken) co_return co_await break_off(r, std::move(*broken));
  r.end_call(CallEnd::Complete, {});
  r.record.first_byte_ms = r.log.elapsed_ms();
  const Answer answer = assembler.take();
  Relayed result;
  result.complete = co_await deliver_answer(answer, r.request, r.sink, r.record, r.settle);
  result.client_left = !result.complete;
  co_return result;
}

}  // namespace

net::Task<Relayed> relay_rewrite(upstream::EventReader& events, upstream::OpenedCall& opened,
                                 RewriteStart start, const Request& request, ResponseSink& sink,
                                 ExchangeRecord& record, upstream::CallLog& log,
                                 const Settle& settle) {
  Rewrite rewrite{events, opened, std::move(start), request, sink, record, log, settle, {}};
  if (request.facts.stream) co_return co_await stream_rewrite(rewrite);
  co_return co_await collect_rewrite(rewrite);
}

}  // namespace rlm::respond
