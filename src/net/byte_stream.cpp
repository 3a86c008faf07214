#include "net/byte_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.hpp"

namespace rlm::net {
namespace {

using Direction = Descriptor::Direction;

constexpr std::size_t kPartsMax = 8;

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

int released(Socket socket) {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.native_non_blocking(true, ignored);
  return socket.release(ignored);
}

}  // namespace

ByteStream::ByteStream(Worker& worker, Socket socket)
    : worker_(worker),
      descriptor_(worker.poller(), released(std::move(socket))),
      deadline_(
          worker.wheel(), [](void* self) { static_cast<ByteStream*>(self)->on_deadline(); }, this) {
}

ByteStream::ByteStream(Worker& worker, int protocol_family)
    : worker_(worker),
      descriptor_(worker.poller(),
                  ::socket(protocol_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      deadline_(
          worker.wheel(), [](void* self) { static_cast<ByteStream*>(self)->on_deadline(); }, this) {
}

void ByteStream::arm(Milliseconds after, bool closes) {
  deadline_closes_ = closes;
  if (is_open()) timed_out_ = false;
  deadline_.arm(after);
}

void ByteStream::on_deadline() {
  timed_out_ = true;
  if (deadline_closes_) return close();
  descriptor_.wake();
}

Task<IoResult> ByteStream::connect(const asio::ip::tcp::endpoint& to, std::string& error) {
  if (!is_open()) {
    error = std::strerror(errno);
    co_return IoResult{IoStatus::Failed, 0};
  }
  const int on = 1;
  ::setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  descriptor_.about_to(Direction::Write);
  int reason = ::connect(fd(), to.data(), static_cast<socklen_t>(to.size())) == 0 ? 0 : errno;
  if (reason == EINPROGRESS) {
    const IoResult waited = co_await wait(Direction::Write);
    if (!waited.ok()) co_return waited;
    socklen_t size = sizeof reason;
    ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &reason, &size);
  }
  if (reason == 0) co_return IoResult{};
  error = std::strerror(reason);
  co_return IoResult{IoStatus::Failed, 0};
}

Task<IoResult> ByteStream::handshake(SslPtr ssl, std::string& error) {
  if (!ssl) {
    error = "out of memory";
    co_return IoResult{IoStatus::Failed, 0};
  }
  ssl_ = std::move(ssl);
  for (;;) {
    ERR_clear_error();
    about_to_use_tls();
    const int returned = SSL_do_handshake(ssl_.get());
    if (returned == 1) {
      drained_ = false;  // records may have come with the handshake's last flight
      co_return IoResult{};
    }
    const int why = SSL_get_error(ssl_.get(), returned);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
      error = tls_error_text(ssl_.get());
      co_return IoResult{IoStatus::Failed, 0};
    }
    const auto direction = why == SSL_ERROR_WANT_READ ? Direction::Read : Direction::Write;
    const IoResult waited = co_await wait(direction);
    if (!waited.ok()) co_return waited;
  }
}

// TLS may use either direction for either purpose.
void ByteStream::about_to_use_tls() {
  descriptor_.about_to(Direction::Read);
  descriptor_.about_to(Direction::Write);
}

IoResult ByteStream::tls_result(int returned, bool reading) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      (reading ? drained_ : tls_wants_read_) = true;
      return {IoStatus::WouldBlock, 0};
    case SSL_ERROR_WANT_WRITE:
      if (reading) tls_wants_write_ = true;
      return {IoStatus::WouldBlock, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {IoStatus::Eof, 0};
    default:
      if (const auto code = ERR_peek_last_error()) tls_failure_ = ERR_reason_error_string(code);
      ERR_clear_error();
      return {IoStatus::Failed, 0};
  }
}

IoResult ByteStream::try_read(char* into, std::size_t bytes) {
  if (!is_open()) return {closed_status(), 0};
  if (worker_.scratch().holds(into)) worker_.scratch().evict();
  if (ssl_) {
    ERR_clear_error();
    about_to_use_tls();
    std::size_t got = 0;
    const int returned = SSL_read_ex(ssl_.get(), into, bytes, &got);
    if (returned == 1) return {IoStatus::Ok, got};
    return tls_result(returned, true);
  }
  descriptor_.about_to(Direction::Read);
  ssize_t got = 0;
  do got = ::recv(fd(), into, bytes, 0);
  while (got < 0 && errno == EINTR);
  if (got > 0) {
    drained_ = static_cast<std::size_t>(got) < bytes;
    return {IoStatus::Ok, static_cast<std::size_t>(got)};
  }
  if (got == 0) return {IoStatus::Eof, 0};
  if (would_block()) {
    drained_ = true;
    return {IoStatus::WouldBlock, 0};
  }
  return {IoStatus::Failed, 0};
}

