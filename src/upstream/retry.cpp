#include "upstream/retry.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace rlm::upstream {
namespace {

bool worth_retrying(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Unreachable:
      return true;
    case ErrorKind::UpstreamStatus:
      switch (error.status) {
        case 408:
        case 500:
        case 502:
        case 503:
        case 504:
        case 529:
          return true;
        case 429:
          return error.retry_after_ms.has_value();
        default:
          return false;
      }
    default:
      return false;
  }
}

std::optional<std::int64_t> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value < 1e9))
    return std::nullopt;
  return static_cast<std::int64_t>(value * 1000);
}

}  // namespace

std::optional<Milliseconds> retry_after(const RetryPolicy& policy, const Error& error, int attempt,
                                        double random) {
  if (attempt >= policy.retries_max || !worth_retrying(error)) return std::nullopt;
  if (error.retry_after_ms) {
    const Milliseconds asked(*error.retry_after_ms);
    if (asked > policy.retry_after_max) return std::nullopt;
    return asked;
  }
  const Milliseconds doubled(policy.backoff.count() << std::min(attempt, 20));
  const auto pause = std::min(doubled, policy.backoff_max);
  return Milliseconds(
      static_cast<std::int64_t>(static_cast<double>(pause.count()) * (0.75 + random * 0.5)));
}

std::optional<std::int64_t> retry_after_of(const Headers& headers, UnixMs now) {
  const auto exact = find_header(headers, "retry-after-ms");
  if (!exact.empty()) {
    if (const auto value = number_of(exact)) return *value / 1000;
  }
  const auto text = find_header(headers, "retry-after");
  if (text.empty()) return std::nullopt;
  if (const auto value = number_of(text)) return value;
  std::tm when{};
  if (::strptime(std::string(text).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &when) == nullptr)
    return std::nullopt;
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(::timegm(&when)) * 1000 - now.value);
}

}  // namespace rlm::upstream
