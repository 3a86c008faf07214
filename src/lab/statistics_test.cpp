#include "lab/statistics.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace rlm::lab {
namespace {

TEST(Wilson, AgreesWithPublishedValues) {
  // 19/20 and 20/20 are the paper's pass rates; the values follow from Wilson's formula.
  EXPECT_NEAR(wilson(19, 20).low, 0.7639, 1e-4);
  EXPECT_NEAR(wilson(19, 20).high, 0.9911, 1e-4);
  EXPECT_NEAR(wilson(20, 20).low, 0.8389, 1e-4);
  EXPECT_DOUBLE_EQ(wilson(20, 20).high, 1);
  EXPECT_NEAR(wilson(111, 125).low, 0.8209, 1e-3);
  EXPECT_NEAR(wilson(111, 125).high, 0.9322, 1e-3);
}

TEST(Wilson, KnowsNothingWithoutSamples) {
  EXPECT_DOUBLE_EQ(wilson(0, 0).low, 0);
  EXPECT_DOUBLE_EQ(wilson(0, 0).high, 1);
}

TEST(Quantile, IsLinearBetweenNeighboursAndOrderFree) {
  EXPECT_DOUBLE_EQ(quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({10}, 0.95), 10);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3}, 1), 3);
  EXPECT_DOUBLE_EQ(quantile({}, 0.5), 0);
}

TEST(QuantileInterval, HoldsTheMedianAndWidensForTheTail) {
  std::vector<double> values(100);
  std::iota(values.begin(), values.end(), 1.0);
  const Interval median = quantile_interval(values, 0.5);
  EXPECT_NEAR(median.low, 40, 1);
  EXPECT_NEAR(median.high, 61, 1);
  const Interval tail = quantile_interval(values, 0.95);
  EXPECT_LE(tail.low, 92);
  EXPECT_GE(tail.high, 99);
}

TEST(SavingInterval, IsAPointWhenEveryPairSavesTheSame) {
  const Interval interval = saving_interval({10, 20, 30}, {5, 10, 15});
  EXPECT_DOUBLE_EQ(interval.low, 0.5);
  EXPECT_DOUBLE_EQ(interval.high, 0.5);
}

TEST(SavingInterval, MayBeNegative) {
  EXPECT_LT(saving_interval({1, 1, 1}, {2, 2, 3}).high, 0);
}

TEST(FisherExact, FindsNoDifferenceBetweenNineteenAndTwentyOfTwenty) {
  EXPECT_NEAR(fisher_exact(19, 20, 20, 20), 1.0, 1e-9);
  EXPECT_NEAR(fisher_exact(1, 10, 9, 10), 0.001094, 1e-5);
}

}  // namespace
}  // namespace rlm::lab
