#pragma once
// Keeps a waiting client alive: the first ping within 10 s, then every 15 s at most (cascade.md
// §11).

#include <functional>

#include "net/timing_wheel.hpp"
#include "respond/response_sink.hpp"

namespace rlm::respond {

struct PingConfig {
  Milliseconds first{9'500};
  Milliseconds interval{14'000};
};

/// Pings while it lives and is running. A ping commits the response to 200 with an event stream;
/// until then an error can still be a status. Runs from the worker's wheel, never in the middle of
/// a write. One thread.
class Pings {
 public:
  /// `record` and `sink` must outlive this; `on_ping` is called after each ping.
  Pings(net::TimingWheel& wheel, ResponseSink& sink, const ExchangeRecord& record,
        PingConfig config, std::function<void()> on_ping);
  /// Only for clients that asked for a stream.
  void start();
  void stop() { timer_.disarm(); }
  /// The client has just got something else: the next ping is due an interval from now. Nothing
  /// when they are not running.
  void put_off();

 private:
  void fire();

  ResponseSink& sink_;
  const ExchangeRecord& record_;
  PingConfig config_;
  std::function<void()> on_ping_;
  net::WheelTimer timer_;
};

}  // namespace rlm::respond
