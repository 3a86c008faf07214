// A model for measurements: one epoll thread on one port, which it prints. A word in the request's
// body chooses the answer, so that one proxy with one upstream can be asked for all of them:
//   bench-json           a whole message        bench-burst   60 events written at once
//   bench-paced-MMMM     an endless stream, one event each MMMM milliseconds
//   bench-chatp-MMMM     the same as chunks of Chat Completions
//   bench-abort-NNNNNN   the same, an event each 5 s; when the connection closes, "closed N <ns>"
//   is printed
// Bodies must have a Content-Length. Usage: bench_mock_model [PORT]

#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <queue>
#include <string>
#include <vector>

#include "bench/canned_answers.hpp"
#include "bench/http_head.hpp"
#include "bench/sockets.hpp"

namespace rlm::bench {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
// Slow on purpose: a proxy that only notices a lost client when it writes to it is found out.
constexpr std::uint64_t kAbortInterval = 5'000 * kMillisecond;

struct Connection {
  bool open = false;
  std::uint64_t generation =
      0;  // descriptors are reused; events that are due are not for the next one
  std::string in, unsent;
  std::optional<Head> head;
  std::uint64_t interval = 0;  // of the running stream; 0: none
  bool chat = false;           // it speaks Chat Completions
  long abort_id = -1;
  bool waits_to_send = false;
};

struct Due {
  std::uint64_t at;
  int fd;
  std::uint64_t generation;
  bool operator>(const Due& other) const { return at > other.at; }
};

class MockModel {
 public:
  explicit MockModel(std::uint16_t port)
      : epoll_(::epoll_create1(EPOLL_CLOEXEC)), listener_(listen_on_loopback(port)) {
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
    std::printf("port %u\n", port_of(listener_));
    std::fflush(stdout);
  }

  [[noreturn]] void run() {
    std::vector<epoll_event> ready(512);
    for (;;) {
      const int count =
          ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), wait_ms());
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = ready[static_cast<std::size_t>(i)];
        if (event.data.fd == listener_)
          accept_all();
        else
          serve(event.data.fd, event.events);
      }
      send_due();
    }
  }

 private:
  void watch(int fd, std::uint32_t events, int operation) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_, operation, fd, &event) != 0) give_up("epoll_ctl");
  }

  int wait_ms() const {
    if (due_.empty()) return -1;
    const std::uint64_t now = now_ns();
    if (due_.top().at <= now) return 0;
    return static_cast<int>((due_.top().at - now + kMillisecond - 1) / kMillisecond);
  }

  void accept_all() {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      set_no_delay(fd);
      const auto index = static_cast<std::size_t>(fd);
      if (connections_.size() <= index) connections_.resize(index + 1);
      connections_[index] = Connection{};
      connections_[index].open = true;
      connections_[index].generation = ++generations_;
      watch(fd, EPOLLIN | EPOLLRDHUP, EPOLL_CTL_ADD);
    }
  }

  void serve(int fd, std::uint32_t events) {
    Connection& c = connections_[static_cast<std::size_t>(fd)];
    if (!c.open) return;
    if ((events & EPOLLOUT) != 0) flush(fd, c);
    for (;;) {
      const ssize_t got = ::recv(fd, buffer_.data(), buffer_.size(), 0);
      if (got > 0) {
        c.in.append(buffer_.data(), static_cast<std::size_t>(got));
        if (static_cast<std::size_t>(got) < buffer_.size() && (events & EPOLLRDHUP) == 0) break;
        continue;
      }
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
      close_connection(fd, c);
      return;
    }
    answer_requests(fd, c);
  }

  void close_connection(int fd, Connection& c) {
    if (c.abort_id >= 0) {
      std::printf("closed %ld %llu\n", c.abort_id, static_cast<unsigned long long>(now_ns()));
      std::fflush(stdout);
    }
    ::close(fd);
    c = Connection{};
  }

  void answer_requests(int fd, Connection& c) {
    while (c.interval == 0) {
      if (!c.head) c.head = scan_head(c.in);
      if (!c.head || c.in.size() < c.head->bytes + c.head->body_bytes) return;
      const auto body = std::string_view(c.in).substr(c.head->bytes, c.head->body_bytes);
      const auto at = body.find("bench-");
      answer(fd, c, at == body.npos ? std::string() : std::string(body.substr(at + 6, 12)));
      c.in.erase(0, c.head->bytes + c.head->body_bytes);
      c.head.reset();
    }
  }

  void answer(int fd, Connection& c, const std::string& wanted) {
    const auto number = [&] { return std::strtol(wanted.c_str() + 6, nullptr, 10); };
    if (wanted.rfind("burst", 0) == 0) return send(fd, c, answers_.burst);
    c.chat = wanted.rfind("chatp-", 0) == 0;
    if (c.chat || wanted.rfind("paced-", 0) == 0) {
      c.interval = static_cast<std::uint64_t>(std::max(number(), 1L)) * kMillisecond;
    } else if (wanted.rfind("abort-", 0) == 0) {
      c.interval = kAbortInterval;
      c.abort_id = number();
    } else {
      return send(fd, c, answers_.json);
    }
    send(fd, c,
         c.chat ? answers_.chat_beginning
                : answers_.stream_head + answers_.events[0] + answers_.events[1]);
    // Streams that began together do not stay in step: the load is even.
    phase_ = phase_ * 6364136223846793005U + 1442695040888963407U;
    due_.push({now_ns() + (phase_ >> 33) % c.interval, fd, c.generation});
  }

  void send(int fd, Connection& c, const std::string& text) {
    c.unsent += text;
    flush(fd, c);
  }

  void flush(int fd, Connection& c) {
    const bool was_waiting = c.waits_to_send;
    const ssize_t sent = ::send(fd, c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL);
    if (sent > 0) c.unsent.erase(0, static_cast<std::size_t>(sent));
    c.waits_to_send = !c.unsent.empty();
    if (c.waits_to_send == was_waiting) return;
    watch(fd, EPOLLIN | EPOLLRDHUP | (c.waits_to_send ? EPOLLOUT : 0U), EPOLL_CTL_MOD);
  }

  void send_due() {
    const std::uint64_t now = now_ns();
    while (!due_.empty() && due_.top().at <= now) {
      const Due due = due_.top();
      due_.pop();
      Connection& c = connections_[static_cast<std::size_t>(due.fd)];
      if (c.generation != due.generation) continue;
      send(due.fd, c, c.chat ? answers_.chat_delta : answers_.delta);
      due_.push({due.at + c.interval, due.fd, due.generation});
    }
  }

  const CannedAnswers answers_;
  int epoll_;
  int listener_;
  std::vector<Connection> connections_;  // by descriptor
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<char> buffer_ = std::vector<char>(1 << 18);
  std::uint64_t generations_ = 0;
  std::uint64_t phase_ = 7;
};

}  // namespace
}  // namespace rlm::bench

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  rlm::bench::raise_descriptor_limit();
  rlm::bench::MockModel(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0)).run();
}
