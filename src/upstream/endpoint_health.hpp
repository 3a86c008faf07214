#pragma once
// How an endpoint is doing: a circuit breaker, the time until it takes calls again, and how soon it
// answers.

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
  Milliseconds open_for_max{60'000};
};

enum class BreakerState { Closed, Open, HalfOpen };

/// One endpoint, shared by all workers. Thread-safe; a lock is held for a few instructions.
class EndpointHealth {
 public:
  explicit EndpointHealth(BreakerPolicy policy = {}) : policy_(policy) {}

  /// How long the breaker keeps calls back; nothing when one may be sent now. While it is half
  /// open, one call at a time may: whoever is let through must report how it went.
  std::optional<Milliseconds> holds_back(SteadyTime now);
  /// Whether a call is likely to be taken: the breaker would let it through, and no rate limit is
  /// known.
  bool usable(SteadyTime now) const;

  /// A call got an answer, after this long.
  void answered(Milliseconds first_byte_after);
  /// A call failed. Unreachable, Timeout, Protocol and the statuses 5xx count against the endpoint;
  /// 429 with a retry-after makes it unusable until then; whatever the request itself was refused
  /// for shows that the endpoint is well. Cancelled says nothing.
  void failed(const Error& error, SteadyTime now);

  BreakerState state(SteadyTime now) const;
  /// Smoothed milliseconds until an answer begins; negative: no call yet.
  double first_byte_ms() const;

 private:
  void count_failure(SteadyTime now);
  BreakerPolicy policy_;
  mutable std::mutex mutex_;
  int failures_ = 0;         // in a row
  int openings_ = 0;         // without an answer between them
  SteadyTime open_until_{};  // past: closed, or half open when openings_ > 0
  SteadyTime limited_until_{};
  SteadyTime probing_until_{};  // a half-open breaker's one call is under way
  double first_byte_ms_ = -1;
};

/// Whether another endpoint of the same model might do better: not for what is wrong with the
/// request. As the Claude apps gateway decides (claude-code-gateway.md §6): connections, timeouts
/// and the statuses 401, 403, 404, 429, 501 and 5xx.
bool falls_over(const Error& error);

}  // namespace rlm::upstream
