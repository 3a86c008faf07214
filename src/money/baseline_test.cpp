#include "money/baseline.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rlm::money {
namespace {

constexpr UnixMs kStart{1'790'000'000'000};
UnixMs minutes(int count) {
  return {kStart.value + count * 60'000ll};
}

/// A prompt of blocks of 1,000 bytes, which the tests count as 1,000 tokens. The number of a block
/// stands for its content; "!" after it sets a breakpoint, "h" one of an hour.
RequestFacts prompt(std::initializer_list<const char*> blocks) {
  RequestFacts facts;
  std::uint64_t hash = 17;
  for (const std::string block : blocks) {
    hash = hash * 1'000'003 + static_cast<std::uint64_t>(std::stoi(block)) + 1;
    facts.prompt_bytes += 1'000;
    PrefixMark mark;
    mark.hash = hash;
    mark.bytes = facts.prompt_bytes;
    mark.breakpoint = block.back() == '!' || block.back() == 'h';
    mark.one_hour = block.back() == 'h';
    facts.prefix.push_back(mark);
  }
  return facts;
}

/// Blocks 0 … count-1 with breakpoints at `marked`.
RequestFacts long_prompt(int count, std::initializer_list<int> marked) {
  std::vector<std::string> names;
  RequestFacts facts;
  std::uint64_t hash = 17;
  for (int i = 0; i < count; ++i) {
    hash = hash * 1'000'003 + static_cast<std::uint64_t>(i) + 1;
    facts.prompt_bytes += 1'000;
    facts.prefix.push_back({hash, facts.prompt_bytes, false, false});
  }
  for (const int i : marked) facts.prefix[static_cast<std::size_t>(i)].breakpoint = true;
  return facts;
}

struct Baseline : testing::Test {
  BaselineCache cache;
  Price price;  // cache_minimum 1,024

  Usage expect(const RequestFacts& facts, UnixMs now, Tokens output = 7) {
    const auto tokens = static_cast<Tokens>(facts.prompt_bytes);
    const Usage usage = cache.expect("s", facts, tokens, output, price, now);
    EXPECT_EQ(usage.prompt(), tokens);
    EXPECT_EQ(usage.output, output);
    return usage;
  }
};

TEST_F(Baseline, WritesOnlyUpToTheLastBreakpoint) {
  const auto usage = expect(prompt({"1", "2!", "3"}), kStart);
  EXPECT_EQ(usage, (Usage{.input = 1'000, .cache_write_5m = 2'000, .output = 7}));
}

TEST_F(Baseline, WithoutABreakpointNothingIsCached) {
  expect(prompt({"1", "2", "3"}), kStart);
  EXPECT_EQ(expect(prompt({"1", "2", "3"}), kStart).input, 3'000);
}

TEST_F(Baseline, AGrowingConversationReadsThePreviousPrefix) {
  expect(prompt({"1", "2!"}), kStart);
  EXPECT_EQ(expect(prompt({"1", "2", "3", "4!"}), minutes(1)),
            (Usage{.cache_write_5m = 2'000, .cache_read = 2'000, .output = 7}));
  EXPECT_EQ(expect(prompt({"1", "2", "3", "4", "5!", "6"}), minutes(2)),
            (Usage{.input = 1'000, .cache_write_5m = 1'000, .cache_read = 4'000, .output = 7}));
}

TEST_F(Baseline, AChangedBlockLosesEverythingBehindIt) {
  expect(prompt({"1", "2!", "3", "4!"}), kStart);
  EXPECT_EQ(expect(prompt({"1", "2!", "9", "4!"}), kStart),
            (Usage{.cache_write_5m = 2'000, .cache_read = 2'000, .output = 7}));
}

TEST_F(Baseline, LooksBackTwentyBlocksTheBreakpointIncluded) {
  expect(long_prompt(5, {4}), kStart);
  EXPECT_EQ(expect(long_prompt(24, {23}), kStart).cache_read, 5'000);
  BaselineCache fresh;
  std::swap(cache, fresh);
  expect(long_prompt(5, {4}), kStart);
  EXPECT_EQ(expect(long_prompt(25, {24}), kStart).cache_read, 0);
  EXPECT_EQ(expect(long_prompt(45, {24, 44}), kStart).cache_read, 25'000)
      << "an earlier breakpoint looks too";
}

TEST_F(Baseline, AnEntryLivesFiveMinutesFromItsLastUse) {
  const auto facts = prompt({"1", "2!"});
  expect(facts, minutes(0));
  EXPECT_EQ(expect(facts, minutes(4)).cache_read, 2'000);
  EXPECT_EQ(expect(facts, minutes(8)).cache_read, 2'000) << "the hit at 4 minutes refreshed it";
  EXPECT_EQ(expect(facts, minutes(13)).cache_read, 0) << "exactly five minutes later it is gone";
  EXPECT_EQ(expect(facts, minutes(14)).cache_read, 2'000) << "and was written again";
}

TEST_F(Baseline, AnHourEntryLivesAnHour) {
  const auto facts = prompt({"1", "2h", "3", "4!"});
  EXPECT_EQ(expect(facts, minutes(0)),
            (Usage{.cache_write_5m = 2'000, .cache_write_1h = 2'000, .output = 7}));
  EXPECT_EQ(expect(facts, minutes(59)),
            (Usage{.cache_write_5m = 2'000, .cache_read = 2'000, .output = 7}));
  EXPECT_EQ(expect(facts, minutes(119)),
            (Usage{.cache_write_5m = 2'000, .cache_write_1h = 2'000, .output = 7}));
}

TEST_F(Baseline, BillsByThePositionsOfMixedLives) {
  expect(prompt({"1", "2h"}), kStart);
  EXPECT_EQ(expect(prompt({"1", "2h", "3h", "4", "5!", "6"}), kStart),
            (Usage{.input = 1'000,
                   .cache_write_5m = 2'000,
                   .cache_write_1h = 1'000,
                   .cache_read = 2'000,
                   .output = 7}));
}

TEST_F(Baseline, ATooShortPrefixIsNotCached) {
  const auto facts = prompt({"1!", "2"});
  EXPECT_EQ(expect(facts, kStart).input, 2'000);
  EXPECT_EQ(expect(facts, kStart).input, 2'000);
  price.cache_minimum = 1'000;
  EXPECT_EQ(expect(facts, kStart).cache_read, 1'000) << "it was long enough all the time";
}

TEST_F(Baseline, MoreThanFourBreakpointsCountAsTheLastFour) {
  expect(prompt({"1", "2!", "3!", "4!", "5!", "6!"}), kStart);
  EXPECT_EQ(expect(prompt({"1", "2!"}), kStart).cache_read, 0);
  EXPECT_EQ(expect(prompt({"1", "2", "3!"}), kStart).cache_read, 3'000);
}

TEST_F(Baseline, SessionsDoNotShare) {
  const auto facts = prompt({"1", "2!"});
  expect(facts, kStart);
  EXPECT_EQ(cache.expect("other", facts, 2'000, 0, price, kStart).cache_read, 0);
}

TEST_F(Baseline, PositionsAreScaledToTheTokensOfThePrompt) {
  const auto facts = prompt({"1", "2!", "3"});
  EXPECT_EQ(cache.expect("s", facts, 10'000, 0, price, kStart),
            (Usage{.input = 3'334, .cache_write_5m = 6'666}));
}

TEST_F(Baseline, AutomaticCachingReadsTheLongestEarlierPromptAndBillsNoWrite) {
  price.cache_minimum = 0;
  EXPECT_EQ(expect(long_prompt(3, {}), kStart), (Usage{.input = 3'000, .output = 7}));
  EXPECT_EQ(expect(long_prompt(40, {}), kStart),
            (Usage{.input = 37'000, .cache_read = 3'000, .output = 7}));
  EXPECT_EQ(expect(long_prompt(41, {}), kStart),
            (Usage{.input = 1'000, .cache_read = 40'000, .output = 7}));
}

TEST_F(Baseline, APromptThatWasSentIsRemembered) {
  cache.remember("s", prompt({"1", "2!"}), price, kStart);
  EXPECT_EQ(expect(prompt({"1", "2", "3!"}), kStart).cache_read, 2'000);
}

TEST_F(Baseline, ASentPromptIsItsOwnBaselineWhileEverythingIsSent) {
  const Usage cold{.cache_write_5m = 2'000, .output = 5};
  EXPECT_EQ(cache.expect_sent("s", prompt({"1", "2!"}), cold, price, minutes(0)), std::nullopt);
  const Usage warm{.cache_write_5m = 1'000, .cache_read = 2'000, .output = 5};
  EXPECT_EQ(cache.expect_sent("s", prompt({"1", "2", "3!"}), warm, price, minutes(4)),
            std::nullopt);
  EXPECT_EQ(cache.expect_sent("s", prompt({"1", "2", "3!"}), warm, price, minutes(8)),
            std::nullopt);
}

TEST_F(Baseline, ASentPromptAfterDraftedOnesWouldHaveFoundTheCacheWarm) {
  expect(prompt({"1", "2!"}), kStart);  // served by the draft alone: the real cache stays cold
  const Usage cold{.cache_write_5m = 3'000, .output = 5};
  EXPECT_EQ(cache.expect_sent("s", prompt({"1", "2", "3!"}), cold, price, minutes(1)),
            (Usage{.cache_write_5m = 1'000, .cache_read = 2'000, .output = 5}));
  const Usage warm{.cache_write_5m = 1'000, .cache_read = 3'000, .output = 5};
  EXPECT_EQ(cache.expect_sent("s", prompt({"1", "2", "3", "4!"}), warm, price, minutes(2)),
            std::nullopt)
      << "from then on both are warm";
}

TEST_F(Baseline, ADraftedExchangeKeepsOnlyTheCounterfactualCacheAlive) {
  const Usage cold{.cache_write_5m = 2'000};
  cache.expect_sent("s", prompt({"1", "2!"}), cold, price, minutes(0));
  expect(prompt({"1", "2!"}), minutes(4));
  EXPECT_EQ(cache.expect_sent("s", prompt({"1", "2!"}), cold, price, minutes(6)),
            (Usage{.cache_read = 2'000}));
}

TEST(BaselineCache, ForgetsTheSessionThatWasUnusedLongest) {
  BaselineCache cache({.sessions_max = 2});
  const Price price;
  const auto facts = prompt({"1", "2!"});
  const auto read = [&](const char* session) {
    return cache.expect(session, facts, 2'000, 0, price, kStart).cache_read;
  };
  read("a");
  read("b");
  EXPECT_EQ(read("a"), 2'000);
  EXPECT_EQ(read("c"), 0);
  EXPECT_EQ(cache.session_count(), 2u);
  EXPECT_EQ(read("a"), 2'000);
  EXPECT_EQ(read("b"), 0);
}

TEST(BaselineCache, ForgetsTheEntryThatExpiresFirst) {
  BaselineCache cache({.sessions_max = 1, .entries_max = 4});
  const Price price;
  const auto read = [&](const RequestFacts& facts, int minute) {
    return cache
        .expect("s", facts, static_cast<Tokens>(facts.prompt_bytes), 0, price, minutes(minute))
        .cache_read;
  };
  int written = 0;
  for (const char* last : {"10!", "11!", "12!", "13!", "14!"})
    EXPECT_EQ(read(prompt({"1", last}), written++ / 2), 0);
  EXPECT_EQ(read(prompt({"1", "14!"}), 2), 2'000);
  EXPECT_EQ(read(prompt({"1", "11!"}), 2), 2'000);
  EXPECT_EQ(read(prompt({"1", "10!"}), 2), 0);
}

TEST(BaselineCache, ClassesAlwaysAddUpToThePrompt) {
  std::mt19937 random(7);
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  BaselineCache cache({.sessions_max = 3, .entries_max = 8});
  for (int round = 0; round < 3'000; ++round) {
    RequestFacts facts = long_prompt(upto(60), {});
    for (auto& mark : facts.prefix) {
      mark.breakpoint = upto(8) == 0;
      mark.one_hour = upto(3) == 0;
    }
    facts.prompt_bytes += static_cast<std::size_t>(upto(500));
    Price price;
    price.cache_minimum = upto(3) * 700;
    const Tokens tokens = upto(100'000);
    const auto usage = cache.expect(std::string(1, static_cast<char>('a' + upto(5))), facts, tokens,
                                    1, price, minutes(round / 9));
    ASSERT_EQ(usage.prompt(), tokens);
    for (const Tokens part :
         {usage.input, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h})
      ASSERT_GE(part, 0);
  }
  EXPECT_EQ(cache.session_count(), 3u);
}

TEST_F(Baseline, KnowsWhatAPromptWouldHaveCostWithoutTheReadsThatKeptItsCache) {
  const RequestFacts facts = prompt({"1", "2!"});
  const Usage cold{.cache_write_5m = 2'000, .output = 5, .reported = true};
  const Usage read{.cache_read = 2'000, .output = 5, .reported = true};
  cache.expect_sent("s", facts, cold, price, minutes(0));
  cache.read_again("s", facts, read, price, minutes(4));
  // Six minutes later only the read keeps it alive.
  const auto lapsed = cache.expect_lapsed("s", facts, read, price, minutes(6));
  ASSERT_TRUE(lapsed);
  EXPECT_EQ(lapsed->cache_write_5m, 2'000);
  EXPECT_EQ(lapsed->cache_read, 0);
  EXPECT_EQ(lapsed->output, 5);
  EXPECT_FALSE(cache.expect_lapsed("s", facts, read, price, minutes(6))) << "told once";
}

TEST_F(Baseline, SeesNoDifferenceInReadsOfACacheThatLivesAnyway) {
  const RequestFacts facts = prompt({"1", "2!"});
  const Usage cold{.cache_write_5m = 2'000, .output = 5, .reported = true};
  const Usage read{.cache_read = 2'000, .output = 5, .reported = true};
  cache.expect_sent("s", facts, cold, price, minutes(0));
  cache.read_again("s", facts, read, price, minutes(4));
  EXPECT_FALSE(cache.expect_lapsed("s", facts, read, price, minutes(4)));
  EXPECT_FALSE(cache.expect_lapsed("another", facts, read, price, minutes(4)));
  cache.read_again("s", facts, read, price, minutes(4));
  EXPECT_FALSE(cache.expect_lapsed("s", facts, read, price, minutes(20))) << "both lapsed";
}

}  // namespace
}  // namespace rlm::money
