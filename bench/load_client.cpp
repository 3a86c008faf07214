#include "bench/load_client.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bench/sockets.hpp"

namespace rlm::bench {
namespace {

// The last chunk. The mock model's events hold no such bytes, so that nothing else needs to be
// parsed.
constexpr std::string_view kEndOfChunks = "\r\n0\r\n\r\n";

// Server-sent events end in an empty line; chunk framing has CR LF and never two LF in a row.
std::size_t count_events(char& last, std::string_view bytes) {
  std::size_t count = 0;
  const char* const end = bytes.data() + bytes.size();
  const char* at = bytes.data();
  while ((at = static_cast<const char*>(
              std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr) {
    const char before = at == bytes.data() ? last : at[-1];
    count += before == '\n';
    ++at;
  }
  last = bytes.back();
  return count;
}

}  // namespace

LoadClient::LoadClient(std::uint16_t port, LoadListener& listener)
    : port_(port), listener_(listener), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

std::size_t LoadClient::connect() {
  connections_.emplace_back();
  open(connections_.size() - 1);
  return connections_.size() - 1;
}

void LoadClient::open(std::size_t index) {
  connections_[index].fd = connect_to_loopback(port_);
  watch(index, EPOLL_CTL_ADD);
}

void LoadClient::watch(std::size_t index, int operation) {
  const Connection& c = connections_[index];
  epoll_event event{};
  event.events = EPOLLIN | (c.waits_to_send ? EPOLLOUT : 0U);
  event.data.u64 = index;
  if (::epoll_ctl(epoll_, operation, c.fd, &event) != 0) give_up("epoll_ctl");
}

void LoadClient::send(std::size_t index, std::string_view request) {
  Connection& c = connections_[index];
  c.unsent = request;
  c.is_busy = true;
  c.head_text.clear();
  c.head.reset();
  c.tail.clear();
  c.last = 0;
  write(index);
}

void LoadClient::write(std::size_t index) {
  Connection& c = connections_[index];
  const ssize_t sent = ::send(c.fd, c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL);
  if (sent > 0) c.unsent.remove_prefix(static_cast<std::size_t>(sent));
  if (c.waits_to_send == !c.unsent.empty()) return;
  c.waits_to_send = !c.unsent.empty();
  watch(index, EPOLL_CTL_MOD);
}

void LoadClient::leave(std::size_t index, bool abrupt) {
  Connection& c = connections_[index];
  const linger reset{1, 0};
  if (abrupt) ::setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  ::close(c.fd);
  c = Connection{};
}

void LoadClient::poll(int wait_ms) {
  epoll_event ready[512];
  const int count = ::epoll_wait(epoll_, ready, 512, wait_ms);
  for (int i = 0; i < count; ++i) {
    const std::size_t index = ready[i].data.u64;
    if (connections_[index].fd < 0) continue;
    if ((ready[i].events & EPOLLOUT) != 0) write(index);
    if ((ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(index);
  }
}

void LoadClient::read(std::size_t index) {
  const ssize_t got = ::recv(connections_[index].fd, buffer_.data(), buffer_.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    const bool was_busy = connections_[index].is_busy;
    reconnect(index);
    if (was_busy) listener_.on_response(index, false);
    return;
  }
  if (!take(index, {buffer_.data(), static_cast<std::size_t>(got)})) return;
  Connection& c = connections_[index];
  c.is_busy = false;
  const bool good = c.head->status == 200;
  if (c.head->closes) reconnect(index);
  listener_.on_response(index, good);
}

void LoadClient::reconnect(std::size_t index) {
  ::close(connections_[index].fd);
  connections_[index] = Connection{};
  open(index);
}

// Whether the response is complete.
bool LoadClient::take(std::size_t index, std::string_view bytes) {
  Connection& c = connections_[index];
  if (!c.is_busy) return false;
  if (c.head) return take_body(index, bytes);
  c.head_text += bytes;
  c.head = scan_head(c.head_text);
  if (!c.head) return false;
  c.body_left = c.head->body_bytes;
  return take_body(index, std::string_view(c.head_text).substr(c.head->bytes));
}

bool LoadClient::take_body(std::size_t index, std::string_view bytes) {
  Connection& c = connections_[index];
  if (!c.head->chunked) {
    c.body_left -= std::min(c.body_left, bytes.size());
    return c.body_left == 0;
  }
  if (bytes.empty()) return false;
  c.tail.append(bytes.substr(bytes.size() - std::min(bytes.size(), kEndOfChunks.size())));
  if (c.tail.size() > kEndOfChunks.size()) c.tail.erase(0, c.tail.size() - kEndOfChunks.size());
  const bool complete = c.tail == kEndOfChunks;
  if (const std::size_t count = count_events(c.last, bytes); count > 0)
    listener_.on_events(index, count);
  return complete;
}

}  // namespace rlm::bench
