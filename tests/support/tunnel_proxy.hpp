#pragma once
// A corporate proxy: tunnels to this machine, and remembers who was asked for.

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rlm::test {

/// Listens on 127.0.0.1 while it lives. Takes CONNECT alone, whatever the host to its port on this
/// machine; anything else closes the connection.
class TunnelProxy {
 public:
  TunnelProxy();
  ~TunnelProxy();
  TunnelProxy(const TunnelProxy&) = delete;
  TunnelProxy& operator=(const TunnelProxy&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// The authorities that tunnels were asked for, in order.
  std::vector<std::string> asked() const;

 private:
  void accept_all();
  void serve(int client);
  int tunnel_of(int client);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::vector<int> open_;
  bool stopping_ = false;
  std::vector<std::thread> tunnels_;
  std::thread acceptor_;
};

}  // namespace rlm::test
