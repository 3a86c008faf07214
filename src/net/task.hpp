#pragma once
// Coroutines of one thread, and what Asio's loop gives them.
//
// A Task begins inside the co_await of its caller and runs there until it first waits: one that
// need not wait costs a call and a recycled frame. asio::awaitable, which this replaces, goes
// through its own stack of frames for each call (docs/adr/0012-own-coroutines.md).

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "base/recycled_memory.hpp"

namespace rlm::net {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// What the frames of all tasks have in common.
class TaskFrame {
 public:
  static void* operator new(std::size_t bytes) { return take_memory(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept {
    give_back_memory(frame, bytes);
  }

  std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept { return GoOn{}; }
  void unhandled_exception() noexcept { thrown_ = std::current_exception(); }

 protected:
  explicit TaskFrame(std::coroutine_handle<> self) : self_(self) {}
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  friend class Resume;
  friend class ThisExecutor;
  template <class T>
  friend class Task;

  // A caller that waits goes on; one that runs sees that its callee has ended.
  struct GoOn {
    bool await_ready() noexcept { return false; }
    template <class Frame>
    void await_suspend(std::coroutine_handle<Frame> ended) noexcept {
      const TaskFrame& frame = ended.promise();
      if (frame.caller_waits_) frame.caller_->self_.resume();
    }
    void await_resume() noexcept {}
  };

  TaskFrame& outermost() {
    TaskFrame* frame = this;
    while (frame->caller_ != nullptr) frame = frame->caller_;
    return *frame;
  }

  std::coroutine_handle<> self_;
  TaskFrame* caller_ = nullptr;
  bool caller_waits_ = false;
  std::exception_ptr thrown_;
};

/// Resumes a suspended coroutine when it is called, once, on its thread. Destroying it uncalled
/// destroys that coroutine with all that wait for it.
class Resume {
 public:
  explicit Resume(TaskFrame& waiting) : waiting_(&waiting) {}
  Resume(Resume&& other) noexcept : waiting_(std::exchange(other.waiting_, nullptr)) {}
  Resume& operator=(Resume&& other) noexcept {
    Resume moved(std::move(other));
    std::swap(waiting_, moved.waiting_);
    return *this;
  }
  ~Resume() {
    if (waiting_ != nullptr) waiting_->outermost().self_.destroy();
  }
  void operator()() { std::exchange(waiting_, nullptr)->self_.resume(); }

 private:
  TaskFrame* waiting_;
};

/// The result of a task.
template <class T>
class TaskResult : public TaskFrame {
 public:
  using TaskFrame::TaskFrame;
  template <class Value>
  void return_value(Value&& value) {
    value_.emplace(std::forward<Value>(value));
  }
  T take() {
    rethrow();
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};
template <>
class TaskResult<void> : public TaskFrame {
 public:
  using TaskFrame::TaskFrame;
  void return_void() {}
  void take() const { rethrow(); }
};

/// What a coroutine of one worker thread returns. Awaited at once it may take references; spawned
/// it takes values.
template <class T>
class [[nodiscard]] Task {
 public:
  class promise_type : public TaskResult<T> {
   public:
    promise_type() : TaskResult<T>(Handle::from_promise(*this)) {}
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
  };

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  /// Runs the task. False, so that the caller goes on at once, when it ended without waiting.
  template <class Frame>
  bool await_suspend(std::coroutine_handle<Frame> caller) {
    TaskFrame& mine = frame_.promise();
    mine.caller_ = &caller.promise();
    frame_.resume();
    if (frame_.done()) return false;
    mine.caller_waits_ = true;
    return true;
  }
  T await_resume() { return frame_.promise().take(); }

 private:
  using Handle = std::coroutine_handle<promise_type>;
  explicit Task(Handle frame) : frame_(frame) {}
  Handle frame_;
};

/// Suspends the caller and gives `keep` what resumes it.
template <class Keep>
class Suspension {
 public:
  explicit Suspension(Keep keep) : keep_(std::move(keep)) {}
  bool await_ready() const noexcept { return false; }
  template <class Frame>
  void await_suspend(std::coroutine_handle<Frame> caller) {
    keep_(Resume(caller.promise()));
  }
  void await_resume() const noexcept {}

 private:
  Keep keep_;
};
template <class Keep>
Suspension<Keep> suspend(Keep keep) {
  return Suspension<Keep>(std::move(keep));
}

/// Waits until the timer expires or is cancelled.
inline auto expiry_of(Timer& timer) {
  return suspend([&timer](Resume resume) {
    timer.async_wait([resume = std::move(resume)](const auto&) mutable { resume(); });
  });
}

/// Goes on once everything that is ready has had its turn.
inline auto yield_to_others(Executor executor) {
  return suspend([executor](Resume resume) { asio::post(executor, std::move(resume)); });
}

/// Starts a task that owns its arguments, on the executor's thread, and keeps its loop running
/// until it has ended. `on_end` is told what was thrown; by then the task's frame is gone.
void spawn(Executor executor, Task<void> task, std::function<void(std::exception_ptr)> on_end);

/// The executor on which the caller was spawned.
class ThisExecutor {
 public:
  bool await_ready() const noexcept { return false; }
  template <class Frame>
  bool await_suspend(std::coroutine_handle<Frame> caller) {
    find(caller.promise());
    return false;
  }
  Executor await_resume() const { return *executor_; }

 private:
  void find(TaskFrame& frame);
  std::optional<Executor> executor_;
};

}  // namespace rlm::net
