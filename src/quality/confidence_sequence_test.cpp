#include "quality/confidence_sequence.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rlm::quality {
namespace {

int good_labels_until_below(double rate) {
  ConfidenceSequence sequence;
  int labels = 0;
  for (; !sequence.is_below(rate); ++labels) sequence.add(false);
  return labels;
}

TEST(ConfidenceSequence, SaysNothingBeforeTheFirstLabel) {
  EXPECT_DOUBLE_EQ(ConfidenceSequence().upper(), 1);
  EXPECT_FALSE(ConfidenceSequence().is_below(.999));
}

struct NeedCase {
  double rate;
  int fixed;  // labels of a sample whose size is fixed beforehand: ln(.05) / ln(1 − rate)
  int anytime;
};
class ZeroFailureLabels : public testing::TestWithParam<NeedCase> {};
TEST_P(ZeroFailureLabels, AreATenthMoreThanOfAFixedSample) {
  EXPECT_EQ(good_labels_until_below(GetParam().rate), GetParam().anytime);
  EXPECT_LT(GetParam().anytime, 1.11 * GetParam().fixed);
}
INSTANTIATE_TEST_SUITE_P(Rates, ZeroFailureLabels,
                         testing::Values(NeedCase{.05, 59, 65}, NeedCase{.02, 149, 163},
                                         NeedCase{.01, 299, 328}));

TEST(ConfidenceSequence, BoundIsWhereTheTestOfTheRateTips) {
  ConfidenceSequence sequence;
  for (int i = 0; i < 500; ++i) sequence.add(i % 50 == 7);
  const double upper = sequence.upper();
  EXPECT_GT(upper, .02);
  EXPECT_LT(upper, .06);
  EXPECT_TRUE(sequence.is_below(upper + 1e-6));
  EXPECT_FALSE(sequence.is_below(upper - 1e-6));
}

TEST(ConfidenceSequence, OneBadLabelLiftsTheBoundButDoesNotRuinIt) {
  ConfidenceSequence sequence;
  for (int i = 0; i < 300; ++i) sequence.add(false);
  const double before = sequence.upper();
  sequence.add(true);
  EXPECT_GT(sequence.upper(), before);
  for (int i = 0; i < 300; ++i) sequence.add(false);
  EXPECT_TRUE(sequence.is_below(.02));
}

TEST(ConfidenceSequence, LabelsOfLittleWeightCountLittle) {
  ConfidenceSequence whole;
  ConfidenceSequence tenth;
  for (int i = 0; i < 100; ++i) whole.add(false);
  for (int i = 0; i < 1000; ++i) tenth.add(false, .1);
  EXPECT_NEAR(whole.upper(), tenth.upper(), 1e-9);
  for (int i = 0; i < 100; ++i) tenth.add(true, .1);
  EXPECT_GT(tenth.upper(), .09);
}

// An audit that prefers suspicious answers finds more bad ones; the weights undo that.
TEST(ConfidenceSequence, WeightsUndoAPreferenceForBadAnswers) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform;
  ConfidenceSequence weighted;
  ConfidenceSequence naive;
  for (int i = 0; i < 40'000; ++i) {
    const bool suspicious = uniform(random) < .05;
    const bool bad = uniform(random) < (suspicious ? .20 : .002);  // 1.2 % of all
    const double share = suspicious ? 1 : .1;
    if (uniform(random) >= share) continue;
    weighted.add(bad, .1 / share);
    naive.add(bad);
  }
  EXPECT_GT(weighted.upper(), .0119);
  EXPECT_LT(weighted.upper(), .025);
  EXPECT_GT(naive.upper(), .05);
}

TEST(ConfidenceSequence, SnapshotGivesTheSameBitsAgain) {
  ConfidenceSequence sequence(.01);
  for (int i = 0; i < 777; ++i) sequence.add(i % 131 == 5, i % 3 == 0 ? 1 : .3);
  const std::string words = sequence.snapshot();
  std::string_view text = words;
  const auto restored = ConfidenceSequence::restore(.01, text);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(restored->upper(), sequence.upper());
  EXPECT_EQ(restored->snapshot(), words);
}

TEST(ConfidenceSequence, SnapshotWithContradictionsIsRefused) {
  for (const char* words : {"", "x", "1 2 0 -1 -1 -1 -1 -1 -1 -1", "5 0 6 0 0 0 0 0 0 0",
                            "5 1 4 0 0 0 0 0 0 0", "5 0 nan 0 0 0 0 0 0 0", "5 0 5 0 0 0"}) {
    std::string_view text = words;
    EXPECT_FALSE(ConfidenceSequence::restore(.05, text)) << words;
  }
}

}  // namespace
}  // namespace rlm::quality
