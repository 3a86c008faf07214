#include "upstream/retry.hpp"

#include <gtest/gtest.h>

namespace rlm::upstream {
namespace {

Error error_of(ErrorKind kind, int status = 0, std::optional<std::int64_t> retry_after_ms = {}) {
  Error error(kind, Source::Upstream, "failed");
  error.status = status;
  error.retry_after_ms = retry_after_ms;
  return error;
}

struct WorthCase {
  std::string name;
  Error error;
  bool again;
};

class WorthRetrying : public testing::TestWithParam<WorthCase> {};

TEST_P(WorthRetrying, IsDecidedByKindAndStatus) {
  EXPECT_EQ(retry_after(RetryPolicy{}, GetParam().error, 0, 0.5).has_value(), GetParam().again);
}

constexpr auto kStatus = ErrorKind::UpstreamStatus;

INSTANTIATE_TEST_SUITE_P(
    Retry, WorthRetrying,
    testing::Values(WorthCase{"Unreachable", error_of(ErrorKind::Unreachable), true},
                    WorthCase{"ATimeoutMayHaveBeenPaidFor", error_of(ErrorKind::Timeout), false},
                    WorthCase{"ABrokenAnswer", error_of(ErrorKind::Protocol), false},
                    WorthCase{"TheClientLeft", error_of(ErrorKind::Cancelled), false},
                    WorthCase{"Status408", error_of(kStatus, 408), true},
                    WorthCase{"Status500", error_of(kStatus, 500), true},
                    WorthCase{"Status502", error_of(kStatus, 502), true},
                    WorthCase{"Status503", error_of(kStatus, 503), true},
                    WorthCase{"Status504", error_of(kStatus, 504), true},
                    WorthCase{"Status529", error_of(kStatus, 529), true},
                    WorthCase{"Status429WithoutATime", error_of(kStatus, 429), false},
                    WorthCase{"Status429AtTheLimit", error_of(kStatus, 429, 5000), true},
                    WorthCase{"Status429BeyondTheLimit", error_of(kStatus, 429, 5001), false},
                    WorthCase{"Status529BeyondTheLimit", error_of(kStatus, 529, 5001), false},
                    WorthCase{"Status400", error_of(kStatus, 400), false},
                    WorthCase{"Status401", error_of(kStatus, 401), false},
                    WorthCase{"Status404", error_of(kStatus, 404), false},
                    WorthCase{"Status413", error_of(kStatus, 413), false},
                    WorthCase{"Status501", error_of(kStatus, 501), false}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Retry, EndsWithTheLastAllowedAttempt) {
  RetryPolicy policy;
  policy.retries_max = 2;
  const Error error = error_of(ErrorKind::Unreachable);
  EXPECT_TRUE(retry_after(policy, error, 1, 0.5));
  EXPECT_FALSE(retry_after(policy, error, 2, 0.5));
  policy.retries_max = 0;
  EXPECT_FALSE(retry_after(policy, error, 0, 0.5));
}

TEST(Retry, PausesDoubleUpToTheirLimitAndVaryByAQuarter) {
  RetryPolicy policy;
  policy.retries_max = 100;
  policy.backoff = Milliseconds(100);
  policy.backoff_max = Milliseconds(1000);
  const Error error = error_of(ErrorKind::Unreachable);
  const auto pause = [&](int attempt, double random) {
    return retry_after(policy, error, attempt, random)->count();
  };
  EXPECT_EQ(pause(0, 0.5), 100);
  EXPECT_EQ(pause(1, 0.5), 200);
  EXPECT_EQ(pause(3, 0.5), 800);
  EXPECT_EQ(pause(4, 0.5), 1000);
  EXPECT_EQ(pause(90, 0.5), 1000);
  EXPECT_EQ(pause(0, 0), 75);
  EXPECT_EQ(pause(0, 0.999), 124);
}

TEST(Retry, WaitsAsLongAsTheUpstreamAsks) {
  EXPECT_EQ(retry_after(RetryPolicy{}, error_of(kStatus, 529, 1234), 1, 0.1)->count(), 1234);
  EXPECT_EQ(retry_after(RetryPolicy{}, error_of(kStatus, 529, 0), 1, 0.1)->count(), 0);
}

struct HeaderCase {
  std::string name;
  std::string value;
  std::optional<std::int64_t> ms;
};

TEST(RetryAfter, IsReadInSecondsMillisecondsAndAsADate) {
  const UnixMs now{1'790'000'000'000};  // Mon, 21 Sep 2026 14:13:20 GMT
  for (const HeaderCase& one : {HeaderCase{"retry-after", "2", 2000},
                                {"Retry-After", "0.5", 500},
                                {"retry-after-ms", "1500", 1500},
                                {"retry-after", "Mon, 21 Sep 2026 14:13:25 GMT", 5000},
                                {"retry-after", "Mon, 21 Sep 2026 14:13:15 GMT", 0},
                                {"retry-after", "soon", std::nullopt},
                                {"retry-after", "-1", std::nullopt},
                                {"retry-after", "nan", std::nullopt},
                                {"retry-after", "1e300", std::nullopt},
                                {"retry-after", "", std::nullopt},
                                {"x-other", "1", std::nullopt}}) {
    const Headers headers{{one.name, one.value}};
    EXPECT_EQ(retry_after_of(headers, now), one.ms) << one.name << ": " << one.value;
  }
  const Headers both{{"retry-after", "9"}, {"retry-after-ms", "20"}};
  EXPECT_EQ(retry_after_of(both, now), 20);
}

TEST(RetryAfter, IsElseTheResetOfTheLimitsThatAreUsedUp) {
  const UnixMs now{1'790'000'000'000};  // 2026-09-21T14:13:20Z
  struct Limits {
    const char* what;
    Headers headers;
    std::optional<std::int64_t> ms;
  };
  const Limits kCases[] = {
      {"OpenAI's",
       {{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "1m2.5s"}},
       62'500},
      {"the later of two",
       {{"x-ratelimit-remaining-requests", "0"},
        {"x-ratelimit-reset-requests", "20ms"},
        {"x-ratelimit-remaining-tokens", "0"},
        {"x-ratelimit-reset-tokens", "1h6m0s"}},
       3'960'000},
      {"one that is not used up does not count",
       {{"x-ratelimit-remaining-requests", "0"},
        {"x-ratelimit-reset-requests", "3s"},
        {"x-ratelimit-remaining-tokens", "10"},
        {"x-ratelimit-reset-tokens", "6m0s"}},
       3'000},
      {"Anthropic's",
       {{"anthropic-ratelimit-input-tokens-remaining", "0"},
        {"anthropic-ratelimit-input-tokens-reset", "2026-09-21T14:14:00Z"}},
       40'000},
      {"a reset that has been",
       {{"anthropic-ratelimit-requests-remaining", "0"},
        {"anthropic-ratelimit-requests-reset", "2026-09-21T14:13:00Z"}},
       0},
      {"what is no span",
       {{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", "6 minutes"}},
       std::nullopt},
      {"no span at all", {{"x-ratelimit-remaining-tokens", "0"}}, std::nullopt},
      {"retry-after goes first",
       {{"retry-after", "2"},
        {"x-ratelimit-remaining-tokens", "0"},
        {"x-ratelimit-reset-tokens", "6m0s"}},
       2'000}};
  for (const Limits& one : kCases) EXPECT_EQ(retry_after_of(one.headers, now), one.ms) << one.what;
}

}  // namespace
}  // namespace rlm::upstream
