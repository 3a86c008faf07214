#include "route/quality_rule.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rlm::route {
namespace {

struct EarnedCase {
  const char* name;
  TurnKind turn;
  Trust trust;
  const char* only;      // why not draft_only; empty: it may
  const char* validate;  // … draft_validate
  const char* verify;    // … draft_verify
  bool can_validate = true;
  Trust read = Trust::Trusted;
};

class WhyNotEarned : public testing::TestWithParam<EarnedCase> {};

TEST_P(WhyNotEarned, IsTheExpectedReason) {
  const auto& c = GetParam();
  QualityRule rule;
  rule.set(c.turn, c.trust);
  rule.can_validate = c.can_validate;
  rule.tools.read = c.read;
  const ClassKey key{c.turn, Complexity::Complex};
  EXPECT_EQ(why_not_earned(key, rule, Plan::DraftOnly).value_or(""), c.only);
  EXPECT_EQ(why_not_earned(key, rule, Plan::DraftValidate).value_or(""), c.validate);
  EXPECT_EQ(why_not_earned(key, rule, Plan::DraftVerify).value_or(""), c.verify);
  EXPECT_EQ(why_not_earned(key, rule, Plan::Direct), std::nullopt);
}

constexpr auto kTrusted = Trust::Trusted;
constexpr auto kProbation = Trust::Probation;
INSTANTIATE_TEST_SUITE_P(
    QualityRule, WhyNotEarned,
    testing::Values(
        EarnedCase{"TrustedChat", TurnKind::Chat, kTrusted, "", "no_tools", ""},
        EarnedCase{"ChatOnProbation", TurnKind::Chat, kProbation, "probation", "no_tools", ""},
        EarnedCase{"DemotedSide", TurnKind::Side, Trust::Demoted, "demoted", "no_tools", ""},
        EarnedCase{"TrustedCompaction", TurnKind::Compaction, kTrusted, "", "no_tools", ""},
        EarnedCase{"TrustedAsk", TurnKind::Ask, kTrusted, "tools", "", "tools"},
        EarnedCase{"TrustedContinue", TurnKind::Continue, kTrusted, "tools", "", "tools"},
        EarnedCase{"AskOnProbation", TurnKind::Ask, kProbation, "tools", "probation", "tools"},
        EarnedCase{"WithoutProof", TurnKind::Ask, kTrusted, "tools", "not_available", "tools",
                   false},
        EarnedCase{"WithoutATrustedRisk", TurnKind::Ask, kTrusted, "tools", "probation", "tools",
                   true, kProbation},
        EarnedCase{"Recover", TurnKind::Recover, kTrusted, "recover", "recover", "recover"}),
    [](const auto& tested) { return std::string(tested.param.name); });

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
