#include "net/http_transaction.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "net/chunked.hpp"
#include "net/http_server.hpp"
#include "net/server_connection.hpp"

namespace rlm::net {
namespace {

tl::unexpected<Error> body_failure(const IoResult& result) {
  if (result.status == IoStatus::TimedOut)
    return fail(ErrorKind::Timeout, Source::Client, "the request body stopped arriving");
  return fail(ErrorKind::Cancelled, Source::Client,
              "the client left while sending its request body");
}

// What of `parts` is left behind their first `sent` bytes.
std::string unsent(std::span<const std::string_view> parts, std::size_t sent) {
  std::string rest;
  for (const auto part : parts) {
    const auto skip = std::min(sent, part.size());
    rest.append(part.substr(skip));
    sent -= skip;
  }
  return rest;
}

tl::unexpected<Error> too_large(std::size_t bytes_max) {
  return fail(ErrorKind::TooLarge, Source::Client,
              "Request exceeds the maximum size: the body may have at most " +
                  std::to_string(bytes_max) + " bytes");
}

}  // namespace

void HttpTransaction::body_done() {
  body_read_ = true;
  connection_.watch();
}

Task<IoResult> HttpTransaction::fill_input() {
  stream_.set_gentle_deadline(config_.body_idle);
  char* scratch = stream_.worker().scratch().data();
  const IoResult got = co_await stream_.read_some(scratch, Scratch::kBytes);
  stream_.clear_deadline();
  if (got.ok()) input_.add({scratch, got.bytes});
  co_return got;
}

Task<Result<Buffer>> HttpTransaction::read_body(std::size_t bytes_max) {
  if (!body_pending()) {
    body_read_ = true;
    co_return Buffer();
  }
  if (head_.content_length && *head_.content_length > bytes_max) co_return too_large(bytes_max);
  if (head_.expects_continue && input_.empty()) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const std::array<std::string_view, 1> parts{kContinue};
    const IoResult sent = co_await stream_.write_all(parts);
    if (!sent.ok()) co_return body_failure(sent);
  }
  if (head_.chunked) co_return co_await read_chunked(bytes_max);
  co_return co_await read_sized(*head_.content_length);
}

Task<Result<Buffer>> HttpTransaction::read_sized(std::uint64_t length) {
  Buffer body;
  const auto wanted = static_cast<std::size_t>(length);
  body.reserve(wanted);
  const auto here = std::min(wanted, input_.size());
  if (here > 0) {
    std::memcpy(body.data(), input_.data(), here);
    input_.consume(here);
  }
  std::size_t got = here;
  while (got < wanted) {
    stream_.set_gentle_deadline(config_.body_idle);
    // One byte more than wanted: a short read shows that there is nothing left to read for now.
    static_assert(Buffer::kPadding >= 1);
    const IoResult read = co_await stream_.read_some(body.data() + got, wanted - got + 1);
    if (!read.ok()) co_return body_failure(read);
    got += read.bytes;
  }
  if (got > wanted) input_.add({body.data() + wanted, got - wanted});
  stream_.clear_deadline();
  body.set_size(wanted);
  body_done();
  co_return body;
}

Task<Result<Buffer>> HttpTransaction::read_chunked(std::size_t bytes_max) {
  ChunkedDecoder decoder;
  Buffer body;
  for (;;) {
    std::size_t data = 0;
    std::size_t used = 0;
    const auto status = decoder.decode(input_.data(), input_.size(), data, used);
    if (status == ChunkedDecoder::Status::Bad)
      co_return fail(ErrorKind::BadRequest, Source::Client,
                     "the chunked request body is malformed");
    if (body.size() + data > bytes_max) co_return too_large(bytes_max);
    body.append({input_.data(), data});
    input_.consume(used);
    if (status == ChunkedDecoder::Status::Done) break;
    const IoResult got = co_await fill_input();
    if (!got.ok()) co_return body_failure(got);
  }
  body.reserve(body.size());
  body_done();
  co_return body;
}

