#pragma once
// Readiness of connections that stay armed for their whole life.
//
// Asio rearms a descriptor with a system call for each wait. Here a connection is registered once,
// edge-triggered, with an epoll instance of the worker's own; Asio's loop waits for that instance
// alone (docs/adr/0007-own-readiness.md).

#include <sys/epoll.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "net/loop_clock.hpp"
#include "net/task.hpp"

namespace rlm::net {

class Poller;

/// A non-blocking descriptor that somebody reads, writes, or only watches. One thread.
class Descriptor {
 public:
  enum class Direction : std::uint8_t { Read, Write };
  using Listener = void (*)(void* context);

  /// Owns `fd` from now on.
  Descriptor(Poller& poller, int fd);
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

  /// Ends once the kernel reported readiness since the last about_to(), or wake() was called; at
  /// once when the descriptor is closed, the connection broken, or, for Read, the peer has hung up.
  /// It may end without cause: try again and wait again. At most one waiter for each direction.
  auto wait(Direction direction) { return Wait{*this, slot(direction), direction}; }
  /// To be called before the system call that makes use of the readiness.
  void about_to(Direction direction) { slot(direction).ready = false; }
  /// Ends all waits, from outside of their coroutines.
  void wake();

  /// `listener` is called once the peer has closed its sending side or the connection is broken, at
  /// once when that is so already; null: nobody listens.
  void on_hang_up(Listener listener, void* context);

  /// Closes and ends all waits.
  void close();

 private:
  friend class Poller;
  struct Slot {
    std::optional<Resume> waiter;
    bool ready = false;
  };
  struct Wait {
    Descriptor& descriptor;
    Slot& mine;
    Direction direction;
    bool await_ready() const { return descriptor.need_not_wait(direction); }
    template <class Frame>
    void await_suspend(std::coroutine_handle<Frame> waiting) {
      descriptor.keep(mine, Resume(waiting.promise()));
    }
    void await_resume() const noexcept {}
  };

  Slot& slot(Direction direction) { return slots_[static_cast<std::size_t>(direction)]; }
  bool need_not_wait(Direction direction);
  void keep(Slot& slot, Resume waiter);
  void on_events(std::uint32_t events);
  std::optional<Resume> take_waiter(Slot& slot);

  Poller* poller_;  // null once the poller is gone: its thread ends, and nobody waits any more
  Descriptor* previous_ = nullptr;
  Descriptor* next_ = nullptr;
  int fd_;
  bool hung_up_ = false;
  bool broken_ = false;
  std::array<Slot, 2> slots_;
  Listener listener_ = nullptr;
  void* listener_context_ = nullptr;
};

/// The descriptors of one io_context. It keeps the context running only while somebody waits or
/// listens. Coroutines that still wait when it goes are destroyed with the context.
class Poller {
 public:
  Poller(asio::io_context& io, LoopClock& clock);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// Ends once all events that were fetched together have been handled; at once when there is only
  /// one. Whoever sends to the same peers as others then sends together with them, and wakes the
  /// peer once.
  auto end_of_batch() { return EndOfBatch{*this}; }

 private:
  friend class Descriptor;
  struct EndOfBatch {
    Poller& poller;
    bool await_ready() const noexcept { return poller.batch_size_ < 2; }
    template <class Frame>
    void await_suspend(std::coroutine_handle<Frame> waiting) {
      poller.later_.emplace_back(waiting.promise());
    }
    void await_resume() const noexcept {}
  };
  static constexpr int kBatch = 128;

  void add(Descriptor& descriptor);
  void remove(Descriptor& descriptor);
  void waits_begin();
  void waits_end();
  void arm();
  void dispatch();

  asio::io_context& io_;
  LoopClock& clock_;
  asio::posix::basic_stream_descriptor<Executor> epoll_;
  std::array<epoll_event, kBatch> batch_;
  std::vector<Resume> later_;    // who waits for the end of the batch
  std::vector<Resume> due_;      // who goes on now
  int batch_size_ = 0;           // events of the batch under way
  Descriptor* first_ = nullptr;  // of all that are registered
  std::size_t waits_ = 0;        // and listeners
  bool armed_ = false;
  bool dispatching_ = false;
};

}  // namespace rlm::net
