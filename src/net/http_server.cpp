#include "net/http_server.hpp"

#include <sys/socket.h>

#include "base/log.hpp"
#include "net/server_connection.hpp"

namespace rlm::net {

HttpServer::HttpServer(Worker& worker, HttpHandler handler, ServerConfig config,
                       std::shared_ptr<TlsContext> tls)
    : worker_(worker),
      handler_(std::move(handler)),
      config_(config),
      tls_(std::move(tls)),
      acceptor_(worker.executor()),
      tasks_(worker) {}

HttpServer::~HttpServer() {
  // A loop that was stopped drops what still waits in it when the worker dies, after the server.
  for (ServerConnection* connection : connections_) connection->leave();
}

Result<std::uint16_t> HttpServer::listen(const std::string& address, std::uint16_t port) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorKind::Unreachable, Source::Self,
                "cannot listen on " + address + ":" + std::to_string(port) + ": " + why);
  };
  if (error) return refuse("not an IP address");
  const asio::ip::tcp::endpoint endpoint(ip, port);
  acceptor_.open(endpoint.protocol(), error);
  if (error) return refuse(error.message());
  const int on = 1;
  // Each worker has its own listener on the same port; the kernel spreads the connections.
  ::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  acceptor_.bind(endpoint, error);
  if (error) return refuse(error.message());
  acceptor_.listen(4096, error);
  if (error) return refuse(error.message());
  tasks_.spawn(accept_loop(*this));
  return acceptor_.local_endpoint().port();
}

Task<void> HttpServer::accept_loop(HttpServer& server) {
  while (server.acceptor_.is_open()) {
    boost::system::error_code error;
    Socket socket(server.worker_.executor());
    co_await suspend([&](Resume resume) {
      server.acceptor_.async_accept(socket,
                                    [&error, resume = std::move(resume)](const auto& why) mutable {
                                      error = why;
                                      resume();
                                    });
    });
    if (error == asio::error::operation_aborted || server.stopping_) break;
    if (error) {  // out of descriptors, most likely: waiting lets some be closed
      log::warn("cannot accept a connection", {{"why", error.message()}});
      co_await sleep_for(server.worker_, std::chrono::milliseconds(50));
      continue;
    }
    server.accept(std::move(socket));
  }
}

void HttpServer::accept(Socket socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  auto connection = std::make_unique<ServerConnection>(*this, worker_, std::move(socket));
  tasks_.spawn(ServerConnection::run(std::move(connection)));
}

Task<void> HttpServer::shut_down(Milliseconds patience) {
  stopping_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (ServerConnection* connection : std::vector(connections_.begin(), connections_.end()))
    connection->finish_soon();
  WheelTimer hard_stop(
      worker_.wheel(),
      [](void* self) {
        auto& server = *static_cast<HttpServer*>(self);
        for (ServerConnection* connection :
             std::vector(server.connections_.begin(), server.connections_.end()))
          connection->cut();
      },
      this);
  hard_stop.arm(patience);
  co_await tasks_.join();
}

}  // namespace rlm::net
