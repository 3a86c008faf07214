#include "draft/draft_guard.hpp"
#include "draft/live_guard.hpp"
#include "exchange/audit_work.hpp"
#include "exchange/drafted.hpp"
#include "respond/deliver.hpp"
#include "respond/live_answer.hpp"
#include "wire/anthropic_stream.hpp"

namespace rlm::exchange {
namespace {

// What a program will read must be whole before any of it can be trusted, and text before a tool
// call is no answer of its own.
bool may_leave_early(const ExchangeContext& x) {
  const RequestFacts& facts = x.request.facts;
  return facts.stream && x.cascade->hold_back.characters > 0 && facts.tool_count == 0 &&
         !facts.wants_structured_output;
}

net::Task<void> serve_whole(ExchangeContext& x, std::string_view body, draft::Remembered& known) {
  const auto no_draft = co_await draft_unless_known(x, body, known, draft::ToolCalls::Refused);
  if (no_draft) {
    co_await fall_back(x, *no_draft);
    co_return;
  }
  x.record.seen = seen_of_draft(known.draft->usage);
  co_await deliver_draft(x, known.draft->answer, Verdict::Skipped);
}

// A draft on its way to the client, kept in the coroutine's frame.
struct LiveDraft {
  LiveDraft(ExchangeContext& x_, upstream::OpenedCall& opened_, draft::Remembered& known_)
      : x(x_),
        opened(opened_),
        known(known_),
        events(opened_, x_.services.index),
        guard(x_.request.facts, x_.cascade->hold_back.characters),
        answer({}, x_.request, x_.sink, x_.record),
        timer(
            x_.services.worker.wheel(),
            [](void* self) { static_cast<LiveDraft*>(self)->on_time(); }, this) {}

  bool released() const { return answer.released(); }
  void release_if_open() {
    if (released() || guard.state() != draft::LiveGuard::State::Open) return;
    if (!x.may_deliver_draft()) return;
    timer.disarm();
    x.record.verdict = Verdict::Skipped;
    x.record.answered_model = x.model(x.cascade->draft).config().name;
    answer.release(x.told_prompt(seen_of_draft(events.usage())), x.calls.elapsed_ms());
  }
  // From the worker's wheel, while the next event is waited for.
  void on_time() {
    guard.time_is_up();
    release_if_open();
    answer.try_flush();
  }
  void end_call(CallEnd how, std::string_view error = {}) {
    timer.disarm();
    x.calls.end(opened.log_index, how, events.usage(), error);
    if (how != CallEnd::Complete) opened.call.reset();
  }

  ExchangeContext& x;
  upstream::OpenedCall& opened;
  draft::Remembered& known;
  upstream::EventReader events;
  draft::LiveGuard guard;
  wire::AnswerAssembler assembler;
  respond::LiveAnswer answer;
  net::WheelTimer timer;
};

// The draft's call has ended without an answer to use.
net::Task<void> give_up(LiveDraft& d, draft::NoDraft why) {
  d.known.refused = why.refused;
  if (!d.released()) {
    co_await fall_back(d.x, why);
    co_return;
  }
  d.x.record.seen = seen_of_draft(d.events.usage());
  if (why.error.kind == ErrorKind::Cancelled) {
    d.x.record.verdict = Verdict::Failed;
    d.x.record.client_left = true;
    co_return;
  }
  d.x.because(why.cause);
  co_await d.answer.flush();
  co_await respond::deliver_error(why.error, d.x.sink, d.x.record, d.x.on_settle);
}

net::Task<void> break_off(LiveDraft& d, Error error) {
  const bool gone = error.kind == ErrorKind::Cancelled;
  error.source = gone ? Source::Client : Source::Draft;
  d.end_call(gone ? CallEnd::Cancelled : CallEnd::Failed, name_of(error.kind));
  co_await give_up(d, draft::no_draft(std::move(error)));
}

net::Task<void> finish(LiveDraft& d) {
  d.end_call(CallEnd::Complete);
  if (const auto why = draft::why_refuse(d.assembler.answer(), d.x.request.facts)) {
    co_await give_up(d, draft::refused_draft(*why));
    co_return;
  }
  d.known.draft.emplace(draft::Draft{d.assembler.take(), d.events.usage()});
  const Answer& answer = d.known.draft->answer;
  d.x.record.seen = seen_of_draft(d.events.usage());
  if (!d.released()) {
    co_await deliver_draft(d.x, answer, Verdict::Skipped);
    co_return;
  }
  const stream::MessageDelta last{answer.stop_reason, answer.stop_sequence, {}};
  draw_audit(d.x, answer);
  const bool sent = co_await d.answer.finish(last, d.x.on_settle);
  if (!sent) d.x.record.client_left = true;
}

net::Task<void> relay_draft(LiveDraft& d) {
  const Error left{ErrorKind::Cancelled, Source::Client, "the client left"};
  const Milliseconds time = d.x.cascade->hold_back.time;
  for (;;) {
    // Events that came together leave together.
    const bool sent = d.events.ready() || co_await d.answer.flush();
    if (!sent) co_return co_await break_off(d, left);
    auto event = co_await d.events.next();
    if (!event) co_return co_await break_off(d, std::move(event.error()));
    if (!*event) {
      // However well its connection ended, a stream without message_stop was cut.
      d.end_call(CallEnd::Failed, name_of(ErrorKind::Protocol));
      co_return co_await give_up(d, draft::refused_draft("incomplete"));
    }
    if (auto fed = d.assembler.feed(**event); !fed)
      co_return co_await break_off(d, std::move(fed.error()));
    if (std::holds_alternative<stream::MessageStop>(**event)) co_return co_await finish(d);
    if (d.guard.feed(**event) == draft::LiveGuard::State::Refused) {
      d.end_call(CallEnd::Cancelled);
      co_return co_await give_up(d, draft::refused_draft(d.guard.cause()));
    }
    d.answer.add(**event);
    d.release_if_open();
    if (!d.released() && !d.timer.armed() && d.guard.has_text() && time.count() > 0)
      d.timer.arm(time);
  }
}

}  // namespace

net::Task<void> serve_draft_only(ExchangeContext& x, std::string_view body,
                                 draft::Remembered& known) {
  if (known.draft || !may_leave_early(x)) {
    co_await serve_whole(x, body, known);
    co_return;
  }
  auto opened =
      co_await draft::open_draft(x.model(x.cascade->draft), x.request, body, x.calls, x.stop());
  if (!opened) {
    co_await fall_back(x, opened.error());
    co_return;
  }
  LiveDraft live(x, *opened, known);
  co_await relay_draft(live);
}

}  // namespace rlm::exchange
