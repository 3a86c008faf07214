#include "config/read_cost_policy.hpp"

#include <gtest/gtest.h>

#include "config/test_configs.hpp"

namespace rlm::config {
namespace {

using route::Complexity;
using route::Trust;
using route::TurnKind;

route::RoutePolicy policy_of(const std::string& cascade) {
  const auto config = with_cascade(cascade);
  EXPECT_TRUE(config) << config.error().message;
  return config ? config->table.cascades.at(0).policy : route::RoutePolicy{};
}

struct TrustCase {
  const char* name;
  const char* cascade;
  Trust chat;
  Trust ask;
  Trust go_on;
};

class TrustOf : public testing::TestWithParam<TrustCase> {};

TEST_P(TrustOf, ACascade) {
  const auto quality = policy_of(GetParam().cascade).quality;
  for (const auto complexity : {Complexity::Simple, Complexity::Complex}) {
    EXPECT_EQ(quality.of({TurnKind::Chat, complexity}), GetParam().chat);
    EXPECT_EQ(quality.of({TurnKind::Ask, complexity}), GetParam().ask);
    EXPECT_EQ(quality.of({TurnKind::Continue, complexity}), GetParam().go_on);
  }
}

constexpr auto kTrusted = Trust::Trusted;
constexpr auto kProbation = Trust::Probation;
INSTANTIATE_TEST_SUITE_P(
    Config, TrustOf,
    testing::Values(
        TrustCase{"Safe", "policy = \"safe\"", kProbation, kProbation, kProbation},
        TrustCase{"Balanced", "policy = \"balanced\"", kTrusted, kProbation, kProbation},
        TrustCase{"MaxSavings", "policy = \"max_savings\"", kTrusted, kTrusted, kTrusted},
        TrustCase{"SetByHand",
                  "policy = \"balanced\"\n[cascade.trust]\nchat = \"demoted\"\n"
                  "continue = \"trusted\"\n",
                  Trust::Demoted, kProbation, kTrusted},
        TrustCase{"MaxSavingsWithAnException",
                  "policy = \"max_savings\"\n[cascade.trust]\nask = \"probation\"\n", kTrusted,
                  kProbation, kTrusted}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(CostPolicyConfig, ReadsTheLatencyRule) {
  EXPECT_EQ(policy_of("policy = \"balanced\"\n").cost.p95_max.count(), 0);
  EXPECT_EQ(policy_of("policy = \"balanced\"\nlatency_p95_ms = 9000\n").cost.p95_max.count(),
            9'000);
}

TEST(CostPolicyConfig, TrustHasNoMeaningUnderFixedRulesNorForATurnThatMustRecover) {
  const auto mistake = [](const std::string& cascade) {
    const auto config = with_cascade(cascade);
    return config ? std::string("none") : config.error().message;
  };
  EXPECT_NE(
      mistake("policy = \"paper\"\n[cascade.trust]\nchat = \"trusted\"\n").find("cascade[1].trust"),
      std::string::npos);
  EXPECT_NE(mistake("policy = \"safe\"\n[cascade.trust]\nrecover = \"trusted\"\n")
                .find("cascade[1].trust.recover"),
            std::string::npos);
  EXPECT_NE(
      mistake("policy = \"safe\"\n[cascade.trust]\nchat = \"yes\"\n").find("cascade[1].trust.chat"),
      std::string::npos);
  EXPECT_NE(mistake("policy = \"best\"\n").find("max_savings"), std::string::npos);
}

}  // namespace
}  // namespace rlm::config
