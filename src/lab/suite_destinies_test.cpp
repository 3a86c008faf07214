#include "lab/suite_destinies.hpp"

#include <gtest/gtest.h>

#include <map>

namespace rlm::lab {
namespace {

TEST(SuiteDestinies, FollowThePapersRuleAndPassRates) {
  std::map<Destiny, int> counts;
  int errors = 0;
  for (const auto& [task, destiny, verify_errs] : suite_with_destinies(built_in_suite())) {
    ++counts[destiny];
    errors += verify_errs ? 1 : 0;
    EXPECT_EQ(destiny == Destiny::Skipped, plan_by_paper(task) == Plan::DraftOnly) << task.id;
    EXPECT_FALSE(verify_errs && destiny != Destiny::Skipped) << task.id;
  }
  EXPECT_EQ(errors, 1);
  EXPECT_GE(counts[Destiny::Accepted], 4);
  EXPECT_GE(counts[Destiny::Enhanced], 2);
}

}  // namespace
}  // namespace rlm::lab
