#pragma once
// An upstream on a bare socket: it says exactly the bytes it was given, in pieces of any size, and
// ends its connections as a bad peer would.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rlm::test {

/// What one request is answered with.
struct RawAnswer {
  enum class Then { Keep, Close, Reset, WaitForPeer };

  std::string bytes{};
  Then then = Then::Keep;
  std::size_t piece = 0;  // bytes of one send; 0: all at once
};

/// Listens on 127.0.0.1 while it lives. Requests get the answers in order, whatever connection they
/// come on; a request beyond them closes its connection.
class RawUpstream {
 public:
  explicit RawUpstream(std::vector<RawAnswer> answers);
  ~RawUpstream();
  RawUpstream(const RawUpstream&) = delete;
  RawUpstream& operator=(const RawUpstream&) = delete;

  std::uint16_t port() const { return port_; }
  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// Whole requests, as they came.
  std::vector<std::string> requests() const;
  std::size_t connections() const;
  /// Waits until the peer of a WaitForPeer answer has hung up; false when it does not.
  bool wait_peer_left();

 private:
  void accept_all();
  void serve(int fd);
  bool read_request(int fd, std::string& input, std::string& request);
  void play(int fd, const RawAnswer& answer);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::deque<RawAnswer> answers_;
  std::vector<std::string> requests_;
  std::vector<int> open_;
  std::size_t accepted_ = 0;
  int peers_left_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

/// A response with Content-Length, as the provider heads it.
std::string sized_response(int status, const std::string& content_type, const std::string& body,
                           const std::string& more_headers = "");
/// A chunked response, each chunk of at most `chunk` bytes.
std::string chunked_response(const std::string& content_type, const std::string& body,
                             std::size_t chunk);

}  // namespace rlm::test
