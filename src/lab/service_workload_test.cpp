#include "lab/service_workload.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "lab/suite_destinies.hpp"

namespace rlm::lab {
namespace {

TEST(ServiceWorkload, GoesWhereItIsMeantToUnderThePapersRule) {
  for (const ServiceRequest& request : service_workload({})) {
    const Plan expected = request.destiny == Destiny::Skipped ? Plan::DraftOnly : Plan::DraftVerify;
    EXPECT_EQ(plan_by_paper(request.task), expected) << request.task.prompt;
  }
}

TEST(ServiceWorkload, HasThePapersCountsAndNoTextTwice) {
  std::map<Destiny, int> counts;
  std::set<std::string> texts;
  for (const ServiceRequest& request : service_workload({})) {
    ++counts[request.destiny];
    texts.insert(request.task.prompt);
    texts.insert(request.task.right);
    texts.insert(request.task.wrong);
  }
  EXPECT_EQ(counts[Destiny::Skipped], paper::kSkipped);
  EXPECT_EQ(counts[Destiny::Accepted], paper::kAccepted);
  EXPECT_EQ(counts[Destiny::Enhanced], paper::kEnhanced);
  EXPECT_EQ(texts.size(), 3u * paper::kRequests);
}

TEST(ServiceWorkload, SavesWhatItWasMadeToSave) {
  const ServiceMix mix;
  EXPECT_NEAR(cost_of_requests(service_workload(mix), mix).saving(), paper::kSaving, 0.001);
}

TEST(ServiceWorkload, StaysInItsBoundsForASavingThatNoLengthGives) {
  ServiceMix mix;
  mix.saving = 0.99;
  EXPECT_NEAR(prompt_tokens_of(mix), 200, 5);
  mix.saving = -1;
  EXPECT_NEAR(prompt_tokens_of(mix), 20'000, 5);
}

TEST(ServiceWorkload, IsTheSameEveryTime) {
  const auto once = service_workload({});
  const auto twice = service_workload({});
  for (std::size_t i = 0; i < once.size(); ++i)
    EXPECT_EQ(once[i].task.prompt, twice[i].task.prompt);
}

TEST(ServiceWorkload, KeepsAGivenPromptLength) {
  ServiceMix mix;
  mix.prompt_tokens = 5000;
  double sum = 0;
  for (const ServiceRequest& request : service_workload(mix))
    sum += tokens_of(request.task.system.size()) + tokens_of(request.task.prompt.size());
  EXPECT_NEAR(sum / paper::kRequests, 5000, 400);
}

TEST(ClaimsSuite, IsRoutedBothWaysByThePapersRule) {
  std::map<Plan, int> plans;
  for (const Task& task : built_in_suite()) ++plans[plan_by_paper(task)];
  EXPECT_GE(plans[Plan::DraftOnly], 12);
  EXPECT_GE(plans[Plan::DraftVerify], 6);
}

}  // namespace
}  // namespace rlm::lab
