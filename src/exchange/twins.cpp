#include "exchange/twins.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace rlm::exchange {

Twins::Lead::Lead(Twins& twins, const draft::MemoKey& key)
    : twins_(twins), key_(key), flight_(std::make_shared<Flight>()) {
  const bool first = twins_.flights_.emplace(key_, flight_).second;
  RLM_CHECK(first);
}

Twins::Lead::~Lead() {
  twins_.flights_.erase(key_);
  for (net::Event* event : flight_->waiting) event->set();
}

net::Task<std::shared_ptr<const draft::Remembered>> Twins::wait(const draft::MemoKey& key,
                                                                net::StopSource& stop) {
  const auto found = flights_.find(key);
  if (found == flights_.end() || stop.stopped()) co_return nullptr;
  const std::shared_ptr<Flight> flight = found->second;
  net::Event woken(worker_.io());
  flight->waiting.push_back(&woken);
  {
    const net::StopCallback on_stop(
        stop, [](void* event) { static_cast<net::Event*>(event)->set(); }, &woken);
    co_await woken.wait();
  }
  std::erase(flight->waiting, &woken);
  co_return stop.stopped() ? nullptr : flight->result;
}

}  // namespace rlm::exchange
