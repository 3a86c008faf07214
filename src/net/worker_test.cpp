// What a worker's coroutines stand on: deadlines, events, scopes, stops.
#include "net/worker.hpp"

#include <gtest/gtest.h>

#include "net/stop.hpp"
#include "tests/support/run_task.hpp"

namespace rlm::net {
namespace {

struct Fired {
  int times = 0;
  WheelTimer* rearm = nullptr;
  WheelTimer* disarm = nullptr;
  SteadyTime when{};
  static void call(void* self) {
    auto& fired = *static_cast<Fired*>(self);
    ++fired.times;
    fired.when = std::chrono::steady_clock::now();
    if (fired.rearm != nullptr) std::exchange(fired.rearm, nullptr)->arm(Milliseconds(1));
    if (fired.disarm != nullptr) fired.disarm->disarm();
  }
};

TEST(TimingWheel, FiresOncePerArmingAndNeverEarly) {
  Worker worker;
  Fired fired;
  WheelTimer timer(worker.wheel(), Fired::call, &fired);
  const auto start = std::chrono::steady_clock::now();
  timer.arm(Milliseconds(30));
  worker.io().run();
  EXPECT_EQ(fired.times, 1);
  EXPECT_GE(fired.when - start, Milliseconds(30));
  EXPECT_FALSE(timer.armed());
}

TEST(TimingWheel, ADeadlineMayBeMovedBothWays) {
  Worker worker;
  Fired later;
  Fired sooner;
  WheelTimer first(worker.wheel(), Fired::call, &later);
  WheelTimer second(worker.wheel(), Fired::call, &sooner);
  const auto start = std::chrono::steady_clock::now();
  first.arm(Milliseconds(1));
  first.arm(Milliseconds(60));
  second.arm(Milliseconds(100'000));
  second.arm(Milliseconds(1));
  worker.io().run();
  EXPECT_EQ(later.times, 1);
  EXPECT_GE(later.when - start, Milliseconds(60));
  EXPECT_EQ(sooner.times, 1);
}

TEST(TimingWheel, ATimerMayRearmItselfAndDisarmOthersInItsCall) {
  Worker worker;
  Fired again;
  Fired never;
  Fired first;
  WheelTimer timer(worker.wheel(), Fired::call, &again);
  WheelTimer victim(worker.wheel(), Fired::call, &never);
  WheelTimer other(worker.wheel(), Fired::call, &first);
  again.rearm = &timer;
  first.disarm = &victim;
  timer.arm(Milliseconds(1));
  victim.arm(Milliseconds(40));
  other.arm(Milliseconds(1));
  worker.io().run();
  EXPECT_EQ(again.times, 2);
  EXPECT_EQ(first.times, 1);
  EXPECT_EQ(never.times, 0);
}

TEST(TimingWheel, ManyTimersBeyondOneTurnAreKept) {
  Worker worker;
  Fired fired;
  std::vector<std::unique_ptr<WheelTimer>> timers;
  for (int i = 0; i < 1000; ++i) {
    timers.push_back(std::make_unique<WheelTimer>(worker.wheel(), Fired::call, &fired));
    timers.back()->arm(Milliseconds(i % 3 == 0 ? 1 : 20'000'000));
  }
  for (int i = 0; i < 1000; ++i)
    if (i % 3 != 0) timers[static_cast<std::size_t>(i)].reset();
  worker.io().run();
  EXPECT_EQ(fired.times, 334);
}

Task<void> wait_for(Event& event, int& woken) {
  co_await event.wait();
  ++woken;
}

Task<void> set_and_wait(Worker& worker, Event& event, int& woken) {
  TaskScope scope(worker);
  event.set();
  event.set();
  co_await wait_for(event, woken);  // set before: returns at once, and only once
  scope.spawn(wait_for(event, woken));
  EXPECT_EQ(woken, 1);
  event.set();
  co_await scope.join();
  EXPECT_EQ(woken, 2);
}

TEST(Event, WakesItsWaiterOncePerSetting) {
  Worker worker;
  Event event(worker.io());
  int woken = 0;
  test::run_task(worker, set_and_wait(worker, event, woken));
}

TEST(Event, MayDieWhileSomebodyWaits) {
  Worker worker;
  int woken = 0;
  {
    auto event = std::make_unique<Event>(worker.io());
    net::spawn(worker.executor(), wait_for(*event, woken), [](std::exception_ptr) {});
    worker.io().poll();
    event.reset();
  }
  EXPECT_EQ(woken, 0);
}

Task<void> throwing() {
  throw std::runtime_error("on purpose");
  co_return;
}

Task<void> join_a_thrower(Worker& worker) {
  TaskScope scope(worker);
  scope.spawn(throwing());
  co_await scope.join();
  EXPECT_EQ(scope.running(), 0u);
}

TEST(TaskScope, OutlivesATaskThatThrows) {
  Worker worker;
  test::run_task(worker, join_a_thrower(worker));
}

struct Stopped {
  int calls = 0;
  StopCallback* other = nullptr;
  static void call(void* self) {
    auto& stopped = *static_cast<Stopped*>(self);
    ++stopped.calls;
    if (stopped.other != nullptr) stopped.other->detach();
  }
};

TEST(Stop, CallsEachCallbackOnceAndLateComersAtOnce) {
  StopSource source;
  Stopped one;
  Stopped gone;
  StopCallback first(source, Stopped::call, &one);
  { const StopCallback brief(source, Stopped::call, &gone); }
  source.request_stop();
  source.request_stop();
  EXPECT_EQ(one.calls, 1);
  EXPECT_EQ(gone.calls, 0);
  Stopped late;
  const StopCallback after(source, Stopped::call, &late);
  EXPECT_EQ(late.calls, 1);
}

TEST(Stop, ACallbackMayDetachAnother) {
  StopSource source;
  Stopped first;
  Stopped second;
  StopCallback one(source, Stopped::call, &first);
  StopCallback two(source, Stopped::call, &second);
  first.other = &two;
  second.other = &one;
  source.request_stop();
  EXPECT_EQ(first.calls + second.calls, 1);
}

TEST(Stop, TheSourceMayDieFirst) {
  Stopped one;
  StopCallback callback;
  {
    StopSource source;
    callback.attach(source, Stopped::call, &one);
  }
  callback.detach();
  EXPECT_EQ(one.calls, 0);
}

}  // namespace
}  // namespace rlm::net
