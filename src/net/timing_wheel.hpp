#pragma once
// Coarse deadlines: thousands of armed timers for the price of one. Moving a deadline later is one
// store.

#include <array>
#include <chrono>
#include <cstdint>

#include "base/units.hpp"
#include "net/loop_clock.hpp"
#include "net/task.hpp"

namespace rlm::net {

class TimingWheel;

/// One deadline; fires `call(context)` on the wheel's thread, once per arming, up to one tick late,
/// and early by no more than the handling of the event took that armed it. Disarms itself on
/// destruction.
class WheelTimer {
 public:
  using Call = void (*)(void*);
  WheelTimer(TimingWheel& wheel, Call call, void* context)
      : wheel_(wheel), call_(call), context_(context) {}
  WheelTimer(const WheelTimer&) = delete;
  WheelTimer& operator=(const WheelTimer&) = delete;
  ~WheelTimer() { disarm(); }

  void arm(Milliseconds after);
  void disarm();
  bool armed() const { return armed_; }

 private:
  friend class TimingWheel;
  void unlink();

  TimingWheel& wheel_;
  Call call_;
  void* context_;
  WheelTimer* previous_ = nullptr;
  WheelTimer* next_ = nullptr;
  std::int32_t slot_ = -1;  // -1: in no slot
  bool armed_ = false;      // a disarmed timer may stay linked until its slot comes up
  SteadyTime expires_{};
  SteadyTime slot_time_{};  // when its slot comes up
};

/// A hashed wheel of 512 slots, ticking only while it holds timers. One thread.
class TimingWheel {
 public:
  static constexpr Milliseconds kTick{20};

  TimingWheel(asio::io_context& io, LoopClock& clock) : clock_(clock), timer_(io.get_executor()) {}
  TimingWheel(const TimingWheel&) = delete;
  TimingWheel& operator=(const TimingWheel&) = delete;
  ~TimingWheel();

 private:
  friend class WheelTimer;
  static constexpr std::int64_t kSlots = 512;

  void link(WheelTimer& timer);
  void start_ticking();
  void tick();
  std::int64_t tick_of(SteadyTime when) const { return when.time_since_epoch() / kTick; }

  LoopClock& clock_;
  Timer timer_;
  std::array<WheelTimer*, kSlots> slots_{};
  std::int64_t last_tick_ = 0;  // slots up to here were looked at
  std::size_t linked_ = 0;
  bool ticking_ = false;
};

}  // namespace rlm::net
