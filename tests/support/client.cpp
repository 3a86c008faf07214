#include "tests/support/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>

namespace rlm::test {
namespace {

constexpr int kPatienceSeconds = 20;

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return folded;
}

}  // namespace

std::string Reply::header(std::string_view name) const {
  for (const auto& [known, value] : headers)
    if (known == name) return value;
  return {};
}

std::size_t Reply::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; }));
}

std::string Ask::text() const {
  std::string out = method + " " + target + " HTTP/1.1\r\nhost: 127.0.0.1\r\n";
  for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
  if (!body.empty() || method == "POST")
    out += "content-length: " + std::to_string(body.size()) + "\r\n";
  return out + "\r\n" + body;
}

Client::Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
}

Client::~Client() {
  close();
}

void Client::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Client::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void Client::take_little() {
  const int bytes = 65'536;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      throw std::runtime_error("the peer takes nothing");
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Reads what is there; false at the end of the connection.
bool Client::fill() {
  char bytes[16384];
  ssize_t got = 0;
  // A process that was stopped and goes on finds its waits interrupted, where they have a limit.
  do got = ::recv(fd_, bytes, sizeof bytes, 0);
  while (got < 0 && errno == EINTR);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    throw std::runtime_error("the peer says nothing; so far: " + input_.substr(0, 500));
  if (got < 0) was_reset_ = true;
  if (got <= 0) return false;
  input_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

bool Client::fill_until(std::string_view mark) {
  while (input_.find(mark) == std::string::npos)
    if (!fill()) return false;
  return true;
}

Reply Client::read_head() {
  Reply reply;
  chunked_ = sized_ = false;
  left_ = 0;
  if (!fill_until("\r\n\r\n")) {
    reply.reset = was_reset_;
    return reply;
  }
  const std::size_t end = input_.find("\r\n\r\n") + 2;
  std::size_t at = input_.find("\r\n") + 2;
  if (input_.size() > 12) reply.status = std::stoi(input_.substr(9, 3));
  while (at < end) {
    const std::size_t line_end = input_.find("\r\n", at);
    const std::string line = input_.substr(at, line_end - at);
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) throw std::runtime_error("no header: " + line);
    reply.headers.emplace_back(lower(line.substr(0, colon)), line.substr(colon + 2));
    at = line_end + 2;
  }
  input_.erase(0, end + 2);
  chunked_ = reply.header("transfer-encoding") == "chunked";
  const std::string length = reply.header("content-length");
  sized_ = !length.empty();
  if (sized_) left_ = std::stoul(length);
  if (reply.status / 100 == 1 || reply.status == 204 || (sized_ && left_ == 0)) {
    sized_ = true;
    left_ = 0;
    reply.whole = true;
  }
  return reply;
}

// One chunk or a part of it; false at the end.
bool Client::take_trailers(Reply& reply) {
  while (fill_until("\r\n")) {
    const std::string line = input_.substr(0, input_.find("\r\n"));
    input_.erase(0, line.size() + 2);
    if (line.empty()) return true;
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) throw std::runtime_error("no trailer: " + line);
    reply.trailers.emplace_back(lower(line.substr(0, colon)), line.substr(colon + 2));
  }
  return false;
}

bool Client::take_chunk(Reply& reply) {
  if (left_ == 0) {
    if (!fill_until("\r\n")) return false;
    const std::size_t line_end = input_.find("\r\n");
    left_ = std::stoul(input_.substr(0, line_end), nullptr, 16);
    input_.erase(0, line_end + 2);
    if (left_ == 0) {
      reply.whole = take_trailers(reply);
      return false;
    }
  }
  if (input_.empty() && !fill()) return false;
  const std::size_t take = std::min(left_, input_.size());
  reply.body += input_.substr(0, take);
  input_.erase(0, take);
  left_ -= take;
  if (left_ > 0) return true;
  while (input_.size() < 2)
    if (!fill()) return false;
  if (input_.substr(0, 2) != "\r\n") throw std::runtime_error("a chunk without its end");
  input_.erase(0, 2);
  return true;
}

bool Client::read_more(Reply& reply) {
  if (reply.whole) return false;
  bool more = false;
  if (chunked_) {
    more = take_chunk(reply);
  } else if (input_.empty() && !fill()) {
    reply.whole = !sized_ && !was_reset_;
  } else {
    const std::size_t take = sized_ ? std::min(left_, input_.size()) : input_.size();
    reply.body += input_.substr(0, take);
    input_.erase(0, take);
    left_ -= sized_ ? take : 0;
    reply.whole = sized_ && left_ == 0;
    more = !reply.whole;
  }
  reply.reset = was_reset_;
  return more;
}

bool Client::read_until(Reply& reply, std::string_view text) {
  while (reply.body.find(text) == std::string::npos)
    if (!read_more(reply)) return reply.body.find(text) != std::string::npos;
  return true;
}

Reply Client::read_reply(bool to_head) {
  Reply reply = read_head();
  if (to_head || reply.status == 0) {
    reply.whole = reply.status != 0;
    return reply;
  }
  while (read_more(reply)) {
  }
  return reply;
}

bool Client::wait_closed() {
  while (fill()) {
  }
  return !was_reset_;
}

Reply ask(std::uint16_t port, const Ask& request) {
  Client client(port);
  client.send(request);
  return client.read_reply(request.method == "HEAD");
}

Reply ask(std::uint16_t port, std::string body) {
  Ask request;
  request.body = std::move(body);
  return ask(port, request);
}

}  // namespace rlm::test
