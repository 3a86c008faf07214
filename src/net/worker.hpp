#pragma once
// One event loop of one thread, with what its connections share; nothing here is touched by another
// thread.

#include <array>
#include <cstddef>
#include <list>
#include <memory>

#include "net/event.hpp"
#include "net/loop_clock.hpp"
#include "net/poller.hpp"
#include "net/scratch.hpp"
#include "net/task.hpp"
#include "net/timing_wheel.hpp"

namespace rlm::net {

class NameLookup;
class TaskScope;

class Worker {
 public:
  Worker();
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  asio::io_context& io() { return io_; }
  Executor executor() { return io_.get_executor(); }
  TimingWheel& wheel() { return wheel_; }
  Poller& poller() { return poller_; }
  LoopClock& clock() { return clock_; }
  /// Where bytes are received.
  Scratch& scratch() { return scratch_; }
  /// Where upstreams are looked up; its threads begin with the first use.
  NameLookup& names();
  /// Looks up in this one from now on. Not while a lookup is under way.
  void use_names(std::unique_ptr<NameLookup> names);

 private:
  Scratch scratch_;  // first: what still waits when the loop goes may have left bytes here
  LoopClock clock_;
  asio::io_context io_{1};
  TimingWheel wheel_{io_, clock_};
  Poller poller_{io_, clock_};
  std::unique_ptr<NameLookup> names_;  // last: its threads end first
};

/// Tasks of one owner; the owner awaits join() before it dies, so nothing is detached. One thread.
/// Keep it the last field of its owner.
class TaskScope {
 public:
  explicit TaskScope(Worker& worker) : worker_(worker), idle_(worker.io()) {}
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
  ~TaskScope();

  /// Starts a task that owns its arguments. An exception that leaves it is logged.
  void spawn(Task<void> task);
  /// Waits until all tasks have ended.
  Task<void> join();
  std::size_t running() const { return running_; }

 private:
  Worker& worker_;
  std::size_t running_ = 0;
  Event idle_;
};

/// Sleeps on the worker's clock; coarse timers are on the wheel, this one is exact and costs a heap
/// entry.
Task<void> sleep_for(Worker& worker, std::chrono::nanoseconds duration);

}  // namespace rlm::net
