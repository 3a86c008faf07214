#pragma once
// HTTP/1.1 server: connections of one worker thread, each handing its requests to one handler.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>

#include "base/result.hpp"
#include "net/http_head.hpp"
#include "net/http_transaction.hpp"
#include "net/tls.hpp"
#include "net/worker.hpp"

namespace rlm::net {

class ServerConnection;

struct ServerConfig {
  HeadLimits head;
  /// Between requests on a kept connection.
  Milliseconds keep_alive_idle{300'000};
  /// From a head's first byte to its end.
  Milliseconds head_timeout{15'000};
  /// Longest silence while a body arrives.
  Milliseconds body_idle{60'000};
  /// Longest time that a client may take nothing of what we write.
  Milliseconds write_idle{120'000};
  /// Connections of this worker at once; one more is answered 529 and closed.
  std::size_t connections_max = 20'000;
  /// The JSON body for a head that cannot be read; `target`: what its first line names, as far as
  /// can be told. Empty: Anthropic's form.
  std::function<std::string(const Error&, std::string_view target)> refusal;
};

/// Answers one request. It must begin a response; one that does not is answered 500.
using HttpHandler = std::function<Task<void>(HttpTransaction&)>;

class HttpServer {
 public:
  HttpServer(Worker& worker, HttpHandler handler, ServerConfig config = {},
             std::shared_ptr<TlsContext> tls = nullptr);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Binds `address`:`port` (0: any free port) and begins to accept. The bound port; Unreachable
  /// (Source::Self) with the reason when it cannot.
  Result<std::uint16_t> listen(const std::string& address, std::uint16_t port);

  /// No new connections; idle ones are closed; ends when the busy ones are done or `patience` has
  /// passed, then cuts them.
  Task<void> shut_down(Milliseconds patience);

  std::size_t connections() const { return connections_.size(); }

 private:
  friend class ServerConnection;
  static Task<void> accept_loop(HttpServer& server);
  void accept(Socket socket);

  Worker& worker_;
  HttpHandler handler_;
  ServerConfig config_;
  std::shared_ptr<TlsContext> tls_;
  Acceptor acceptor_;
  std::unordered_set<ServerConnection*> connections_;
  bool stopping_ = false;
  TaskScope tasks_;
};

}  // namespace rlm::net
