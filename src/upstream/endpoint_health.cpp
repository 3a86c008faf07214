#include "upstream/endpoint_health.hpp"

#include <algorithm>

namespace rlm::upstream {
namespace {

/// Weight of the newest call in the smoothed time to the first byte.
constexpr double kNewest = 0.2;
/// A half-open breaker's call that never reports does not keep the place for ever.
constexpr Milliseconds kProbeMax{30'000};
/// Longest time that a rate limit is believed in, in milliseconds: an upstream may say anything.
constexpr std::int64_t kLimitedMax = 600'000;

Milliseconds until(SteadyTime then, SteadyTime now) {
  const auto left = std::chrono::duration_cast<Milliseconds>(then - now);
  return std::max(left, Milliseconds(1));
}

}  // namespace

std::optional<Milliseconds> EndpointHealth::holds_back(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (now < open_until_) return until(open_until_, now);
  if (openings_ == 0) return std::nullopt;
  if (now < probing_until_) return policy_.open_for;
  probing_until_ = now + kProbeMax;
  return std::nullopt;
}

bool EndpointHealth::usable(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  return now >= open_until_ && now >= limited_until_ && (openings_ == 0 || now >= probing_until_);
}

void EndpointHealth::answered(Milliseconds first_byte_after) {
  const std::lock_guard lock(mutex_);
  failures_ = openings_ = 0;
  open_until_ = limited_until_ = probing_until_ = {};
  const auto taken = static_cast<double>(first_byte_after.count());
  first_byte_ms_ = first_byte_ms_ < 0 ? taken : first_byte_ms_ * (1 - kNewest) + taken * kNewest;
}

void EndpointHealth::count_failure(SteadyTime now) {
  if (now < open_until_) return;  // it began before, or there was no other way
  const bool probe = openings_ > 0;
  probing_until_ = {};
  if (!probe && ++failures_ < policy_.failures_max) return;
  const auto doubled = policy_.open_for * (1 << std::min(openings_, 16));
  open_until_ = now + std::min<Milliseconds>(doubled, policy_.open_for_max);
  ++openings_;
  failures_ = 0;
}

void EndpointHealth::failed(const Error& error, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  switch (error.kind) {
    // Nobody was asked.
    case ErrorKind::Cancelled:
    case ErrorKind::BadRequest:
    case ErrorKind::NotFound:
    case ErrorKind::Internal:
      probing_until_ = {};
      return;
    case ErrorKind::Unreachable:
    case ErrorKind::Timeout:
    case ErrorKind::Protocol:
    case ErrorKind::Forbidden:  // there is no token for it
      return count_failure(now);
    case ErrorKind::UpstreamStatus:
      if (error.status >= 500) return count_failure(now);
      if (error.status == 429 && error.retry_after_ms)
        limited_until_ =
            now + Milliseconds(std::clamp<std::int64_t>(*error.retry_after_ms, 0, kLimitedMax));
      [[fallthrough]];
    default:
      failures_ = openings_ = 0;
      open_until_ = probing_until_ = {};
  }
}

BreakerState EndpointHealth::state(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  if (now < open_until_) return BreakerState::Open;
  return openings_ > 0 ? BreakerState::HalfOpen : BreakerState::Closed;
}

double EndpointHealth::first_byte_ms() const {
  const std::lock_guard lock(mutex_);
  return first_byte_ms_;
}

bool falls_over(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Unreachable:
    case ErrorKind::Timeout:
    case ErrorKind::Protocol:
    case ErrorKind::Overloaded:
    case ErrorKind::Forbidden:
      return true;
    case ErrorKind::UpstreamStatus:
      switch (error.status) {
        case 401:
        case 403:
        case 404:
        case 408:
        case 429:
          return true;
        default:
          return error.status >= 500;
      }
    default:
      return false;
  }
}

}  // namespace rlm::upstream
