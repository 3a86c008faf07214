#include "lab/turn_planner.hpp"

#include <gtest/gtest.h>

#include "lab/turn_rules.hpp"

namespace rlm::lab {
namespace {

TurnPlanner planner() {
  return TurnPlanner(reference_prices(), {});
}

TEST(TurnPlanner, DraftsLongTurnsWithoutHavingSeenOne) {
  EXPECT_TRUE(planner().draft_drives({0, 50'000, 0, 0}));
  EXPECT_TRUE(planner().draft_drives({0, 50'000, 0, 50'000}));
}

TEST(TurnPlanner, LeavesOneCallTurnsToAWarmVerifyModelWhenTheDraftModelIsCold) {
  TurnPlanner plan = planner();
  TurnShape shape;
  shape.calls = 1;
  shape.grown = 0;
  shape.output = shape.last_output = 100;
  for (int i = 0; i < 10; ++i) plan.learn_shape(0, shape);
  EXPECT_FALSE(plan.draft_drives({0, 100'000, 100'000, 0}));
  EXPECT_TRUE(plan.draft_drives({0, 100'000, 0, 100'000}));
  EXPECT_TRUE(plan.draft_drives({1, 100'000, 0, 0})) << "another class knows nothing of it";
}

TEST(TurnPlanner, ForgetsTheOldestShapes) {
  TurnPlanner plan = planner();
  TurnShape handed;  // drafts that are handed over at once only cost
  handed.handed_at = 1;
  handed.calls = 20;
  for (int i = 0; i < 100; ++i) plan.learn_end();  // no later turn for which to warm its cache
  for (int i = 0; i < 64; ++i) plan.learn_shape(0, handed);
  EXPECT_FALSE(plan.draft_drives({0, 100'000, 100'000, 0}));
  TurnShape whole;
  whole.calls = 20;
  for (int i = 0; i < 64; ++i) plan.learn_shape(0, whole);
  EXPECT_TRUE(plan.draft_drives({0, 100'000, 100'000, 0}));
}

TurnEnd end_of(Tokens prompt, Tokens readable, Tokens digest) {
  TurnEnd end;
  end.calls = 8;
  end.prompt = prompt;
  end.redo_prompt = prompt - 4'000;
  end.verify_readable = readable;
  end.digest = digest;
  end.last_output = 200;
  return end;
}

TEST(TurnPlanner, JudgesOnADigestUnlessTheCacheIsWarm) {
  EXPECT_FALSE(planner().judge_on_cache(end_of(100'000, 0, 15'000)));
  EXPECT_TRUE(planner().judge_on_cache(end_of(100'000, 99'000, 15'000)));
  EXPECT_FALSE(planner().judge_on_cache(end_of(100'000, 99'000, 3'300)));
}

TEST(TurnPlanner, MarksASingleCallOnlyWhereTheVerifyModelComesBackSoon) {
  TurnPlanner plan = planner();
  for (int i = 0; i < 50; ++i) plan.learn_next(0, false);
  EXPECT_FALSE(plan.mark_single_call(0));
  for (int i = 0; i < 50; ++i) plan.learn_next(0, true);
  EXPECT_TRUE(plan.mark_single_call(0));
}

TEST(TurnPlanner, TellsTurnsApartByThreadPlaceAndLength) {
  std::vector<std::size_t> seen;
  for (const bool side : {false, true})
    for (const bool first : {false, true})
      for (const Tokens chars : {0, 80, 600})
        seen.push_back(TurnPlanner::class_of(side, first, chars));
  std::sort(seen.begin(), seen.end());
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], i);
  EXPECT_EQ(seen.size(), TurnPlanner::kClassCount);
}

}  // namespace
}  // namespace rlm::lab
