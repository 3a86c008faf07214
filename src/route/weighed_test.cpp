#include "route/weighed.hpp"

#include <gtest/gtest.h>

namespace rlm::route {
namespace {

TEST(Weighed, ListsWhatFitsWithItsPriceAndWhyItWasNotTaken) {
  PlanChoice choice;
  choice.priced = true;
  for (const Plan plan : kPlans) {
    Alternative& a = choice.alternatives[static_cast<std::size_t>(plan)];
    a.plan = plan;
    a.fits = plan == Plan::Direct || plan == Plan::DraftOnly || plan == Plan::DraftTurn;
    a.bill = NanoUsd{1'000 * (1 + static_cast<int>(plan))};
    a.p95_ms = 0.1 + static_cast<int>(plan);
  }
  choice.alternatives[0].spread = NanoUsd{10};
  choice.alternatives[1].refused = "probation";
  choice.alternatives[4].turn = NanoUsd{70};
  choice.alternatives[0].raced = true;
  EXPECT_EQ(weighed_json(choice),
            R"([{"plan":"direct","price_nano":990,"p95_ms":1,"raced":true},)"
            R"({"plan":"draft_only","price_nano":2000,"p95_ms":2,"refused":"probation"},)"
            R"({"plan":"draft_turn","price_nano":5000,"p95_ms":5,"turn_nano":70}])");
}

TEST(Weighed, IsEmptyWhenNothingWasPriced) {
  EXPECT_EQ(weighed_json({}), "");
}

}  // namespace
}  // namespace rlm::route
