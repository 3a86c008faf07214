#include "route/quality_rule.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rlm::route {
namespace {

struct EarnedCase {
  const char* name;
  TurnKind turn;
  Trust trust;
  Plan plan;
  const char* why;  // empty: it may
  bool can_validate = true;
};

class WhyNotEarned : public testing::TestWithParam<EarnedCase> {};

TEST_P(WhyNotEarned, IsTheExpectedReason) {
  const auto& c = GetParam();
  QualityRule rule;
  rule.set(c.turn, c.trust);
  rule.can_validate = c.can_validate;
  const ClassKey key{c.turn, Complexity::Complex};
  ASSERT_TRUE(fits(c.turn, c.plan));
  EXPECT_EQ(why_not_earned(key, rule, c.plan).value_or(""), c.why);
}

constexpr auto kTrusted = Trust::Trusted;
constexpr auto kProbation = Trust::Probation;
constexpr auto kDemoted = Trust::Demoted;
INSTANTIATE_TEST_SUITE_P(
    QualityRule, WhyNotEarned,
    testing::Values(
        EarnedCase{"TrustedChat", TurnKind::Chat, kTrusted, Plan::DraftOnly, ""},
        EarnedCase{"ChatOnProbation", TurnKind::Chat, kProbation, Plan::DraftOnly, "probation"},
        EarnedCase{"VerifiedOnProbation", TurnKind::Chat, kProbation, Plan::DraftVerify, ""},
        EarnedCase{"DemotedSide", TurnKind::Side, kDemoted, Plan::DraftOnly, "demoted"},
        EarnedCase{"VerifiedWhenDemoted", TurnKind::Side, kDemoted, Plan::DraftVerify, ""},
        EarnedCase{"TrustedCompaction", TurnKind::Compaction, kTrusted, Plan::DraftOnly, ""},
        EarnedCase{"TrustedAsk", TurnKind::Ask, kTrusted, Plan::DraftValidate, ""},
        EarnedCase{"TrustedContinue", TurnKind::Continue, kTrusted, Plan::DraftValidate, ""},
        EarnedCase{"AskOnProbation", TurnKind::Ask, kProbation, Plan::DraftValidate, "probation"},
        EarnedCase{"WithoutProof", TurnKind::Ask, kTrusted, Plan::DraftValidate, "not_available",
                   false},
        EarnedCase{"Recover", TurnKind::Recover, kTrusted, Plan::DraftValidate, "recover"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(QualityRule, WhereAToolCallMayComeOnlyProofFits) {
  for (const auto turn : {TurnKind::Ask, TurnKind::Continue, TurnKind::Recover}) {
    EXPECT_TRUE(fits(turn, Plan::Direct));
    EXPECT_TRUE(fits(turn, Plan::DraftValidate));
    EXPECT_FALSE(fits(turn, Plan::DraftOnly));
    EXPECT_FALSE(fits(turn, Plan::DraftVerify));
  }
  for (const auto turn : {TurnKind::Chat, TurnKind::Side, TurnKind::Compaction}) {
    EXPECT_TRUE(fits(turn, Plan::Direct));
    EXPECT_FALSE(fits(turn, Plan::DraftValidate));
    EXPECT_TRUE(fits(turn, Plan::DraftOnly));
    EXPECT_TRUE(fits(turn, Plan::DraftVerify));
  }
}

TEST(ClassKey, EveryClassHasItsOwnPlaceAndName) {
  std::set<std::size_t> places;
  std::set<std::string> names;
  for (std::size_t turn = 0; turn < kTurnKindCount; ++turn)
    for (const auto complexity : {Complexity::Simple, Complexity::Complex}) {
      const ClassKey key{static_cast<TurnKind>(turn), complexity};
      places.insert(key.index());
      names.insert(name_of(key));
      EXPECT_LT(key.index(), kClassCount);
    }
  EXPECT_EQ(places.size(), kClassCount);
  EXPECT_EQ(names.size(), kClassCount);
}

}  // namespace
}  // namespace rlm::route
