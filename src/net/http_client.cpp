#include "net/http_client.hpp"

#include <algorithm>
#include <array>

namespace rlm::net {

HttpCall::HttpCall(ClientPool& pool, StopSource& stop)
    : pool_(pool),
      stop_(stop),
      timeouts_(pool.config().timeouts),
      unread_(pool.worker().scratch()) {
  on_stop_.attach(
      stop, [](void* self) { static_cast<HttpCall*>(self)->cancel(); }, this);
}

HttpCall::~HttpCall() {
  if (stream_) stream_->close();
}

void HttpCall::cancel() {
  if (stream_) stream_->close();
}

Milliseconds HttpCall::since_start() const {
  return std::chrono::duration_cast<Milliseconds>(pool_.worker().clock().now() - started_);
}

void HttpCall::arm(Milliseconds limit) {
  const auto spent = since_start();
  stream_->set_deadline(std::clamp(timeouts_.total - spent, Milliseconds(0), limit));
}

Error HttpCall::failure(IoStatus status, const char* during) const {
  Error error;
  error.source = Source::Upstream;
  const std::string where = pool_.url().authority();
  if (stop_.stopped()) {
    error.kind = ErrorKind::Cancelled;
    error.source = Source::Client;
    error.message = "the client left";
  } else if (status == IoStatus::TimedOut) {
    error.kind = ErrorKind::Timeout;
    error.message = "upstream " + where + " was silent too long " + during;
  } else {
    error.kind = any_byte_ ? ErrorKind::Protocol : ErrorKind::Unreachable;
    error.message = "upstream " + where + " closed the connection " + during;
    if (stream_ && stream_->tls_failure() != nullptr)
      error.message += std::string(" (TLS: ") + stream_->tls_failure() + ')';
  }
  return error;
}

Task<Result<void>> HttpCall::start(const ClientRequest& request) {
  started_ = pool_.worker().clock().now();
  if (request.timeouts) timeouts_ = *request.timeouts;
  stream_ = pool_.take_idle();
  reused_ = stream_ != nullptr;
  for (;;) {
    if (stop_.stopped()) co_return fail(failure(IoStatus::Closed, "before the request"));
    if (!stream_) {
      auto connected = co_await pool_.connect(stop_);
      if (!connected) co_return fail(std::move(connected.error()));
      stream_ = std::move(*connected);
    }
    auto done = co_await send(request);
    if (done) {
      if (request.sending != nullptr) request.sending->whole = true;
      done = co_await read_head();
    } else if (stream_->is_open()) {
      // An upstream that refuses a large request may answer and close before it has read it.
      auto early = co_await read_head();
      head_.keep_alive = false;
      if (early) done = std::move(early);
    }
    if (done) {
      first_byte_after_ = since_start();
      co_return done;
    }
    // The upstream may close an idle connection at the very moment we use it; nothing was processed
    // then, so a fresh one is safe.
    const bool stale = reused_ && !any_byte_ && done.error().kind == ErrorKind::Unreachable;
    stream_.reset();
    if (!stale) co_return done;
    reused_ = false;
    if (request.sending != nullptr) *request.sending = {false, since_start()};
  }
}

Task<Result<void>> HttpCall::send(const ClientRequest& request) {
  std::size_t length = 0;
  for (const auto part : request.body) length += part.size();
  std::string head;
  head.reserve(256 + request.target.size() +
               (request.headers != nullptr ? request.headers->text_bytes() : 0));
  const Proxy* proxy = pool_.forwarding_proxy();
  head.append(request.method).append(" ");
  if (proxy != nullptr) head.append("http://").append(pool_.url().authority());
  head.append(pool_.url().path).append(request.target);
  head.append(" HTTP/1.1\r\nhost: ").append(pool_.url().authority()).append("\r\n");
  if (proxy != nullptr && !proxy->authorization.empty())
    head.append("proxy-authorization: ").append(proxy->authorization.reveal()).append("\r\n");
  if (request.headers != nullptr) head.append(request.headers->lines());
  if (length > 0 || request.method == "POST")
    head += "content-length: " + std::to_string(length) + "\r\n";
  head += "\r\n";
  std::array<std::string_view, 8> parts;
  parts[0] = head;
  // Requests that came together leave together: an upstream that sleeps is woken once.
  co_await pool_.worker().poller().end_of_batch();
  if (stop_.stopped()) co_return fail(failure(IoStatus::Closed, "before the request"));
  arm(timeouts_.idle);
  // A spliced body has few segments; more than fit go out in several writes.
  std::size_t count = 1;
  for (const auto part : request.body) {
    if (count == parts.size()) {
      const IoResult sent = co_await stream_->write_all(parts);
      if (!sent.ok()) co_return fail(failure(sent.status, "while the request was sent"));
      count = 0;
    }
    parts[count++] = part;
  }
  const IoResult sent = co_await stream_->write_all({parts.data(), count});
  if (!sent.ok()) co_return fail(failure(sent.status, "while the request was sent"));
  co_return Result<void>{};
}

Task<Result<void>> HttpCall::read_head() {
  arm(timeouts_.first_byte);
  char* scratch = pool_.worker().scratch().data();
  for (;;) {
    const IoResult got = co_await stream_->read_some(scratch, Scratch::kBytes);
    if (!got.ok()) co_return fail(failure(got.status, "before it answered"));
    any_byte_ = true;
    unread_.add({scratch, got.bytes});
    const auto taken = take_head();
    if (!taken) co_return fail(taken.error());
    if (*taken) break;
  }
  const Proxy* proxy = pool_.forwarding_proxy();
  if (proxy != nullptr && head_.status == 407)
    co_return fail(proxy_refusal(*proxy, pool_.url(), head_.status));
  frame_body();
  co_return Result<void>{};
}

Result<bool> HttpCall::take_head() {
  for (;;) {
    const std::string_view bytes = unread_.view();
    const auto length = head_length(bytes, pool_.config().head);
    if (!length)
      return fail(ErrorKind::Protocol, Source::Upstream,
                  "malformed HTTP response: " + length.error().message);
    if (*length == 0) return false;
    auto parsed = parse_response_head(bytes.substr(0, *length), pool_.config().head);
    if (!parsed) return fail(std::move(parsed.error()));
    unread_.consume(*length);
    if (parsed->status / 100 == 1) continue;
    head_ = std::move(*parsed);
    return true;
  }
}

void HttpCall::frame_body() {
  if (head_.status == 204 || head_.status == 304) {
    framing_ = Framing::None;
    finish();
  } else if (head_.chunked) {
    framing_ = Framing::Chunked;
  } else if (head_.content_length) {
    framing_ = Framing::Sized;
    left_ = *head_.content_length;
    if (left_ == 0) finish();
  } else {
    framing_ = Framing::UntilClose;
  }
}

Result<HttpCall::Piece> HttpCall::decode(char* bytes, std::size_t size) {
  if (framing_ == Framing::Chunked) {
    std::size_t data = 0;
    std::size_t used = 0;
    const auto status = chunks_.decode(bytes, size, data, used);
    if (status == ChunkedDecoder::Status::Bad)
      return fail(ErrorKind::Protocol, Source::Upstream,
                  "upstream " + pool_.url().authority() + " sent a malformed chunked body");
    const bool end = status == ChunkedDecoder::Status::Done;
    if (end && used < size) head_.keep_alive = false;  // bytes nobody asked for
    if (end) finish();
    return Piece{{bytes, data}, end};
  }
  if (framing_ == Framing::Sized) {
    const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, size));
    if (take < size) head_.keep_alive = false;
    left_ -= take;
    if (left_ == 0) finish();
    return Piece{{bytes, take}, left_ == 0};
  }
  return Piece{{bytes, size}, false};
}

