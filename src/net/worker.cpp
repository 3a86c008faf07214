#include "net/worker.hpp"

#include <exception>

#include "base/check.hpp"
#include "base/log.hpp"
#include "net/name_lookup.hpp"

namespace rlm::net {

namespace {

// Each upstream's name is looked up once at a time: as many silent ones hold up no other.
constexpr std::size_t kLookupThreads = 4;

}  // namespace

Worker::Worker() = default;
Worker::~Worker() = default;

NameLookup& Worker::names() {
  if (names_ == nullptr) names_ = std::make_unique<NameLookup>(kLookupThreads);
  return *names_;
}

void Worker::use_names(std::unique_ptr<NameLookup> names) {
  names_ = std::move(names);
}

TaskScope::~TaskScope() {
  RLM_CHECK(running_ == 0 || worker_.io().stopped());
}

void TaskScope::spawn(Task<void> task) {
  ++running_;
  net::spawn(worker_.executor(), std::move(task), [this](std::exception_ptr thrown) {
    if (--running_ == 0) idle_.set();
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      log::error("a task ended by an exception", {{"what", error.what()}});
    }
  });
}

Task<void> TaskScope::join() {
  while (running_ > 0) co_await idle_.wait();
}

Task<void> sleep_for(Worker& worker, std::chrono::nanoseconds duration) {
  Timer timer(worker.executor());
  timer.expires_after(duration);
  co_await expiry_of(timer);
}

}  // namespace rlm::net