Task<IoResult> ByteStream::read_some(char* into, std::size_t bytes) {
  for (;;) {
    const bool has_pending = ssl_ && SSL_pending(ssl_.get()) > 0;
    if ((drained_ || tls_wants_write_) && !has_pending) {
      const auto direction = tls_wants_write_ ? Direction::Write : Direction::Read;
      tls_wants_write_ = false;
      const IoResult waited = co_await wait(direction);
      drained_ = false;
      if (!waited.ok()) co_return waited;
    }
    const IoResult got = try_read(into, bytes);
    if (got.status != IoStatus::WouldBlock) co_return got;
  }
}

IoResult ByteStream::try_write(std::span<const std::string_view> parts) {
  RLM_CHECK(parts.size() <= kPartsMax);
  if (!is_open()) return {closed_status(), 0};
  if (ssl_) {
    about_to_use_tls();
    std::size_t written = 0;
    for (const auto part : parts) {
      if (part.empty()) continue;
      ERR_clear_error();
      std::size_t taken = 0;
      const int returned = SSL_write_ex(ssl_.get(), part.data(), part.size(), &taken);
      if (returned != 1) {
        const IoResult result = tls_result(returned, false);
        return {written > 0 ? IoStatus::Ok : result.status, written};
      }
      written += taken;
      if (taken < part.size()) break;
    }
    return {IoStatus::Ok, written};
  }
  std::array<iovec, kPartsMax> vectors;
  std::size_t count = 0;
  for (const auto part : parts)
    if (!part.empty()) vectors[count++] = {const_cast<char*>(part.data()), part.size()};
  if (count == 0) return {};
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = count;
  descriptor_.about_to(Direction::Write);
  ssize_t sent = 0;
  do sent = ::sendmsg(fd(), &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent >= 0) return {IoStatus::Ok, static_cast<std::size_t>(sent)};
  return {would_block() ? IoStatus::WouldBlock : IoStatus::Failed, 0};
}

Task<IoResult> ByteStream::write_all(std::span<const std::string_view> parts) {
  std::array<std::string_view, kPartsMax> left;
  std::size_t total = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    left[i] = parts[i];
    total += parts[i].size();
  }
  std::size_t done = 0;
  std::size_t first = 0;
  while (done < total) {
    const IoResult sent = try_write({left.data() + first, parts.size() - first});
    if (!sent.ok() && sent.status != IoStatus::WouldBlock) co_return IoResult{sent.status, done};
    done += sent.bytes;
    for (std::size_t skip = sent.bytes; first < parts.size();) {
      if (skip < left[first].size()) {
        left[first].remove_prefix(skip);
        break;
      }
      skip -= left[first++].size();
    }
    if (done == total || (sent.bytes > 0 && ssl_)) continue;
    const auto direction = tls_wants_read_ ? Direction::Read : Direction::Write;
    tls_wants_read_ = false;
    const IoResult waited = co_await wait(direction);
    if (!waited.ok()) co_return IoResult{waited.status, done};
  }
  co_return IoResult{IoStatus::Ok, done};
}

bool ByteStream::is_idle() {
  if (!is_open()) return false;
  char byte;
  if (ssl_) {
    // Session tickets and close_notify arrive unasked; SSL_peek takes in the former and tells of
    // the latter.
    ERR_clear_error();
    std::size_t got = 0;
    const int returned = SSL_peek_ex(ssl_.get(), &byte, 1, &got);
    return returned != 1 && SSL_get_error(ssl_.get(), returned) == SSL_ERROR_WANT_READ;
  }
  const ssize_t got = ::recv(fd(), &byte, 1, MSG_PEEK);
  return got < 0 && would_block();
}

void ByteStream::shutdown_send() {
  if (!is_open()) return;
  if (ssl_) SSL_shutdown(ssl_.get());
  ::shutdown(fd(), SHUT_WR);
}

void ByteStream::close(bool reset) {
  deadline_.disarm();
  if (reset && is_open()) {
    const linger now{1, 0};
    ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  descriptor_.close();
}

}  // namespace rlm::net
