#include "money/cache_forecast.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rlm::money {
namespace {

constexpr UnixMs kStart{1'790'000'000'000};
UnixMs minutes(int count) {
  return {kStart.value + count * 60'000ll};
}

/// `count` blocks of 1,000 bytes; breakpoints at `marked`. Equal `seed`s begin equally.
RequestFacts prompt(int count, std::initializer_list<int> marked, std::uint64_t seed = 17) {
  RequestFacts facts;
  std::uint64_t hash = seed;
  for (int i = 0; i < count; ++i) {
    hash = hash * 1'000'003 + static_cast<std::uint64_t>(i) + 1;
    facts.prompt_bytes += 1'000;
    facts.prefix.push_back({hash, facts.prompt_bytes, false, false, i < 2 ? -1 : i - 2});
  }
  for (const int i : marked) facts.prefix[static_cast<std::size_t>(i)].breakpoint = true;
  return facts;
}

struct Forecast : testing::Test {
  CacheForecast cache;
  CacheOwner owner{"opus", "s"};
  Price price;  // cache_minimum 1,024

  Usage expect(const RequestFacts& facts, UnixMs now) {
    return cache.forecast(owner, facts, price, now).usage;
  }
  ForecastError learn(const RequestFacts& facts, const Usage& actual, UnixMs now) {
    return cache.learn(owner, facts, actual, price, now);
  }
};

TEST_F(Forecast, OfAnUnknownSessionIsColdAndCountsTokensByBytes) {
  const auto facts = prompt(7, {4});
  EXPECT_EQ(expect(facts, kStart), (Usage{.input = 572, .cache_write_5m = 1'428}));
  EXPECT_EQ(cache.forecast(owner, facts, price, kStart).warm_ms, 0);
  EXPECT_EQ(cache.forecast(owner, facts, price, kStart).calls, 0);
}

TEST_F(Forecast, ReadsExactlyWhatTheLastCallReadAndWrote) {
  learn(prompt(7, {5}), {.input = 50, .cache_write_5m = 1'750}, kStart);
  EXPECT_EQ(expect(prompt(9, {8}), minutes(1)),
            (Usage{.cache_write_5m = 771, .cache_read = 1'750}));
}

TEST_F(Forecast, TellsHowLongTheWarmPrefixLives) {
  learn(prompt(7, {6}), {.cache_write_5m = 2'000}, kStart);
  const auto warm = cache.forecast(owner, prompt(8, {7}), price, minutes(2));
  EXPECT_EQ(warm.warm_ms, 3 * 60'000);
  EXPECT_EQ(warm.fresh_ms, 5 * 60'000);
  EXPECT_EQ(warm.calls, 1);
  EXPECT_EQ(cache.forecast(owner, prompt(8, {7}), price, minutes(5)).warm_ms, 0);
  auto hour = prompt(8, {7});
  hour.prefix[7].one_hour = true;
  EXPECT_EQ(cache.forecast(owner, hour, price, minutes(2)).fresh_ms, 60 * 60'000);
}

TEST_F(Forecast, AFreshTurnIsWarmOnlyAtTheEndpointThatSawTheLast) {
  learn(prompt(7, {6}), {.cache_write_5m = 2'000}, kStart);
  owner.endpoint = "other";
  EXPECT_EQ(expect(prompt(8, {7}), kStart).cache_read, 0);
  owner = {"opus", "another session"};
  EXPECT_EQ(expect(prompt(8, {7}), kStart).cache_read, 0);
}

TEST_F(Forecast, BelievesAProviderThatReportsNoCaching) {
  const auto facts = prompt(7, {6});
  learn(facts, {.cache_write_5m = 2'000}, kStart);
  EXPECT_EQ(expect(facts, kStart).cache_read, 2'000);
  const auto error = learn(facts, {.input = 2'000}, minutes(1));
  EXPECT_EQ(error.expected_read, 2'000);
  EXPECT_EQ(error.read, 0);
  EXPECT_EQ(error.off(), 2'000);
  EXPECT_EQ(expect(facts, minutes(1)).cache_read, 0);
}

TEST_F(Forecast, ForgetsWhatTheProviderReadLessOf) {
  learn(prompt(40, {4, 38}), {.input = 200, .cache_write_5m = 11'000}, kStart);
  // Someone cleared the cache behind the system prompt: only that was read, the rest was written.
  const auto next = prompt(41, {4, 39});
  learn(next, {.input = 300, .cache_write_5m = 10'000, .cache_read = 1'400}, minutes(1));
  EXPECT_EQ(expect(prompt(40, {4, 38}), minutes(1)).cache_read / 100, 14)
      << "the old end is gone, the beginning is not";
  EXPECT_EQ(expect(prompt(42, {40}), minutes(1)).cache_read, 11'400) << "the new end is there";
}

TEST_F(Forecast, AnAutomaticCacheReadsThePromptBeforeEvenIfItsLastBlocksChanged) {
  price.cache_minimum = 0;
  learn(prompt(10, {}), {.input = 3'000}, kStart);
  EXPECT_EQ(expect(prompt(12, {}), minutes(30)), (Usage{.input = 600, .cache_read = 3'000}));
  auto changed = prompt(12, {});
  for (std::size_t i = 7; i < changed.prefix.size(); ++i) changed.prefix[i].hash += 5;
  EXPECT_EQ(expect(changed, minutes(30)).cache_read, 2'100);
  for (std::size_t i = 2; i < changed.prefix.size(); ++i) changed.prefix[i].hash += 7;
  EXPECT_EQ(expect(changed, minutes(30)).cache_read, 600) << "tools and system are the same";
}

TEST_F(Forecast, ExpectsLessOfAnAutomaticCacheThatKeepsLess) {
  price.cache_minimum = 0;
  for (int turn = 0; turn < 30; ++turn)
    learn(prompt(10 + turn, {}), {.input = 3'000 + turn * 300}, minutes(turn));
  EXPECT_LT(expect(prompt(40, {}), minutes(30)).cache_read, 12'000 / 4);
}

TEST_F(Forecast, LearnsAnEndpointsTokensPerByteForNewSessions) {
  for (int i = 0; i < 40; ++i) {
    owner.session = std::to_string(i);
    learn(prompt(10, {}), {.input = 5'000}, kStart);
  }
  owner.session = "new";
  EXPECT_NEAR(static_cast<double>(expect(prompt(20, {}), kStart).prompt()), 10'000, 300);
}

TEST_F(Forecast, CountsAPromptAsTheSessionsCallsWereBilled) {
  EXPECT_EQ(cache.prompt_tokens(owner, prompt(7, {4})), 2'000);
  learn(prompt(7, {5}), {.input = 100, .cache_write_5m = 3'000}, kStart);
  const Tokens counted = cache.prompt_tokens(owner, prompt(9, {8}));
  EXPECT_EQ(counted, expect(prompt(9, {8}), minutes(1)).prompt());
  EXPECT_GT(counted, 3'500);
  EXPECT_LT(cache.prompt_tokens({"another", "s"}, prompt(9, {8})), 2'600);
}

TEST_F(Forecast, IgnoresAUsageWithoutTokens) {
  const auto error = learn(prompt(7, {6}), {}, kStart);
  EXPECT_EQ(error.prompt, 0);
  EXPECT_EQ(cache.session_count(), 0u);
}

TEST(CacheForecast, ForgetsTheSessionThatWasUnusedLongest) {
  CacheForecast cache({.sessions_max = 2});
  const Price price;
  const auto facts = prompt(7, {6});
  for (const char* name : {"a", "b", "a", "c"})
    cache.learn({"opus", name}, facts, {.cache_write_5m = 2'000}, price, kStart);
  EXPECT_EQ(cache.session_count(), 2u);
  const auto read = [&](const char* name) {
    return cache.forecast({"opus", name}, facts, price, kStart).usage.cache_read;
  };
  EXPECT_EQ(read("a"), 2'000);
  EXPECT_EQ(read("b"), 0);
  EXPECT_EQ(read("c"), 2'000);
}

// A provider that bills by the published rules is forecast to the token of its own positions: the
// error is only that of guessing new tokens by bytes.
TEST(CacheForecast, FollowsAProviderThroughRandomConversations) {
  std::mt19937 random(11);
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const Price price;
  const CacheRules rules = rules_of(price);
  CacheForecast forecast;
  Tokens off = 0, all = 0;
  for (int conversation = 0; conversation < 60; ++conversation) {
    PromptCache provider;
    const CacheOwner owner{"opus", std::to_string(conversation)};
    UnixMs now = kStart;
    int blocks = 5 + upto(20);
    for (int turn = 0; turn < 25; ++turn) {
      auto facts = prompt(blocks, {1, blocks - 1}, static_cast<std::uint64_t>(conversation));
      if (upto(12) == 0)  // a client rewrote its history
        for (std::size_t i = 3; i < facts.prefix.size(); ++i) facts.prefix[i].hash ^= 0xabcdef;
      const TokenScale scale{facts.prompt_bytes, static_cast<Tokens>(facts.prompt_bytes) / 4};
      const Usage billed =
          classes_of(facts, provider.touch(facts, scale, rules, now), scale, rules);
      provider.write(facts, scale, rules, now, 128);
      const auto error = forecast.learn(owner, facts, billed, price, now);
      off += error.off();
      all += error.prompt;
      blocks += 1 + upto(4);
      now.value += upto(7) * 60'000;
    }
  }
  EXPECT_LT(static_cast<double>(off) / static_cast<double>(all), 0.01);
}

}  // namespace
}  // namespace rlm::money
