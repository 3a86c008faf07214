#pragma once
// A connected socket, plain or under TLS, that never blocks its thread and holds no buffer while it
// waits.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/poller.hpp"
#include "net/task.hpp"
#include "net/tls.hpp"
#include "net/worker.hpp"

namespace rlm::net {

enum class IoStatus { Ok, WouldBlock, Eof, TimedOut, Closed, Failed };

/// How an operation ended; `bytes` counts what was moved.
struct IoResult {
  IoStatus status = IoStatus::Ok;
  std::size_t bytes = 0;
  bool ok() const { return status == IoStatus::Ok; }
};

/// One thread. Every wait ends when the stream's deadline passes (TimedOut) or close() is called
/// (Closed).
class ByteStream {
 public:
  /// A connected socket.
  ByteStream(Worker& worker, Socket socket);
  /// Not connected yet: connect() is next.
  ByteStream(Worker& worker, int protocol_family);
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  ~ByteStream() = default;

  /// Connects; Failed with a reason in `error`.
  Task<IoResult> connect(const asio::ip::tcp::endpoint& to, std::string& error);
  /// Puts TLS on the connection. Failed with a reason in `error`; the stream is then useless.
  Task<IoResult> handshake(SslPtr ssl, std::string& error);

  /// Reads what is there, waiting when nothing is. Eof with 0 bytes at the end. `into` must stay
  /// valid; with Worker::scratch() that holds, since it is filled only after the wait. It need not
  /// be evicted before.
  Task<IoResult> read_some(char* into, std::size_t bytes);
  /// Writes all parts, waiting while the peer is slow. At most 8 parts.
  Task<IoResult> write_all(std::span<const std::string_view> parts);
  /// Writes what the kernel takes now; `bytes` tells how much.
  IoResult try_write(std::span<const std::string_view> parts);

  /// Every wait from now on ends this much later at the latest. Re-arming is cheap.
  void set_deadline(Milliseconds after) { arm(after, true); }
  /// The same, but the stream stays open when it passes, so that the peer can still be told why.
  void set_gentle_deadline(Milliseconds after) { arm(after, false); }
  void clear_deadline() { deadline_.disarm(); }
  bool timed_out() const { return timed_out_; }

  /// True when a pooled connection can still be used: nothing to read and not closed by the peer.
  bool is_idle();
  /// Says goodbye to the peer's reader; reading goes on.
  void shutdown_send();
  /// Ends every wait with Closed. With `reset` the peer sees a reset instead of a clean end.
  void close(bool reset = false);
  bool is_open() const { return descriptor_.is_open(); }
  int fd() const { return descriptor_.fd(); }
  /// `listener` is called once, as soon as the peer has hung up; at once when it has already. Null:
  /// nobody listens.
  void on_hang_up(Descriptor::Listener listener, void* context) {
    descriptor_.on_hang_up(listener, context);
  }
  Worker& worker() { return worker_; }
  /// Why TLS ended the connection, e.g. "tlsv13 alert certificate required"; null when it did not.
  const char* tls_failure() const { return tls_failure_; }

 private:
  struct Wait {
    ByteStream& stream;
    decltype(std::declval<Descriptor&>().wait({})) ready;
    bool await_ready() const { return ready.await_ready(); }
    template <class Frame>
    void await_suspend(std::coroutine_handle<Frame> waiting) {
      ready.await_suspend(waiting);
    }
    IoResult await_resume() const {
      if (stream.is_open() && !stream.timed_out_) return {};
      return {stream.closed_status(), 0};
    }
  };

  void arm(Milliseconds after, bool closes);
  void on_deadline();
  auto wait(Descriptor::Direction direction) { return Wait{*this, descriptor_.wait(direction)}; }
  IoResult try_read(char* into, std::size_t bytes);
  void about_to_use_tls();
  IoResult tls_result(int returned, bool reading);
  IoStatus closed_status() const { return timed_out_ ? IoStatus::TimedOut : IoStatus::Closed; }

  Worker& worker_;
  Descriptor descriptor_;
  SslPtr ssl_;
  WheelTimer deadline_;
  const char* tls_failure_ = nullptr;  // of OpenSSL's own texts
  bool timed_out_ = false;
  bool deadline_closes_ = true;
  bool drained_ = true;           // the last read took everything: wait before trying again
  bool tls_wants_write_ = false;  // a TLS read or write waits for the other direction
  bool tls_wants_read_ = false;
};

}  // namespace rlm::net
