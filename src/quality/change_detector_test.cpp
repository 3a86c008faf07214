#include "quality/change_detector.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rlm::quality {
namespace {

/// Labels until the alarm at a constant bad rate, at most `limit`.
int labels_to_alarm(double bad_rate, std::uint64_t seed, int limit) {
  ChangeDetector detector(.02, 1'000);
  std::mt19937_64 random(seed);
  std::bernoulli_distribution is_bad(bad_rate);
  int labels = 0;
  while (!detector.alarms() && labels < limit) {
    detector.add(is_bad(random));
    ++labels;
  }
  return labels;
}

double mean_labels(double bad_rate, int limit) {
  constexpr int kRuns = 200;
  double sum = 0;
  for (int run = 0; run < kRuns; ++run)
    sum += labels_to_alarm(bad_rate, static_cast<std::uint64_t>(run), limit);
  return sum / kRuns;
}

TEST(ChangeDetector, FalseAlarmsAreAsRareAsPromisedAtTheVeryRateThatIsAllowed) {
  EXPECT_GE(mean_labels(.02, 20'000), 1'000);
}

TEST(ChangeDetector, NoticesTheWorseTheFaster) {
  const double at5 = mean_labels(.05, 20'000);
  const double at20 = mean_labels(.20, 20'000);
  EXPECT_LT(at5, 600);
  EXPECT_LT(at20, 40);
  EXPECT_LT(at20, at5);
}

TEST(ChangeDetector, SuspectsBeforeItAlarms) {
  ChangeDetector detector(.02, 10'000);
  EXPECT_FALSE(detector.suspects());
  int suspected = 0;
  int labels = 0;
  while (!detector.alarms()) {
    detector.add(++labels % 5 == 0);
    suspected += detector.suspects() ? 1 : 0;
  }
  EXPECT_GT(suspected, 1);
}

TEST(ChangeDetector, LabelsOfLittleWeightMoveItLittle) {
  ChangeDetector whole(.02, 1'000);
  ChangeDetector tenth(.02, 1'000);
  whole.add(true);
  tenth.add(true, .1);
  EXPECT_GT(whole.evidence(), tenth.evidence());
}

TEST(ChangeDetector, SnapshotGivesTheSameBitsAgain) {
  ChangeDetector detector(.02, 1'000);
  for (int i = 0; i < 100; ++i) detector.add(i % 30 == 0);
  const std::string words = detector.snapshot();
  ChangeDetector restored(.02, 1'000);
  std::string_view text = words;
  ASSERT_TRUE(restored.restore(text));
  EXPECT_EQ(restored.evidence(), detector.evidence());
  std::string_view wrong = "1 2 -3 4 5";
  EXPECT_FALSE(restored.restore(wrong));
  EXPECT_EQ(restored.evidence(), detector.evidence());
}

}  // namespace
}  // namespace rlm::quality
