// What a task promises to whoever awaits, spawns or abandons it.
#include "net/task.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/run_task.hpp"

namespace rlm::net {
namespace {

Task<int> sum_of(Worker& worker, int count, bool waits) {
  int sum = 0;
  for (int i = 1; i <= count; ++i) {
    if (waits) co_await yield_to_others(worker.executor());
    sum += i;
  }
  co_return sum;
}

TEST(Task, GivesItsResultWhetherItWaitsOrNot) {
  Worker worker;
  EXPECT_EQ(test::run_task(worker, sum_of(worker, 4, false)), 10);
  EXPECT_EQ(test::run_task(worker, sum_of(worker, 4, true)), 10);
}

Task<int> call_often(Worker& worker, int times, bool waits) {
  int sum = 0;
  for (int i = 0; i < times; ++i) sum += co_await sum_of(worker, 1, waits);
  co_return sum;
}

TEST(Task, CallsWithoutEndDoNotDeepenTheStack) {
  Worker worker;
  constexpr int kTimes = 100'000;
  EXPECT_EQ(test::run_task(worker, call_often(worker, kTimes, false)), kTimes);
  EXPECT_EQ(test::run_task(worker, call_often(worker, kTimes, true)), kTimes);
}

Task<void> throw_after(Worker& worker, bool waits) {
  if (waits) co_await yield_to_others(worker.executor());
  throw std::runtime_error("on purpose");
}

Task<std::string> catch_from(Worker& worker, bool waits) {
  std::string caught;
  try {
    co_await throw_after(worker, waits);
  } catch (const std::exception& error) {
    caught = error.what();
  }
  co_return caught;
}

TEST(Task, WhatItThrowsReachesItsCaller) {
  Worker worker;
  EXPECT_EQ(test::run_task(worker, catch_from(worker, false)), "on purpose");
  EXPECT_EQ(test::run_task(worker, catch_from(worker, true)), "on purpose");
}

/// Notes when it goes.
struct Mark {
  std::vector<std::string>& gone;
  std::string name;
  ~Mark() { gone.push_back(name); }
};

Task<void> hold(std::optional<Resume>& kept, std::vector<std::string>& gone) {
  const Mark mark{gone, "inner"};
  co_await suspend([&](Resume resume) { kept.emplace(std::move(resume)); });
  gone.emplace_back("resumed");
}

Task<void> hold_above(std::optional<Resume>& kept, std::vector<std::string>& gone) {
  const Mark mark{gone, "outer"};
  co_await hold(kept, gone);
}

TEST(Task, OneWhoseResumeIsDroppedGoesWithAllThatWaitForIt) {
  Worker worker;
  std::optional<Resume> kept;
  std::vector<std::string> gone;
  spawn(worker.executor(), hold_above(kept, gone),
        [&](std::exception_ptr) { gone.emplace_back("ended"); });
  worker.io().poll();
  ASSERT_TRUE(kept);
  EXPECT_TRUE(gone.empty());
  kept.reset();
  EXPECT_EQ(gone, (std::vector<std::string>{"inner", "outer"}));
}

TEST(Task, ASpawnedOneIsGoneBeforeItsEndIsTold) {
  Worker worker;
  std::optional<Resume> kept;
  std::vector<std::string> gone;
  spawn(worker.executor(), hold_above(kept, gone),
        [&](std::exception_ptr) { gone.emplace_back("ended"); });
  worker.io().poll();
  EXPECT_FALSE(worker.io().stopped());  // the task keeps the loop running
  (*kept)();
  EXPECT_EQ(gone, (std::vector<std::string>{"resumed", "inner", "outer", "ended"}));
}

Task<void> ask_executor(Worker& worker, bool& same) {
  const Executor executor = co_await ThisExecutor();
  same = executor == worker.executor();
}

TEST(Task, KnowsTheExecutorItWasSpawnedOn) {
  Worker worker;
  bool same = false;
  test::run_task(worker, ask_executor(worker, same));
  EXPECT_TRUE(same);
}

}  // namespace
}  // namespace rlm::net
