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
    EXPECT_EQ(quality.of({TurnKind::Chat, complexity}, Risk::Read), GetParam().chat);
    EXPECT_EQ(quality.of({TurnKind::Ask, complexity}, Risk::Read), GetParam().ask);
    EXPECT_EQ(quality.of({TurnKind::Continue, complexity}, Risk::Read), GetParam().go_on);
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

TEST(CostPolicyConfig, TrustGivenByHandCoversOnlyTheCallsThatAreAllowedByName) {
  const auto trust = [](const std::string& tools, Risk risk) {
    const auto policy =
        policy_of(("policy = \"balanced\"\n[cascade.trust]\nask = \"trusted\"\n" + tools).c_str());
    return policy.quality.of({TurnKind::Ask, Complexity::Simple}, risk);
  };
  EXPECT_EQ(trust("", Risk::Read), Trust::Trusted);
  EXPECT_EQ(trust("", Risk::Write), Trust::Probation);
  const std::string allow = "[cascade.tools]\nallow = [\"read\", \"write\"]\n";
  EXPECT_EQ(trust(allow, Risk::Write), Trust::Trusted);
  EXPECT_EQ(trust(allow, Risk::Execute), Trust::Probation);
}

TEST(CostPolicyConfig, ReadsWhatTrustTakes) {
  const auto balanced = policy_of("policy = \"balanced\"\n").quality.rules;
  EXPECT_DOUBLE_EQ(balanced.bad_rate_max, 0.02);
  EXPECT_DOUBLE_EQ(balanced.risk, 0.05);
  EXPECT_DOUBLE_EQ(policy_of("policy = \"safe\"\n").quality.rules.bad_rate_max, 0.005);
  EXPECT_DOUBLE_EQ(policy_of("policy = \"max_savings\"\n").quality.rules.bad_rate_max, 0.1);
  const auto policy = policy_of(
      "policy = \"balanced\"\n[cascade.trust]\nbad_rate_max = 0.05\nconfidence = 0.99\n"
      "audit_share = 0.2\nsuspicious_share = 0.4\n");
  EXPECT_DOUBLE_EQ(policy.quality.rules.bad_rate_max, 0.05);
  EXPECT_NEAR(policy.quality.rules.risk, 0.01, 1e-12);
  EXPECT_DOUBLE_EQ(policy.quality.rules.audit_share, 0.2);
  EXPECT_DOUBLE_EQ(policy.quality.rules.suspicious_share, 0.4);
  EXPECT_DOUBLE_EQ(policy.cost.audit_share, 0.2);
}

TEST(CostPolicyConfig, ReadsTheLatencyRule) {
  EXPECT_EQ(policy_of("policy = \"balanced\"\n").cost.p95_max.count(), 0);
  EXPECT_EQ(policy_of("policy = \"balanced\"\nlatency_p95_ms = 9000\n").cost.p95_max.count(),
            9'000);
}

TEST(CostPolicyConfig, ReadsTheShareThatMayRace) {
  const std::string limited = "policy = \"balanced\"\nlatency_p95_ms = 9000\n";
  EXPECT_EQ(policy_of(limited).cost.race_share, 0);
  EXPECT_EQ(policy_of(limited + "race_share = 0.25\n").cost.race_share, .25);
  for (const std::string& cascade :
       {limited + "race_share = 1.5\n", std::string("policy = \"balanced\"\nrace_share = 0.5\n"),
        std::string("policy = \"paper\"\nlatency_p95_ms = 9000\nrace_share = 0.5\n")}) {
    const auto config = with_cascade(cascade);
    ASSERT_FALSE(config) << cascade;
    EXPECT_NE(config.error().message.find("cascade[1].race_share"), std::string::npos) << cascade;
  }
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
