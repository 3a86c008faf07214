#include "net/task.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>

namespace rlm::net {
namespace {

using Work = asio::executor_work_guard<Executor>;
using OnEnd = std::function<void(std::exception_ptr)>;

// The outermost coroutine: it is nobody's callee and destroys itself.
struct Spawned {
  class promise_type : public TaskFrame {
   public:
    promise_type(const Work& work, const Task<void>&, const OnEnd&)
        : TaskFrame(std::coroutine_handle<promise_type>::from_promise(*this)),
          executor_(work.get_executor()) {}
    Spawned get_return_object() { return {Resume(*this)}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
    Executor executor() const { return executor_; }

   private:
    Executor executor_;
  };
  Resume start;
};

Task<std::exception_ptr> end_of(Task<void> task) {
  try {
    co_await task;
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

Spawned run(Work, Task<void> task, OnEnd on_end) {
  std::exception_ptr thrown = co_await end_of(std::move(task));
  on_end(std::move(thrown));
}

}  // namespace

void spawn(Executor executor, Task<void> task, OnEnd on_end) {
  Spawned spawned = run(Work(executor), std::move(task), std::move(on_end));
  asio::dispatch(executor, std::move(spawned.start));
}

void ThisExecutor::find(TaskFrame& frame) {
  executor_ = static_cast<Spawned::promise_type&>(frame.outermost()).executor();
}

}  // namespace rlm::net
