#pragma once
// A real HTTP server on a thread of its own, for the tests of this folder.

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "net/http_server.hpp"
#include "net/worker.hpp"

namespace rlm::observe {

/// Listens on 127.0.0.1 while it lives; the handler runs on the server's thread.
class ServerThread {
 public:
  explicit ServerThread(net::HttpHandler handler) : server_(worker_, std::move(handler)) {
    const auto bound = server_.listen("127.0.0.1", 0);
    EXPECT_TRUE(bound) << bound.error().message;
    port_ = bound.value_or(0);
    thread_ = std::thread([this] { worker_.io().run(); });
  }
  ~ServerThread() {
    std::promise<void> down;
    net::asio::post(worker_.executor(), [this, &down] {
      net::spawn(worker_.executor(), server_.shut_down(Milliseconds(0)),
                 [&down](std::exception_ptr) { down.set_value(); });
    });
    down.get_future().wait();
    thread_.join();
  }
  std::uint16_t port() const { return port_; }

 private:
  net::Worker worker_;
  net::HttpServer server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace rlm::observe
