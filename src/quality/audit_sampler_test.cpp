#include "quality/audit_sampler.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rlm::quality {
namespace {

int chosen_of(const AuditSampler& sampler, double share, int ids) {
  int chosen = 0;
  for (int i = 0; i < ids; ++i)
    chosen += sampler.draw("exc_" + std::to_string(i), share).chosen ? 1 : 0;
  return chosen;
}

TEST(AuditSampler, ChoosesTheShareItIsAskedFor) {
  const AuditSampler sampler(42);
  EXPECT_EQ(chosen_of(sampler, 0, 1000), 0);
  EXPECT_EQ(chosen_of(sampler, 1, 1000), 1000);
  EXPECT_NEAR(chosen_of(sampler, .1, 100'000), 10'000, 400);
}

TEST(AuditSampler, StoresTheProbabilityCutToWhatIsPossible) {
  const AuditSampler sampler(42);
  EXPECT_EQ(sampler.draw("exc_1", .25).probability, .25);
  EXPECT_EQ(sampler.draw("exc_1", 7).probability, 1);
  EXPECT_EQ(sampler.draw("exc_1", -1).probability, 0);
}

TEST(AuditSampler, AgreesWithItselfAfterARestartAndNotWithAnotherSeed) {
  int same = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "exc_" + std::to_string(i);
    EXPECT_EQ(AuditSampler(1).draw(id, .5).chosen, AuditSampler(1).draw(id, .5).chosen);
    same += AuditSampler(1).draw(id, .5).chosen == AuditSampler(2).draw(id, .5).chosen ? 1 : 0;
  }
  EXPECT_NEAR(same, 500, 80);
}

TEST(AuditSampler, ALargerShareKeepsWhatASmallerOneChose) {
  const AuditSampler sampler(3);
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "exc_" + std::to_string(i);
    if (sampler.draw(id, .1).chosen) {
      EXPECT_TRUE(sampler.draw(id, .5).chosen);
    }
  }
}

}  // namespace
}  // namespace rlm::quality
