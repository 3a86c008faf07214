#include "lab/service_workload.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "domain/request.hpp"
#include "lab/eval_client.hpp"
#include "route/features.hpp"
#include "route/paper_rules.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::lab {
namespace {

Plan paper_plan(const Task& task) {
  Request request;
  request.path = "/v1/messages";
  request.body = Buffer(request_body(task, "m"));
  wire::JsonIndex index;
  request.facts = wire::read_request_facts(request.body, index, {}, false).value();
  return route::decide_by_paper(request.facts, route::features_of(request), {}).plan;
}

TEST(ServiceWorkload, GoesWhereItIsMeantToUnderThePapersRule) {
  for (const ServiceRequest& request : service_workload({})) {
    const Plan expected = request.destiny == Destiny::Skipped ? Plan::DraftOnly : Plan::DraftVerify;
    EXPECT_EQ(paper_plan(request.task), expected) << request.task.prompt;
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
  double direct = 0;
  double cascade = 0;
  for (const ServiceRequest& request : service_workload(mix)) {
    const double prompt =
        tokens_of(request.task.system.size()) + tokens_of(request.task.prompt.size());
    const double answer = tokens_of(request.task.right.size());
    const LengthProfile profile{prompt, answer, 1, mix.instruction_tokens, 5};
    const CascadePath path = request.destiny == Destiny::Skipped    ? CascadePath::Skipped
                             : request.destiny == Destiny::Accepted ? CascadePath::Accepted
                                                                    : CascadePath::Enhanced;
    direct += call_cost(mix.prices.verify, prompt, answer, 0);
    cascade += path_cost(mix.prices, path, profile, {});
  }
  // Texts end at a full stop, so lengths are a little more than drawn.
  EXPECT_NEAR(1 - cascade / direct, paper::kSaving, 0.01);
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
  for (const Task& task : built_in_suite()) ++plans[paper_plan(task)];
  EXPECT_GE(plans[Plan::DraftOnly], 12);
  EXPECT_GE(plans[Plan::DraftVerify], 6);
}

}  // namespace
}  // namespace rlm::lab
