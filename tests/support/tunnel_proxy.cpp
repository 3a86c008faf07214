#include "tests/support/tunnel_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace rlm::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// False once one of them has ended.
bool copy_some(int from, int to) {
  std::array<char, 16384> bytes;
  const ssize_t got = ::recv(from, bytes.data(), bytes.size(), 0);
  return got > 0 && send_all(to, {bytes.data(), static_cast<std::size_t>(got)});
}

void copy_both_ways(int client, int upstream) {
  std::array<pollfd, 2> ends{pollfd{client, POLLIN, 0}, pollfd{upstream, POLLIN, 0}};
  while (::poll(ends.data(), ends.size(), -1) > 0) {
    if (ends[0].revents != 0 && !copy_some(client, upstream)) return;
    if (ends[1].revents != 0 && !copy_some(upstream, client)) return;
  }
}

}  // namespace

TunnelProxy::TunnelProxy() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, generic, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

TunnelProxy::~TunnelProxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (std::thread& tunnel : tunnels_) tunnel.join();
  for (const int fd : open_) ::close(fd);
}

void TunnelProxy::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (fd < 0 || stopping_) {
      if (fd >= 0) ::close(fd);
      return;
    }
    open_.push_back(fd);
    tunnels_.emplace_back([this, fd] { serve(fd); });
  }
}

// A connection to where the client wants to; negative when there is none.
int TunnelProxy::tunnel_of(int client) {
  std::string head;
  std::array<char, 4096> bytes;
  while (head.find("\r\n\r\n") == head.npos) {
    const ssize_t got = ::recv(client, bytes.data(), bytes.size(), 0);
    if (got <= 0) return -1;
    head.append(bytes.data(), static_cast<std::size_t>(got));
  }
  constexpr std::string_view kConnect = "CONNECT ";
  if (!head.starts_with(kConnect)) return -1;
  const std::string authority =
      head.substr(kConnect.size(), head.find(' ', kConnect.size()) - kConnect.size());
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(authority);
  }
  const int upstream = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address =
      loopback(static_cast<std::uint16_t>(std::stoi(authority.substr(authority.rfind(':') + 1))));
  if (::connect(upstream, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send_all(client, "HTTP/1.1 200 Connection established\r\n\r\n"))
    return upstream;
  ::close(upstream);
  return -1;
}

// The client's end is closed with the proxy: until then its number is nobody else's.
void TunnelProxy::serve(int client) {
  const int upstream = tunnel_of(client);
  if (upstream >= 0) {
    copy_both_ways(client, upstream);
    ::close(upstream);
  }
  ::shutdown(client, SHUT_RDWR);
}

std::vector<std::string> TunnelProxy::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

}  // namespace rlm::test
