#pragma once
// Many keep-alive connections to one server, driven by one epoll loop; what happens on them is told
// to a listener.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/http_head.hpp"

namespace rlm::bench {

/// Hears of connections by their number.
class LoadListener {
 public:
  virtual ~LoadListener() = default;
  /// `count` events of a stream arrived.
  virtual void on_events(std::size_t connection, std::size_t count) = 0;
  /// A response is complete, or (not `good`) it had another status than 200 or the connection was
  /// lost and is a new one now.
  virtual void on_response(std::size_t connection, bool good) = 0;
};

class LoadClient {
 public:
  LoadClient(std::uint16_t port, LoadListener& listener);

  /// Connects one more; its number is the count before.
  std::size_t connect();
  /// `request` must live until the response is complete.
  void send(std::size_t connection, std::string_view request);
  /// Leaves for good, by FIN or (abrupt) by RST.
  void leave(std::size_t connection, bool abrupt);
  /// Handles what is ready; waits at most that long.
  void poll(int wait_ms);
  std::size_t size() const { return connections_.size(); }

 private:
  struct Connection {
    int fd = -1;
    std::string_view unsent;
    bool waits_to_send = false;
    bool is_busy = false;
    std::string head_text;
    std::optional<Head> head;
    std::size_t body_left = 0;  // of a body with a length
    char last = 0;              // byte received
    std::string tail;           // of a chunked body
  };

  void watch(std::size_t index, int operation);
  void open(std::size_t index);
  void write(std::size_t index);
  void read(std::size_t index);
  void reconnect(std::size_t index);
  bool take(std::size_t index, std::string_view bytes);
  bool take_body(std::size_t index, std::string_view bytes);

  std::uint16_t port_;
  LoadListener& listener_;
  int epoll_;
  std::vector<Connection> connections_;
  std::vector<char> buffer_ = std::vector<char>(1 << 18);
};

}  // namespace rlm::bench
