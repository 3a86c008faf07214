#include "tests/support/raw_upstream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace rlm::test {

RawUpstream::RawUpstream(std::vector<RawAnswer> answers)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      answers_(answers.begin(), answers.end()) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, generic, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

RawUpstream::~RawUpstream() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (std::thread& connection : connections_) connection.join();
}

void RawUpstream::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (fd < 0 || stopping_) {
      if (fd >= 0) ::close(fd);
      return;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++accepted_;
    open_.push_back(fd);
    connections_.emplace_back([this, fd] { serve(fd); });
  }
}

bool RawUpstream::read_request(int fd, std::string& input, std::string& request) {
  std::array<char, 16384> bytes;
  std::size_t wanted = 0;
  for (;;) {
    const std::size_t end = input.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::size_t length = input.find("content-length: ");
      wanted = end + 4;
      if (length < end) wanted += std::stoul(input.substr(length + 16));
      if (input.size() >= wanted) break;
    }
    const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    input.append(bytes.data(), static_cast<std::size_t>(got));
  }
  request = input.substr(0, wanted);
  input.erase(0, wanted);
  return true;
}

void RawUpstream::play(int fd, const RawAnswer& answer) {
  std::string_view rest = answer.bytes;
  while (!rest.empty()) {
    const std::size_t wanted =
        answer.piece == 0 ? rest.size() : std::min(answer.piece, rest.size());
    const ssize_t sent = ::send(fd, rest.data(), wanted, MSG_NOSIGNAL);
    if (sent <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  if (answer.then != RawAnswer::Then::WaitForPeer) return;
  char byte;
  while (::recv(fd, &byte, 1, 0) > 0) {
  }
  const std::lock_guard lock(mutex_);
  ++peers_left_;
  left_.notify_all();
}

void RawUpstream::serve(int fd) {
  std::string input;
  std::string request;
  while (read_request(fd, input, request)) {
    RawAnswer answer;
    answer.then = RawAnswer::Then::Close;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      if (!answers_.empty()) {
        answer = std::move(answers_.front());
        answers_.pop_front();
      }
    }
    play(fd, answer);
    if (answer.then == RawAnswer::Then::Reset) {
      const linger now{1, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    if (answer.then != RawAnswer::Then::Keep) break;
  }
  const std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), fd));
  ::close(fd);
}

std::vector<std::string> RawUpstream::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t RawUpstream::connections() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

bool RawUpstream::wait_peer_left() {
  std::unique_lock lock(mutex_);
  return left_.wait_for(lock, std::chrono::seconds(20), [this] { return peers_left_ > 0; });
}

std::string sized_response(int status, const std::string& content_type, const std::string& body,
                           const std::string& more_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Status\r\ncontent-type: " + content_type +
         "\r\nrequest-id: req_raw\r\n" + more_headers +
         "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string chunked_response(const std::string& content_type, const std::string& body,
                             std::size_t chunk) {
  std::string out = "HTTP/1.1 200 OK\r\ncontent-type: " + content_type +
                    "\r\nrequest-id: req_raw\r\ntransfer-encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += chunk) {
    const std::string piece = body.substr(at, chunk);
    std::array<char, 24> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
    out.append(size.data()).append(piece).append("\r\n");
  }
  return out + "0\r\n\r\n";
}

}  // namespace rlm::test
