#pragma once
// HTTP/1.1 client: a pool of kept connections to one upstream, and calls over them.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/byte_stream.hpp"
#include "net/chunked.hpp"
#include "net/event.hpp"
#include "net/http_head.hpp"
#include "net/proxy.hpp"
#include "net/stop.hpp"
#include "net/tls.hpp"
#include "net/url.hpp"
#include "net/worker.hpp"

namespace rlm::net {

struct ClientTimeouts {
  Milliseconds connect{10'000};      // DNS, TCP and TLS together
  Milliseconds first_byte{120'000};  // from the request's last byte to the response's head
  Milliseconds idle{120'000};        // longest silence within the body
  Milliseconds total{600'000};       // the whole call
};

struct ClientConfig {
  ClientTimeouts timeouts;
  HeadLimits head;
  /// Idle connections kept per worker.
  std::size_t idle_max = 64;
  /// An idle connection older than this is not used again; providers close theirs after about a
  /// minute.
  Milliseconds idle_for{50'000};
  /// Resolved addresses are used this long.
  Milliseconds dns_for{30'000};
  /// Null: the upstream is reached straight.
  std::shared_ptr<const Proxy> proxy;
  /// Where the upstream is, for who has looked at the addresses already; connections go there and
  /// nowhere else. Empty: its name is resolved.
  std::vector<asio::ip::tcp::endpoint> addresses{};
};

/// Connections of one worker to one upstream. Must outlive its calls.
class ClientPool {
 public:
  /// `tls` is needed when `url.tls`.
  ClientPool(Worker& worker, Url url, std::shared_ptr<TlsContext> tls, ClientConfig config = {});
  ClientPool(const ClientPool&) = delete;
  ClientPool& operator=(const ClientPool&) = delete;

  const Url& url() const { return url_; }
  const ClientConfig& config() const { return config_; }
  Worker& worker() { return worker_; }
  std::size_t idle_count() const { return idle_.size(); }

 private:
  friend class HttpCall;
  struct LookupWait {
    explicit LookupWait(asio::io_context& io) : over(io) {}
    Event over;
    std::string why{};  // nothing was found; empty: addresses_, or nobody looks any more
  };
  struct Idle {
    std::unique_ptr<ByteStream> stream;
    SteadyTime since;
  };
  /// A kept connection that is still alive, or null.
  std::unique_ptr<ByteStream> take_idle();
  void give_back(std::unique_ptr<ByteStream> stream);
  /// A new connection. Unreachable or Timeout, Source::Upstream.
  Task<Result<std::unique_ptr<ByteStream>>> connect(StopSource& stop);
  /// One lookup at a time; who comes meanwhile waits for it.
  Task<Result<std::vector<asio::ip::tcp::endpoint>>> resolve(StopSource& stop);
  /// Wakes everybody who waits for the lookup under way.
  void end_lookup(std::string why);
  /// Tunnel and TLS, as far as they are wanted; what failed is said in `why`.
  Task<Result<void>> secure(ByteStream& stream, std::string& why);
  /// Who is asked by whole URLs; null when the upstream itself or a tunnel is at the other end.
  const Proxy* forwarding_proxy() const { return url_.tls ? nullptr : config_.proxy.get(); }

  Worker& worker_;
  Url url_;
  std::shared_ptr<TlsContext> tls_;
  ClientConfig config_;
  std::vector<Idle> idle_;
  std::vector<asio::ip::tcp::endpoint> addresses_;
  SteadyTime addresses_until_{};
  bool looking_up_ = false;
  std::vector<std::shared_ptr<LookupWait>> waiting_;
};

/// How far a request has gone. Written as it happens, so that it tells of a call that is stopped.
struct Sending {
  /// All of it was handed to the connection; an upstream may have read it.
  bool whole = false;
  /// When it was sent once more, because a kept connection turned out closed; -1: it was not.
  Milliseconds repeated_after{-1};
};

/// A request to be sent; everything is borrowed until start() returns.
struct ClientRequest {
  std::string_view method = "POST";
  std::string_view target;           // behind the pool's base path
  const Headers* headers = nullptr;  // built by add(); without Host, Content-Length, Connection
  std::span<const std::string_view> body;
  /// Overrides the pool's timeouts when set.
  std::optional<ClientTimeouts> timeouts;
  Sending* sending = nullptr;  // null: nobody asks
};

/// One call. One thread. Destroying it before its end closes the connection, which tells the
/// upstream to stop generating.
class HttpCall {
 public:
  /// `stop`: when it is requested, every wait ends with Cancelled and the connection is closed.
  /// Must outlive the call.
  HttpCall(ClientPool& pool, StopSource& stop);
  ~HttpCall();
  HttpCall(const HttpCall&) = delete;
  HttpCall& operator=(const HttpCall&) = delete;

  /// Sends the request and reads the response's head. A kept connection that turns out closed
  /// before it gave a byte is replaced once; `sending` tells of it. Errors: Unreachable, Timeout,
  /// Protocol (Source::Upstream), Cancelled (Source::Client).
  Task<Result<void>> start(const ClientRequest& request);

  const ResponseHead& head() const { return head_; }
  int status() const { return head_.status; }

  /// Body bytes as they come, transfer coding removed. `end` is true with the last ones (which may
  /// be none). The view is into the worker's scratch memory: valid until the next suspension of
  /// this thread's coroutine, so write it out or copy it first.
  struct Piece {
    std::string_view bytes;
    bool end = false;
  };
  Task<Result<Piece>> read();
  /// The rest of the body, at most `bytes_max` (TooLarge beyond).
  Task<Result<std::string>> read_all(std::size_t bytes_max);

  /// Ends the call now; the upstream sees the connection close.
  void cancel();
  bool ended() const { return ended_; }
  /// From the start of start() to the head's arrival.
  Milliseconds first_byte_after() const { return first_byte_after_; }
  bool reused_connection() const { return reused_; }

 private:
  Task<Result<void>> send(const ClientRequest& request);
  Task<Result<void>> read_head();
  /// Takes the response's head from the front of what came, passing over interim ones; false when
  /// more bytes are needed.
  Result<bool> take_head();
  void frame_body();
  Result<Piece> decode(char* bytes, std::size_t size);
  void finish();
  Error failure(IoStatus status, const char* during) const;
  Milliseconds since_start() const;
  void arm(Milliseconds limit);

  ClientPool& pool_;
  StopSource& stop_;
  StopCallback on_stop_;
  ClientTimeouts timeouts_;
  std::unique_ptr<ByteStream> stream_;
  ResponseHead head_;
  ChunkedDecoder chunks_;
  Unread unread_;           // body bytes that came with the head
  std::uint64_t left_ = 0;  // of a sized body
  enum class Framing { None, Sized, Chunked, UntilClose } framing_ = Framing::None;
  SteadyTime started_{};
  Milliseconds first_byte_after_{};
  bool reused_ = false;
  bool any_byte_ = false;
  bool ended_ = false;
};

}  // namespace rlm::net
