#include "lab/paper_arithmetic.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "lab/paper.hpp"

namespace rlm::lab {
namespace {

constexpr PaperPrices kPrices;
constexpr VerdictShares kShares{84.0 / 125, 27.0 / 125, 14.0 / 125};
constexpr CacheHits kNoCache{};

LengthProfile equal_lengths(double prompt, double answer) {
  LengthProfile profile;
  profile.prompt = prompt;
  profile.answer = answer;
  return profile;
}

TEST(PaperConstants, AddUp) {
  EXPECT_EQ(paper::kSkipped + paper::kAccepted + paper::kEnhanced, paper::kRequests);
  EXPECT_EQ(paper::kSkipped + paper::kAccepted, paper::kDraftsUsed);
  EXPECT_NEAR(static_cast<double>(paper::kDraftsUsed) / paper::kRequests, paper::kDraftUse, 1e-12);
  EXPECT_NEAR(paper::kDirectP50Ms / paper::kCascadeP50Ms, paper::kSpeedUp, 0.005);
  const double skipped = static_cast<double>(paper::kSkipped) / paper::kRequests;
  EXPECT_GE(skipped, paper::kSkippedLow);
  EXPECT_LE(skipped, paper::kSkippedHigh);
}

TEST(PathCost, FollowsTheFormulaOfOneRequest) {
  // prompt 1000, answer 100, no cache, by hand in micro-dollars.
  const LengthProfile profile = equal_lengths(1000, 100);
  EXPECT_NEAR(call_cost(kPrices.verify, 1000, 100, 0), 5500 + 2750, 1e-9);
  EXPECT_NEAR(path_cost(kPrices, CascadePath::Skipped, profile, kNoCache), 1740 + 348, 1e-9);
  EXPECT_NEAR(path_cost(kPrices, CascadePath::Accepted, profile, kNoCache), 2088 + 550 + 5500,
              1e-9);
  EXPECT_NEAR(path_cost(kPrices, CascadePath::Enhanced, profile, kNoCache), 2088 + 550 + 8250,
              1e-9);
}

TEST(CallCost, SplitsThePromptIntoReadAndWrite) {
  EXPECT_NEAR(call_cost(kPrices.verify, 1000, 0, 0.9), 900 * 0.55 + 100 * 6.875, 1e-9);
  EXPECT_NEAR(call_cost(kPrices.draft, 1000, 0, 1), 145, 1e-9);
}

TEST(SavingRange, HoldsThePapersFigureOnlyBetweenItsEnds) {
  const Interval range = saving_range(kPrices, kShares, equal_lengths(0, 100), kNoCache);
  EXPECT_NEAR(range.high, 0.696, 0.001);  // prompts without weight
  EXPECT_NEAR(range.low, 0.356, 0.001);   // answers without weight
  EXPECT_LT(range.low, paper::kSaving);
  EXPECT_GT(range.high, paper::kSaving);
}

TEST(PromptForSaving, IsTheInverseOfMixCost) {
  LengthProfile profile = equal_lengths(0, 250);
  profile.instruction = 400;
  profile.verdict_answer = 5;
  profile.verified_factor = 3;
  const auto prompt = prompt_for_saving(kPrices, kShares, profile, kNoCache, paper::kSaving);
  ASSERT_TRUE(prompt.has_value());
  profile.prompt = *prompt;
  EXPECT_NEAR(mix_cost(kPrices, kShares, profile, kNoCache).saving(), paper::kSaving, 1e-9);
}

TEST(PromptForSaving, IsElevenAndAHalfAnswersWithEqualLengthsAndNoCache) {
  const auto prompt =
      prompt_for_saving(kPrices, kShares, equal_lengths(0, 1), kNoCache, paper::kSaving);
  ASSERT_TRUE(prompt.has_value());
  EXPECT_NEAR(*prompt, 11.6, 0.1);
}

TEST(PromptForSaving, FindsNoneForASavingOutOfRange) {
  EXPECT_FALSE(prompt_for_saving(kPrices, kShares, equal_lengths(0, 1), kNoCache, 0.8).has_value());
  EXPECT_FALSE(prompt_for_saving(kPrices, kShares, equal_lengths(0, 1), kNoCache, 0.2).has_value());
}

TEST(MixCost, LosesMoneyWhenOnlyTheVerifyModelsCacheIsWarm) {
  // The paper's shares on agent turns: 40,000 tokens of prompt, 200 of answer.
  EXPECT_LT(
      mix_cost(kPrices, kShares, equal_lengths(40'000, 200), {.verify = 0.97, .draft = 0}).saving(),
      -1.0);
  EXPECT_GT(mix_cost(kPrices, kShares, equal_lengths(40'000, 200), {.verify = 0.97, .draft = 0.97})
                .saving(),
            0);
}

TEST(AcceptedPaysUpTo, TenAnswersWithoutACacheAndEndsWithTheInstruction) {
  const auto plain = accepted_pays_up_to(kPrices, equal_lengths(0, 1), kNoCache);
  ASSERT_TRUE(plain.has_value());
  EXPECT_NEAR(*plain, (27.5 - 3.48 - 5.5) / 1.74, 1e-9);
  LengthProfile small = equal_lengths(0, 50);
  small.instruction = 400;
  EXPECT_FALSE(accepted_pays_up_to(kPrices, small, kNoCache).has_value());
}

TEST(BreakEvenAcceptance, AgreesWithTheTableOfTheDesign) {
  // cascade.md §3: 5,000 prompt, 800 answer, verify warm at 0.1x; draft cold .73, warm .40; 40,000
  // cold: never. The draft's hit price was taken as nothing there.
  PaperPrices prices = kPrices;
  prices.verify.cache_write = 0;
  prices.draft.cache_read = 0.145;
  EXPECT_NEAR(break_even_acceptance(prices, equal_lengths(5000, 800), {.verify = 1, .draft = 0}),
              0.73, 0.02);
  EXPECT_NEAR(break_even_acceptance(prices, equal_lengths(5000, 800), {.verify = 1, .draft = 1}),
              0.37, 0.05);
  EXPECT_GT(break_even_acceptance(prices, equal_lengths(40'000, 800), {.verify = 1, .draft = 0}),
            1);
}

}  // namespace
}  // namespace rlm::lab
