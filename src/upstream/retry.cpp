#include "upstream/retry.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iterator>
#include <string>
#include <utility>

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

// Milliseconds until a time of this form (strptime), in UTC.
std::optional<std::int64_t> until(std::string_view text, const char* form, UnixMs now) {
  std::tm when{};
  const std::string whole(text);
  if (::strptime(whole.c_str(), form, &when) == nullptr) return std::nullopt;
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(::timegm(&when)) * 1000 - now.value);
}

// OpenAI's spans: "6m0s", "1h2m3.5s", "20ms".
std::optional<std::int64_t> span_of(std::string_view text) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  if (text.empty()) return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || !(value >= 0)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                    [&](const auto& one) { return text.starts_with(one.first); });
    if (unit == std::end(kUnits)) return std::nullopt;
    text.remove_prefix(unit->first.size());
    sum += value * unit->second;
  }
  if (!(sum < 1e12)) return std::nullopt;
  return static_cast<std::int64_t>(sum);
}

// Of all limits that have nothing left, the last to be reset.
std::optional<std::int64_t> until_reset(const Headers& headers, UnixMs now) {
  std::optional<std::int64_t> longest;
  const auto add = [&](const std::string& remaining, std::optional<std::int64_t> reset) {
    if (find_header(headers, remaining) == "0" && reset)
      longest = std::max(longest.value_or(0), *reset);
  };
  for (const std::string limit : {"requests", "tokens", "input-tokens", "output-tokens"}) {
    const std::string anthropic = "anthropic-ratelimit-" + limit;
    add(anthropic + "-remaining",
        until(find_header(headers, anthropic + "-reset"), "%Y-%m-%dT%H:%M:%SZ", now));
    add("x-ratelimit-remaining-" + limit,
        span_of(find_header(headers, "x-ratelimit-reset-" + limit)));
  }
  return longest;
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
  if (text.empty()) return until_reset(headers, now);
  if (const auto value = number_of(text)) return value;
  return until(text, "%a, %d %b %Y %H:%M:%S GMT", now);
}

}  // namespace rlm::upstream
