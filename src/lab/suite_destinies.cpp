#include "lab/suite_destinies.hpp"

#include "domain/request.hpp"
#include "lab/eval_client.hpp"
#include "route/features.hpp"
#include "route/paper_rules.hpp"
#include "wire/anthropic_request.hpp"

namespace rlm::lab {

Plan plan_by_paper(const Task& task) {
  Request request;
  request.path = "/v1/messages";
  request.body = Buffer(request_body(task, "any"));
  wire::JsonIndex index;
  auto facts = wire::read_request_facts(request.body, index, {}, false);
  if (!facts) return Plan::Direct;
  request.facts = std::move(*facts);
  return route::decide_by_paper(request.facts, route::features_of(request), {}).plan;
}

std::vector<ServiceRequest> suite_with_destinies(const std::vector<Task>& tasks) {
  constexpr int kVerifyErrsEvery = 20;  // 95 % pass rate
  constexpr int kRewrittenEvery = 3;    // 14 of the 41 verified requests of the service mix
  std::vector<ServiceRequest> requests;
  int skipped = 0;
  int verified = 0;
  for (const Task& task : tasks) {
    ServiceRequest request{task, Destiny::Skipped, false};
    if (plan_by_paper(task) == Plan::DraftVerify) {
      request.destiny = ++verified % kRewrittenEvery == 0 ? Destiny::Enhanced : Destiny::Accepted;
    } else {
      request.verify_errs = skipped++ % kVerifyErrsEvery == kVerifyErrsEvery / 2;
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace rlm::lab
