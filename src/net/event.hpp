#pragma once
// One coroutine waits, the same thread's other code wakes it.

#include <boost/asio/async_result.hpp>
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
  Task<void> wait() {
    if (!set_) {
      co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
          [this](auto&& handler) { waiter_.emplace(std::forward<decltype(handler)>(handler)); },
          kAwait);
    }
    set_ = false;
  }

  void set() {
    set_ = true;
    if (!waiter_) return;
    Handler handler = std::move(*waiter_);
    waiter_.reset();
    asio::post(executor_, std::move(handler));
  }

 private:
  using Handler = asio::async_result<asio::use_awaitable_t<Executor>, void()>::handler_type;
  Executor executor_;
  std::optional<Handler> waiter_;
  bool set_ = false;
};

}  // namespace rlm::net
