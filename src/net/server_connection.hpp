#pragma once
// One downstream connection: reads heads, runs the handler, and notices at once when the client
// hangs up.

#include <memory>

#include "net/http_server.hpp"
#include "net/http_transaction.hpp"

namespace rlm::net {

class ServerConnection {
 public:
  ServerConnection(HttpServer& server, Worker& worker, Socket socket);
  ~ServerConnection();

  static Task<void> run(std::unique_ptr<ServerConnection> self);
  /// Closes after the current request, at once when idle.
  void finish_soon();
  void cut();
  /// The server is gone, and with it the loop: all that may follow is this one's destruction.
  void leave() { is_left_ = true; }
  /// From now on the client's hang-up stops the transaction under way, also while bytes of its next
  /// request wait unread.
  void watch();

 private:
  enum class Next { Request, Close };

  Task<bool> accept_tls();
  Task<Next> read_head(RequestHead& head, SteadyTime& started);
  Task<bool> serve_one(HttpTransaction& transaction);
  Task<void> refuse(const Error& error);
  Task<void> linger();

  HttpServer& server_;
  ByteStream stream_;
  Unread input_;
  HttpTransaction* active_ = nullptr;
  bool finish_soon_ = false;
  bool is_left_ = false;
};

}  // namespace rlm::net
