#include "respond/relay.hpp"

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
  bool settled = false;

  void note_end(CallEnd how, std::string_view error) {
    if (settled) return;
    settled = true;
    record.seen = tap.usage();
    record.status = record.status == 0 ? 200 : record.status;
    if (how == CallEnd::Cancelled) record.client_left = true;
    if (how == CallEnd::Failed) record.verdict = Verdict::Failed;
    log.end(opened.log_index, how, record.seen, error);
    settle();
  }
};

void begin(Relay& r) {
  if (r.sink.begun()) return;
  r.record.status = r.opened.call->status();
  const Headers headers = upstream::response_headers_of(r.opened.call->headers());
  r.sink.begin(r.opened.call->status(), headers, r.record, r.opened.call->content_length());
}

net::Task<void> break_off(Relay& r, const Error& error) {
  r.note_end(CallEnd::Failed, name_of(error.kind));
  if (r.opened.is_stream) {
    const std::string event = wire::error_event(error, r.sink.request_id());
    // Our event must not run into one that was cut in the middle.
    const std::string framed = "\n\n" + event;
    co_await r.sink.write(framed, false);
  }
  r.sink.cut();
}

}  // namespace

net::Task<Relayed> relay(upstream::OpenedCall& opened, ResponseSink& sink, ExchangeRecord& record,
                         upstream::CallLog& log, wire::JsonIndex& index, const Settle& settle) {
  using Format = wire::UsageTap::Format;
  Relay r{opened, sink, record, log, index, settle,
          wire::UsageTap(opened.is_stream ? Format::Sse : Format::Json), false};
  Relayed result;
  net::HttpCall::Piece piece = opened.first;
  for (;;) {
    r.tap.feed(piece.bytes, index);
    record.response_bytes += static_cast<std::int64_t>(piece.bytes.size());
    if (record.first_byte_ms < 0 && r.tap.content_seen()) record.first_byte_ms = log.elapsed_ms();
    if (piece.end) r.tap.end(index);
    if (piece.end || r.tap.complete()) r.note_end(CallEnd::Complete, {});
    begin(r);
    const bool sent = co_await sink.write(piece.bytes, piece.end);
    if (!sent) {
      r.note_end(CallEnd::Cancelled, "cancelled");
      result.client_left = true;
      break;
    }
    if (piece.end) {
      result.complete = true;
      break;
    }
    auto next = co_await opened.call->read();
    if (!next) {
      if (next.error().kind == ErrorKind::Cancelled) {
        r.note_end(CallEnd::Cancelled, "cancelled");
        result.client_left = true;
      } else {
        result.error = std::move(next.error());
        co_await break_off(r, result.error);
      }
      break;
    }
    piece = *next;
  }
  result.usage = r.tap.usage();
  co_return result;
}

}  // namespace rlm::respond
