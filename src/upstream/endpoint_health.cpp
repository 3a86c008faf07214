#include "upstream/endpoint_health.hpp"

#include <algorithm>

namespace rlm::upstream {
namespace {

/// Weight of the newest call in the smoothed time to the first byte.
constexpr double kNewest = 0.2;
/// How long a measured time to the first byte is taken for true.
constexpr Milliseconds kMeasuredFor{60'000};
/// A half-open breaker's call that never reports does not keep the place for ever.
constexpr Milliseconds kProbeMax{30'000};
/// Longest time that a rate limit is believed in, in milliseconds: an upstream may say anything.
constexpr std::int64_t kLimitedMax = 600'000;

Milliseconds until(SteadyTime then, SteadyTime now) {
  const auto left = std::chrono::duration_cast<Milliseconds>(then - now);
  return std::max(left, Milliseconds(1));
}

// Whether a failed call says something about its endpoint, and not about the request.
bool counts(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Unreachable:
    case ErrorKind::Timeout:
    case ErrorKind::Protocol:
    case ErrorKind::Forbidden:
      return true;
    case ErrorKind::UpstreamStatus:
      return error.status >= 500;
    default:
      return false;
  }
}

}  // namespace

EndpointHealth::Leave EndpointHealth::ask_leave(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (now < open_until_) return {until(open_until_, now), 0};
  if (openings_ == 0) return {};
  if (now < probing_until_) return {policy_.open_for, 0};
  probing_until_ = now + kProbeMax;
  return {std::nullopt, ++probe_};
}

bool EndpointHealth::usable(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  return now >= open_until_ && now >= limited_until_ && (openings_ == 0 || now >= probing_until_);
}

void EndpointHealth::answered(std::optional<Milliseconds> first_byte_after, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  failures_ = openings_ = 0;
  open_until_ = limited_until_ = probing_until_ = {};
  if (!first_byte_after) return;
  measured_until_ = now + kMeasuredFor;
  const auto taken = static_cast<double>(first_byte_after->count());
  first_byte_ms_ = first_byte_ms_ < 0 ? taken : first_byte_ms_ * (1 - kNewest) + taken * kNewest;
}

void EndpointHealth::open(SteadyTime now) {
  const auto doubled = policy_.open_for * (1 << std::min(openings_, 16));
  open_until_ = now + std::min(doubled, std::max(policy_.open_for, policy_.open_for_max));
  ++openings_;
  failures_ = broken_ = 0;
}

void EndpointHealth::count_failure(SteadyTime now, std::uint64_t probe) {
  if (now < open_until_) return;  // it began before, or there was no other way
  if (openings_ == 0) {
    if (++failures_ >= policy_.failures_max) open(now);
    return;
  }
  if (probe == 0 || probe != probe_) return;
  probing_until_ = {};
  open(now);
}

void EndpointHealth::failed(const Error& error, SteadyTime now, std::uint64_t probe) {
  const std::lock_guard lock(mutex_);
  if (counts(error)) return count_failure(now, probe);
  if (error.kind != ErrorKind::UpstreamStatus && error.kind != ErrorKind::TooLarge) {
    // Nobody was asked, or nobody waited for what was said.
    if (probe != 0 && probe == probe_) probing_until_ = {};
    return;
  }
  if (error.status == 429 && error.retry_after_ms)
    limited_until_ =
        now + Milliseconds(std::clamp<std::int64_t>(*error.retry_after_ms, 0, kLimitedMax));
  failures_ = openings_ = 0;
  open_until_ = probing_until_ = {};
}

void EndpointHealth::completed() {
  const std::lock_guard lock(mutex_);
  broken_ = 0;
}

void EndpointHealth::broke_off(const Error& error, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (!counts(error) || openings_ > 0 || ++broken_ < policy_.failures_max) return;
  open(now);
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

bool EndpointHealth::claim_measure(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (now < measured_until_) return false;
  measured_until_ = now + kMeasuredFor;
  return true;
}

}  // namespace rlm::upstream
