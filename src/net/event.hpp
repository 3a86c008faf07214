#pragma once
// One coroutine waits, the same thread's other code wakes it.

#include <boost/asio/post.hpp>
#include <optional>
#include <utility>

#include "net/task.hpp"

namespace rlm::net {

/// A level-triggered event with at most one waiter. One thread. Destroying it while somebody waits
/// destroys that coroutine.
class Event {
 public:
  explicit Event(asio::io_context& io) : executor_(io.get_executor()) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  /// Returns at once when set; otherwise after set() was called. Resets the event.
  auto wait() { return Wait{*this}; }

  void set() {
    set_ = true;
    if (auto resume = std::exchange(waiter_, std::nullopt))
      asio::post(executor_, std::move(*resume));
  }

 private:
  struct Wait {
    Event& event;
    bool await_ready() const noexcept { return event.set_; }
    template <class Frame>
    void await_suspend(std::coroutine_handle<Frame> waiting) {
      event.waiter_.emplace(waiting.promise());
    }
    void await_resume() noexcept { event.set_ = false; }
  };

  Executor executor_;
  std::optional<Resume> waiter_;
  bool set_ = false;
};

}  // namespace rlm::net
