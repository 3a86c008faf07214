#pragma once
// How an endpoint is doing: a circuit breaker, the time until it takes calls again, and how soon it
// answers.

#include <cstdint>
#include <mutex>
#include <optional>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/units.hpp"

namespace rlm::upstream {

struct BreakerPolicy {
  /// Failures in a row, with no answer between them, after which no more calls are sent.
  int failures_max = 5;
  /// How long, until one call may try; doubles with each that fails.
  Milliseconds open_for{2'000};
  /// What doubling stops at; `open_for` itself may be longer.
  Milliseconds open_for_max{60'000};
};

enum class BreakerState { Closed, Open, HalfOpen };

/// One endpoint, shared by all workers. Thread-safe; a lock is held for a few instructions.
class EndpointHealth {
 public:
  explicit EndpointHealth(BreakerPolicy policy = {}) : policy_(policy) {}

  /// A call's leave to be sent, or how long the breaker keeps it back.
  struct Leave {
    std::optional<Milliseconds> wait;
    std::uint64_t probe = 0;  // not 0: it tries for all others, and must report how it went
  };
  /// While the breaker is half open, one call at a time gets leave.
  Leave ask_leave(SteadyTime now);
  /// Whether a call is likely to be taken: the breaker would let it through, and no rate limit is
  /// known.
  bool usable(SteadyTime now) const;

  /// An answer began; a stream's after this long. Of a whole answer nothing is measured: its head
  /// comes when all of it is written.
  void answered(std::optional<Milliseconds> first_byte_after, SteadyTime now);
  /// A call failed before that. Unreachable, Timeout, Protocol, Forbidden (our own credential) and
  /// the statuses 5xx count against the endpoint; 429 with a retry-after makes it unusable until
  /// then; whatever the request itself was refused for shows that the endpoint is well. Cancelled
  /// says nothing. `probe` as ask_leave() gave it: of a half-open breaker no other call's failure
  /// counts, it may have begun long ago.
  void failed(const Error& error, SteadyTime now, std::uint64_t probe = 0);
  /// An answer that had begun came to its end.
  void completed();
  /// An answer that had begun broke off. As many in a row as failures, with no whole answer between
  /// them, open the breaker too; the same errors count.
  void broke_off(const Error& error, SteadyTime now);

  BreakerState state(SteadyTime now) const;
  /// Smoothed milliseconds until a stream begins; negative: none yet.
  double first_byte_ms() const;
  /// Whether no stream has begun for a minute, so that first_byte_ms() may be out of date. One
  /// caller a minute is told so, to try it.
  bool claim_measure(SteadyTime now);

 private:
  void count_failure(SteadyTime now, std::uint64_t probe);
  void open(SteadyTime now);
  BreakerPolicy policy_;
  mutable std::mutex mutex_;
  int failures_ = 0;         // in a row
  int broken_ = 0;           // answers in a row
  int openings_ = 0;         // without an answer between them
  SteadyTime open_until_{};  // past: closed, or half open when openings_ > 0
  SteadyTime limited_until_{};
  SteadyTime probing_until_{};  // a half-open breaker's one call is under way
  std::uint64_t probe_ = 0;     // which one
  double first_byte_ms_ = -1;
  SteadyTime measured_until_{};  // it is taken for true, or somebody is measuring
};

}  // namespace rlm::upstream