Task<Result<HttpCall::Piece>> HttpCall::read() {
  if (ended_) co_return Piece{{}, true};
  if (!stream_ || !stream_->is_open())
    co_return fail(failure(stream_ && stream_->timed_out() ? IoStatus::TimedOut : IoStatus::Closed,
                           "within its answer"));
  Scratch& scratch = pool_.worker().scratch();
  if (!unread_.empty()) {
    const auto taken = unread_.take_to_scratch();
    auto piece = decode(taken.data(), taken.size());
    if (!piece || !piece->bytes.empty() || piece->end) co_return piece;
  }
  for (;;) {
    arm(timeouts_.idle);
    const IoResult got = co_await stream_->read_some(scratch.data(), Scratch::kBytes);
    if (got.status == IoStatus::Eof && framing_ == Framing::UntilClose) {
      head_.keep_alive = false;
      finish();
      co_return Piece{{}, true};
    }
    if (!got.ok()) co_return fail(failure(got.status, "within its answer"));
    auto piece = decode(scratch.data(), got.bytes);
    if (!piece || !piece->bytes.empty() || piece->end) co_return piece;
  }
}

Task<Result<std::string>> HttpCall::read_all(std::size_t bytes_max) {
  std::string body;
  while (!ended_) {
    auto piece = co_await read();
    if (!piece) co_return fail(std::move(piece.error()));
    if (body.size() + piece->bytes.size() > bytes_max)
      co_return fail(ErrorKind::TooLarge, Source::Upstream,
                     "upstream " + pool_.url().authority() + " sent more than " +
                         std::to_string(bytes_max) + " bytes");
    body += piece->bytes;
  }
  co_return body;
}

void HttpCall::finish() {
  ended_ = true;
  on_stop_.detach();
  if (stream_) {
    stream_->clear_deadline();
    if (head_.keep_alive) {
      pool_.give_back(std::move(stream_));
    } else {
      stream_.reset();
    }
  }
}

}  // namespace rlm::net