void HttpTransaction::begin(int status, const Headers& headers, std::optional<std::uint64_t> length,
                            std::string_view trailer) {
  begun_ = true;
  status_ = status;
  out_head_.reserve(128 + headers.text_bytes());
  out_head_ = "HTTP/1.1 ";
  out_head_ += std::to_string(status);
  out_head_ += ' ';
  out_head_ += reason_of(status);
  out_head_ += "\r\n";
  out_head_ += headers.lines();
  shows_its_end_ = length.has_value() || head_.minor_version > 0;
  if (length) {
    out_head_ += "content-length: " + std::to_string(*length) + "\r\n";
  } else if (head_.minor_version == 0) {
    close_after_ = true;  // HTTP/1.0 knows no chunks: the end of the connection ends the body
  } else {
    chunked_ = true;
    out_head_ += "transfer-encoding: chunked\r\n";
    trailer_ = trailer;
    if (!trailer.empty()) out_head_.append("trailer: ").append(trailer).append("\r\n");
  }
  // What is left of an unread body could be taken for the next request.
  if (!head_.keep_alive || body_pending()) close_after_ = true;
  if (close_after_) out_head_ += "connection: close\r\n";
  out_head_ += "\r\n";
}

void HttpTransaction::set_trailer(std::string_view value) {
  if (!trailer_.empty() && !trailer_.ends_with('\n'))
    trailer_.append(": ").append(value).append("\r\n");
}

std::size_t HttpTransaction::frame_end(std::span<std::string_view> parts) const {
  parts[0] = "0\r\n";
  parts[1] = trailer_.ends_with('\n') ? std::string_view(trailer_) : std::string_view();
  parts[2] = "\r\n";
  return 3;
}

std::size_t HttpTransaction::frame(std::string_view bytes, bool last,
                                   std::span<std::string_view> parts) {
  std::size_t count = 0;
  parts[count++] = pending_;
  parts[count++] = out_head_;
  if (head_.method == "HEAD") return count;
  if (!chunked_) {
    parts[count++] = bytes;
    return count;
  }
  if (!bytes.empty()) {
    auto* end = std::to_chars(size_line_, size_line_ + sizeof size_line_ - 2, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    parts[count++] = {size_line_, static_cast<std::size_t>(end - size_line_)};
    parts[count++] = bytes;
    parts[count++] = "\r\n";
  }
  return last ? count + frame_end(parts.subspan(count)) : count;
}

Task<IoResult> HttpTransaction::write_slowly(std::string_view bytes) {
  // The deadline is for silence: a client that takes a part has its time again.
  static constexpr std::size_t kPart = 64 * 1024;
  IoResult all;
  while (!bytes.empty() && all.ok()) {
    const std::array<std::string_view, 1> part{bytes.substr(0, kPart)};
    stream_.set_deadline(config_.write_idle);
    const IoResult sent = co_await stream_.write_all(part);
    all = {sent.status, all.bytes + sent.bytes};
    bytes.remove_prefix(sent.bytes);
  }
  stream_.clear_deadline();
  co_return all;
}

// False when the client is gone.
bool HttpTransaction::note_sent(const IoResult& sent) {
  bytes_sent_ += sent.bytes;
  std::string().swap(
      out_head_);  // a stream that stays open for minutes need not keep its head's memory
  pending_.clear();
  if (sent.ok()) return true;
  stream_.close();
  gone_.request_stop();
  return false;
}

Task<bool> HttpTransaction::write(std::string_view bytes, bool last) {
  std::array<std::string_view, kPartsMax> parts;
  const std::span all(parts.data(), frame(bytes, last, parts));
  std::size_t total = 0;
  for (const auto part : all) total += part.size();
  if (total > 0) {
    writing_ = true;
    IoResult sent = stream_.try_write(all);
    if ((sent.ok() || sent.status == IoStatus::WouldBlock) && sent.bytes < total) {
      // The bytes may stand in the worker's scratch memory, which others fill while we wait.
      const std::string rest = unsent(all, sent.bytes);
      const IoResult waited = co_await write_slowly(rest);
      sent = {waited.status, sent.bytes + waited.bytes};
    }
    writing_ = false;
    if (!note_sent(sent)) co_return false;
  }
  if (last) finished_ = true;
  co_return true;
}

bool HttpTransaction::try_write(std::string_view bytes) {
  if (writing_ || finished_ || !begun_ || !pending_.empty()) return false;
  std::array<std::string_view, kPartsMax> parts;
  const auto count = frame(bytes, false, parts);
  const IoResult sent = stream_.try_write({parts.data(), count});
  if (!sent.ok() || sent.bytes == 0) return false;
  bytes_sent_ += sent.bytes;
  std::string rest = unsent({parts.data(), count}, sent.bytes);
  out_head_.clear();
  pending_ = std::move(rest);
  return true;
}

Task<bool> HttpTransaction::respond(int status, const Headers& headers, std::string_view body) {
  begin(status, headers, body.size());
  co_return co_await write(body, true);
}

void HttpTransaction::cut() {
  stream_.close(true);
}

void HttpTransaction::end_early() {
  stream_.close(!shows_its_end_);
}

}  // namespace rlm::net
