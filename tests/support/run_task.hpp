#pragma once
// Runs a coroutine on a test's own event loop until it has ended.

#include <gtest/gtest.h>

#include <exception>
#include <optional>

#include "net/worker.hpp"

namespace rlm::test {

template <class T>
net::Task<void> keep_result(net::Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

inline void run_task(net::Worker& worker, net::Task<void> task) {
  std::exception_ptr thrown;
  net::spawn(worker.executor(), std::move(task), [&](std::exception_ptr error) { thrown = error; });
  worker.io().restart();
  worker.io().run();
  if (thrown) std::rethrow_exception(thrown);
}

/// The task's result. The loop runs until nothing is left to do on it.
template <class T>
T run_task(net::Worker& worker, net::Task<T> task) {
  std::optional<T> result;
  run_task(worker, keep_result(std::move(task), result));
  return std::move(*result);
}

}  // namespace rlm::test
