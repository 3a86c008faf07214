#include "respond/rewrite_relay.hpp"

#include "respond/deliver.hpp"
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
  RewriteEvents blocks;
  stream::MessageDelta last;

  void end_call(CallEnd how, std::string_view error) {
    record.seen = start.prompt;
    record.seen.output = events.usage().output;
    record.seen.reported = events.usage().reported;
    log.end(opened.log_index, how, events.usage(), error);
  }
};

void append_event(std::string& out, const StreamEvent& event) {
  if (const auto* start = std::get_if<stream::BlockStart>(&event)) {
    wire::append_block_start(out, start->index, start->block);
    if (start->block.kind == ContentBlock::Kind::Text && !start->block.text.empty())
      wire::append_text_delta(out, start->index, start->block.text);
    // A reply that came whole has the input in its block; in a stream it belongs into a delta.
    if (start->block.kind == ContentBlock::Kind::ToolUse && !start->block.text.empty())
      wire::append_input_delta(out, start->index, start->block.text);
  } else if (const auto* text = std::get_if<stream::TextDelta>(&event)) {
    wire::append_text_delta(out, text->index, text->text);
  } else if (const auto* input = std::get_if<stream::InputDelta>(&event)) {
    wire::append_input_delta(out, input->index, input->partial_json);
  } else if (const auto* stop = std::get_if<stream::BlockStop>(&event)) {
    wire::append_block_stop(out, stop->index);
  }
}

// The next step of the reply: its block events, or nothing once message_stop came. A reply without
// message_stop is an error.
net::Task<Result<std::optional<std::vector<StreamEvent>>>> next_blocks(Rewrite& r) {
  using Step = std::optional<std::vector<StreamEvent>>;
  Result<std::optional<StreamEvent>> event = std::exchange(r.start.unread, std::nullopt);
  if (!*event) event = co_await r.events.next();
  if (!event) co_return fail(std::move(event.error()));
  if (!*event)
    co_return fail(ErrorKind::Protocol, Source::Verify, "the verify model's stream ended early");
  if (std::holds_alternative<stream::MessageStop>(**event)) co_return Step();
  if (const auto* delta = std::get_if<stream::MessageDelta>(&**event)) r.last = *delta;
  co_return Step(r.blocks.feed(**event));
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

// False when the client is gone.
net::Task<bool> write_events(Rewrite& r, std::string& out) {
  r.record.response_bytes += static_cast<std::int64_t>(out.size());
  const bool sent = out.empty() || co_await r.sink.write(out, false);
  out.clear();
  co_return sent;
}

net::Task<Relayed> stream_rewrite(Rewrite& r) {
  std::string out;
  r.record.status = 200;
  r.record.first_byte_ms = r.log.elapsed_ms();
  if (r.sink.begun()) out = verdict_comment(r.record);
  if (!r.sink.begun()) r.sink.begin(200, stream_headers(), r.record, std::nullopt);
  wire::append_message_start(out, wire::new_message_id(), r.request.facts.model, r.start.prompt);
  // What the gate held back is known now; the next event may be long in coming.
  for (const auto& event : r.blocks.feed(stream::Ignored{})) append_event(out, event);
  for (;;) {
    // Events that came together leave together.
    if (!out.empty() && !r.events.ready()) {
      const bool sent = co_await write_events(r, out);
      if (!sent)
        co_return co_await break_off(
            r, Error{ErrorKind::Cancelled, Source::Client, "the client left"});
    }
    auto step = co_await next_blocks(r);
    if (!step) {
      co_await write_events(r, out);
      co_return co_await break_off(r, std::move(step.error()));
    }
    if (!*step) break;
    for (const auto& event : **step) append_event(out, event);
  }
  for (const auto& event : r.blocks.finish()) append_event(out, event);
  r.end_call(CallEnd::Complete, {});
  wire::append_message_delta(out, r.last.stop_reason, r.last.stop_sequence, r.record.seen);
  wire::append_message_stop(out);
  r.record.response_bytes += static_cast<std::int64_t>(out.size());
  r.settle();
  Relayed result;
  result.complete = co_await r.sink.write(out, true);
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
  take({stream::MessageStart{}});
  for (;;) {
    auto step = co_await next_blocks(r);
    if (!step) co_return co_await break_off(r, std::move(step.error()));
    if (!*step) break;
    take(**step);
    if (broken) co_return co_await break_off(r, std::move(*broken));
  }
  take(r.blocks.finish());
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
  RewriteEvents blocks(std::move(start.held));
  Rewrite rewrite{events, opened, std::move(start), request,           sink,
                  record, log,    settle,           std::move(blocks), {}};
  if (request.facts.stream) co_return co_await stream_rewrite(rewrite);
  co_return co_await collect_rewrite(rewrite);
}

}  // namespace rlm::respond
