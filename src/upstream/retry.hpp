#pragma once
// Whether and when a failed call is tried again; only ever before the first content byte.

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "base/units.hpp"

namespace rlm::upstream {

struct RetryPolicy {
  /// Further attempts after the first. Clients retry too (Claude Code up to 10 times), so few.
  int retries_max = 2;
  /// First pause; doubles each time, with jitter of ±25 %.
  Milliseconds backoff{250};
  Milliseconds backoff_max{4'000};
  /// A longer retry-after is handed to the client at once instead of being waited for.
  Milliseconds retry_after_max{5'000};
};

/// The pause before attempt `attempt` + 1, or nothing when the error goes to the caller. Tried
/// again: Unreachable; Timeout only before a response's head; statuses 408, 429 (only with a
/// retry-after within the limit), 500, 502, 503, 504, 529. `random` in [0, 1).
std::optional<Milliseconds> retry_after(const RetryPolicy& policy, const Error& error, int attempt,
                                        double random);

/// Milliseconds of a retry-after-ms or retry-after header (seconds or HTTP date); without one,
/// until the last of the limits is reset that the countdown headers call used up, Anthropic's
/// (anthropic-ratelimit-*) or OpenAI's (x-ratelimit-*); nothing when absent or not understood.
std::optional<std::int64_t> retry_after_of(const Headers& headers, UnixMs now);

}  // namespace rlm::upstream
