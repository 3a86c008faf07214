#include "net/timing_wheel.hpp"

#include <algorithm>

namespace rlm::net {

void WheelTimer::arm(Milliseconds after) {
  expires_ = wheel_.clock_.now() + after;
  armed_ = true;
  // The usual case: a deadline moved later stays in its slot and is put right when that comes up.
  if (slot_ >= 0 && slot_time_ <= expires_) return;
  unlink();
  wheel_.link(*this);
}

void WheelTimer::disarm() {
  armed_ = false;
  unlink();
}

void WheelTimer::unlink() {
  if (slot_ < 0) return;
  if (previous_ != nullptr) {
    previous_->next_ = next_;
  } else {
    wheel_.slots_[static_cast<std::size_t>(slot_)] = next_;
  }
  if (next_ != nullptr) next_->previous_ = previous_;
  previous_ = next_ = nullptr;
  slot_ = -1;
  --wheel_.linked_;
}

TimingWheel::~TimingWheel() {
  for (auto& slot : slots_)
    while (slot != nullptr) slot->unlink();
}

void TimingWheel::link(WheelTimer& timer) {
  if (!ticking_) last_tick_ = tick_of(clock_.now());
  const auto wanted = tick_of(timer.expires_) + 1;  // never early
  const auto tick = std::clamp(wanted, last_tick_ + 1, last_tick_ + kSlots - 1);
  timer.slot_time_ = SteadyTime(tick * kTick);
  timer.slot_ = static_cast<std::int32_t>(tick % kSlots);
  auto& first = slots_[static_cast<std::size_t>(timer.slot_)];
  timer.next_ = first;
  if (first != nullptr) first->previous_ = &timer;
  first = &timer;
  ++linked_;
  start_ticking();
}

void TimingWheel::start_ticking() {
  if (ticking_ || linked_ == 0) return;
  ticking_ = true;
  timer_.expires_after(kTick);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    ticking_ = false;
    tick();
    start_ticking();
  });
}

void TimingWheel::tick() {
  const auto now = std::chrono::steady_clock::now();
  const auto current = tick_of(now);
  // After a long pause every slot is looked at once.
  const auto from = std::max(last_tick_ + 1, current - kSlots + 1);
  ticking_ = true;  // timers armed by callbacks must not start a second tick
  for (auto t = from; t <= current; ++t) {
    last_tick_ = t;
    auto& slot = slots_[static_cast<std::size_t>(t % kSlots)];
    // Take the whole slot first: a callback may arm, disarm or destroy any timer, so each is
    // unlinked before it is looked at.
    WheelTimer* pending = slot;
    while (pending != nullptr) {
      WheelTimer& timer = *pending;
      timer.unlink();
      if (timer.expires_ <= now) {
        timer.armed_ = false;
        timer.call_(timer.context_);
      } else {
        link(timer);  // its deadline was moved later; goes to another slot or to the far end of the
                      // wheel
      }
      pending = slots_[static_cast<std::size_t>(t % kSlots)];
    }
  }
  last_tick_ = current;
  ticking_ = false;
}

}  // namespace rlm::net
