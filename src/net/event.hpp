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
  Task<void> wait() {
    if (!set_) co_await suspend([this](Resume resume) { waiter_.emplace(std::move(resume)); });
    set_ = false;
  }

  void set() {
    set_ = true;
    if (!waiter_) return;
    Resume resume = std::move(*waiter_);
    waiter_.reset();
    asio::post(executor_, std::move(resume));
  }

 private:
  Executor executor_;
  std::optional<Resume> waiter_;
  bool set_ = false;
};

}  // namespace rlm::net
