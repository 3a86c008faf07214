#include "respond/relay.hpp"

#include "respond/deliver.hpp"
#include "respond/pings.hpp"
#include "respond/whole_events.hpp"
#include "upstream/forward_headers.hpp"
#include "wire/anthropic_error.hpp"
#include "wire/usage_tap.hpp"

namespace rlm::respond {
namespace {

// The state of one relay, kept in the coroutine's frame.
struct Relay {
  upstream::OpenedCall& opened;
  ResponseSink& sink;
  ExchangeRecord& record;
  upstream::CallLog& log;
  wire::JsonIndex& index;
  const Settle& settle;
  wire::UsageTap tap;
  WholeEvents events{};
  bool settled = false;
  dialect::AnswerTranslator* as_messages = nullptr;  // of an answer in the client's own dialect
  std::string messages{};                            // what it made of the last piece
  bool unreadable = false;                           // nothing more can be made of it

  // Nothing in a stream's framing tells a cut one from a whole one: an upstream that gives up may
  // end it well.
  bool is_cut() const { return opened.is_stream && !tap.complete() && !tap.failed(); }

  void note_end(CallEnd how, std::string_view error) {
    if (settled) return;
    settled = true;
    record.seen = tap.usage();
    record.status = record.status == 0 ? 200 : record.status;
    if (how == CallEnd::Cancelled) record.client_left = true;
    if (how == CallEnd::Failed) record.verdict = Verdict::Failed;
    if (how == CallEnd::Complete) opened.completed();
    log.end(opened.log_index, how, record.seen, error);
    settle();
  }
  void note_answered() {
    if (!opened.is_stream && unreadable)
      return note_failed(Error(ErrorKind::Protocol, Source::Upstream, "no answer"), "api_error");
    if (!tap.failed()) return note_end(CallEnd::Complete, {});
    Error error(ErrorKind::UpstreamStatus, Source::Upstream, "an error event");
    error.status = wire::status_of_type(tap.error_type());
    note_failed(error, tap.error_type());
  }
  void note_failed(const Error& error, std::string_view type) {
    opened.broke_off(error);
    record.error_type = type;
    note_end(CallEnd::Failed, name_of(error.kind));
  }
};

void begin(Relay& r) {
  if (r.sink.begun()) return;
  r.record.status = r.opened.call->status();
  Headers headers = upstream::response_headers_of(r.opened.call->headers());
  // A stream may get an error event behind what was announced.
  const auto length = r.opened.is_stream ? std::nullopt : r.opened.call->content_length();
  r.sink.begin(r.opened.call->status(), std::move(headers), r.record, length);
}

// True when the client has a whole answer all the same.
net::Task<bool> break_off(Relay& r, const Error& error) {
  if (r.opened.is_stream && r.tap.complete()) co_return co_await r.sink.write({}, true);
  r.note_failed(error, wire::error_type_of(wire::status_of(error)));
  r.sink.speak_own_dialect(false);
  if (r.opened.is_stream && !r.tap.failed()) {
    // Our event must not run into one that was cut in the middle.
    const std::string event =
        (r.events.inside_event() ? "\n\n" : "") + wire::error_event(error, r.sink.request_id());
    co_await r.sink.write(event, false);
  }
  r.sink.cut();
  co_return false;
}

// The upstream's answer cannot be said in the client's dialect: that is the upstream's fault.
net::Task<void> give_up(Relay& r, const Error& error) {
  r.settled = true;
  r.record.seen = r.tap.usage();
  r.opened.broke_off(error);
  r.log.end(r.opened.log_index, CallEnd::Failed, r.record.seen, name_of(error.kind));
  r.sink.speak_own_dialect(false);
  co_await deliver_error(error, r.sink, r.record, r.settle);
}

// Tells who answers when the head left before that was known. False when the client is gone.
net::Task<bool> follow_pings(Relay& r) {
  // The first piece is gone from the worker's memory once something else was waited for.
  if (r.opened.held.empty()) {
    r.opened.held.append(r.opened.first.bytes);
    r.opened.first.bytes = r.opened.held.view();
  }
  const std::string comment = verdict_comment(r.record);
  co_return co_await r.sink.write(comment, false);
}

// Reads the piece's usage. An answer that cannot be read counts as cut.
void understand(Relay& r, const net::HttpCall::Piece& piece) {
  std::string_view bytes = piece.bytes;
  if (r.as_messages != nullptr) {
    r.messages.clear();
    Result<void> read;
    if (!r.unreadable) read = r.as_messages->feed(bytes, r.index, r.messages);
    if (!r.unreadable && read && piece.end) read = r.as_messages->finish(r.index, r.messages);
    r.unreadable = r.unreadable || !read;
    bytes = r.messages;
  }
  piece.end ? r.tap.end(bytes, r.index) : r.tap.feed(bytes, r.index);
}

// Sends what of the piece may be sent. False when the client is gone; an error when it cannot be
// said in the client's dialect.
net::Task<Result<bool>> pass_on(Relay& r, const net::HttpCall::Piece& piece) {
  understand(r, piece);
  if (r.record.first_byte_ms < 0 && r.tap.content_seen())
    r.record.first_byte_ms = r.log.elapsed_ms();
  const bool last = piece.end && !r.is_cut();
  std::string_view bytes = piece.bytes;
  if (r.opened.is_stream) bytes = last ? r.events.finish(bytes) : r.events.feed(bytes);
  r.record.response_bytes += static_cast<std::int64_t>(bytes.size());
  const bool nothing = bytes.empty() && !last;
  if (!r.settled && !nothing)
    if (auto said = r.sink.prepare(r.opened.is_stream, bytes, last); !said)
      co_return fail(std::move(said.error()));
  // Not before message_stop leaves whole: whoever has the answer has its record.
  if (last || (r.tap.complete() && !r.events.holds())) r.note_answered();
  begin(r);
  if (nothing) co_return true;
  co_return co_await r.sink.write(bytes, last);
}

}  // namespace

net::Task<Relayed> relay(upstream::OpenedCall& opened, ResponseSink& sink, ExchangeRecord& record,
                         upstream::CallLog& log, wire::JsonIndex& index, const Settle& settle,
                         Pings* pings) {
  using Format = wire::UsageTap::Format;
  Relay r{opened,
          sink,
          record,
          log,
          index,
          settle,
          wire::UsageTap(opened.is_stream ? Format::Sse : Format::Json)};
  if (opened.call->starts_with_estimate()) r.tap.pass_over_start();
  r.as_messages = opened.call->as_messages();
  sink.speak_own_dialect(r.as_messages != nullptr);
  Relayed result;
  const bool follows_pings = sink.begun() && opened.is_stream;
  bool sent = !follows_pings || co_await follow_pings(r);
  net::HttpCall::Piece piece = opened.first;
  for (;;) {
    if (sent) {
      auto passed = co_await pass_on(r, piece);
      if (!passed) {
        result.error = std::move(passed.error());
        co_await give_up(r, result.error);
        break;
      }
      sent = *passed;
      // One of ours must not fall into the middle of an event that passes in parts.
      if (pings != nullptr) r.events.inside_event() ? pings->stop() : pings->put_off();
    }
    if (!sent) {
      r.note_end(CallEnd::Cancelled, "cancelled");
      result.client_left = true;
      break;
    }
    if (piece.end) {
      result.complete = !r.is_cut();
      if (r.is_cut()) {
        result.error = Error(ErrorKind::Protocol, Source::Upstream,
                             "the upstream's stream ended before its answer did");
        co_await break_off(r, result.error);
      }
      break;
    }
    auto next = co_await opened.call->read();
    if (!next) {
      if (next.error().kind == ErrorKind::Cancelled) {
        r.note_end(CallEnd::Cancelled, "cancelled");
        result.client_left = true;
      } else {
        result.error = std::move(next.error());
        result.complete = co_await break_off(r, result.error);
      }
      break;
    }
    piece = *next;
  }
  result.usage = r.tap.usage();
  co_return result;
}

}  // namespace rlm::respond
