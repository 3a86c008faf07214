#include "exchange/aside.hpp"

#include "base/log.hpp"
#include "exchange/services.hpp"
#include "net/timing_wheel.hpp"

namespace rlm::exchange {

class Aside::Running {
 public:
  explicit Running(Aside& aside)
      : aside_(aside), at_(aside.running_.emplace(aside.running_.end())) {
    aside_.metrics_.aside_begun();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    aside_.running_.erase(at_);
    aside_.metrics_.aside_ended();
  }
  net::StopSource& stop() { return *at_; }

 private:
  Aside& aside_;
  std::list<net::StopSource>::iterator at_;
};

void Aside::add(std::unique_ptr<AsideWork> work) {
  if (closed_) return metrics_.aside_dropped(observe::AsideDrop::Shutdown);
  if (running() < config_.running_max) {
    scope_.spawn(run(std::move(work)));
    return;
  }
  const std::size_t bytes = work->bytes();
  if (waiting_.size() >= config_.waiting_max)
    return metrics_.aside_dropped(observe::AsideDrop::Queue);
  if (bytes > config_.waiting_bytes_max - waiting_bytes_)
    return metrics_.aside_dropped(observe::AsideDrop::Bytes);
  waiting_bytes_ += bytes;
  waiting_.push_back(std::move(work));
}

std::unique_ptr<AsideWork> Aside::next() {
  if (waiting_.empty()) return nullptr;
  auto work = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= work->bytes();
  return work;
}

net::Task<void> Aside::run_one(AsideWork& work) {
  Running running(*this);
  net::WheelTimer timer(
      worker_.wheel(), [](void* stop) { static_cast<net::StopSource*>(stop)->request_stop(); },
      &running.stop());
  timer.arm(config_.deadline);
  try {
    co_await work.run(running.stop());
  } catch (const std::exception& error) {
    log::error("work off a client's path ended by an exception", {{"what", error.what()}});
  }
}

net::Task<void> Aside::run(std::unique_ptr<AsideWork> work) {
  // Whoever gave the work is still in the middle of its own: an exchange that ends.
  co_await net::yield_to_others(worker_.executor());
  for (; work != nullptr; work = next()) {
    if (closed_) co_return metrics_.aside_dropped(observe::AsideDrop::Shutdown);
    co_await run_one(*work);
  }
}

net::Task<void> Aside::shut_down() {
  closed_ = true;
  for (; !waiting_.empty(); waiting_.pop_front())
    metrics_.aside_dropped(observe::AsideDrop::Shutdown);
  waiting_bytes_ = 0;
  for (net::StopSource& stop : running_) stop.request_stop();
  co_await scope_.join();
}

ExchangeRecord aside_record(const ExchangeRecord& client, Occasion occasion) {
  ExchangeRecord record;
  record.occasion = occasion;
  record.follows = client.id;
  record.session = client.session;
  record.agent = client.agent;
  record.asked_model = client.asked_model;
  record.cascade = client.cascade;
  record.kind = client.kind;
  record.streamed = client.streamed;
  record.request_bytes = client.request_bytes;
  return record;
}

void name_calls(Services& services, ExchangeRecord& record, CallRole role) {
  for (CallRecord& call : record.calls) {
    if (call.attempt > 0) services.metrics.retried();
    call.role = role;
  }
}

}  // namespace rlm::exchange
