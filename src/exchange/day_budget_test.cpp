#include "exchange/day_budget.hpp"

#include <gtest/gtest.h>

namespace rlm::exchange {
namespace {

constexpr UnixMs kMorning{1'790'000'000'000};
constexpr UnixMs kNextDay{kMorning.value + 24 * 3'600'000};

TEST(DayBudget, IsLeftUntilTheLimitIsReached) {
  DayBudget budget;
  EXPECT_TRUE(budget.has_left("a", {100}, kMorning));
  budget.spend("a", {99}, kMorning);
  EXPECT_TRUE(budget.has_left("a", {100}, kMorning));
  budget.spend("a", {1}, kMorning);
  EXPECT_FALSE(budget.has_left("a", {100}, kMorning));
}

TEST(DayBudget, BeginsAnewEachDayAndForEachPurse) {
  DayBudget budget;
  budget.spend("a", {100}, kMorning);
  EXPECT_FALSE(budget.has_left("a", {100}, kMorning));
  EXPECT_TRUE(budget.has_left("b", {100}, kMorning));
  EXPECT_TRUE(budget.has_left("a", {100}, kNextDay));
  budget.spend("a", {40}, kNextDay);
  EXPECT_TRUE(budget.has_left("a", {100}, kNextDay));
}

TEST(DayBudget, WithoutALimitHasAlwaysSomethingLeft) {
  DayBudget budget;
  budget.spend("a", {1'000'000'000'000}, kMorning);
  EXPECT_TRUE(budget.has_left("a", {0}, kMorning));
}

}  // namespace
}  // namespace rlm::exchange
