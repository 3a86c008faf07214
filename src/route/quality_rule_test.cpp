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
  const ClassNames names("cheap", "coding");
  EXPECT_EQ(why_not_earned(key, Earned(rule, names, nullptr), c.plan).value_or(""), c.why);
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
        EarnedCase{"CallsVerifiedOnProbation", TurnKind::Continue, kProbation, Plan::DraftVerify,
                   ""},
        EarnedCase{"CallsVerifiedWithoutProof", TurnKind::Continue, kTrusted, Plan::DraftVerify,
                   "not_available", false},
        EarnedCase{"RecoverVerified", TurnKind::Recover, kTrusted, Plan::DraftVerify, "recover"},
        EarnedCase{"Recover", TurnKind::Recover, kTrusted, Plan::DraftValidate, "recover"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(QualityRule, WhereAToolCallMayComeNoneIsDeliveredUnseenAndUnproven) {
  for (const auto turn : {TurnKind::Ask, TurnKind::Continue, TurnKind::Recover}) {
    EXPECT_TRUE(fits(turn, Plan::Direct));
    EXPECT_TRUE(fits(turn, Plan::DraftValidate));
    EXPECT_FALSE(fits(turn, Plan::DraftOnly));
    EXPECT_TRUE(fits(turn, Plan::DraftVerify));
  }
  for (const auto turn : {TurnKind::Chat, TurnKind::Side, TurnKind::Compaction}) {
    EXPECT_TRUE(fits(turn, Plan::Direct));
    EXPECT_FALSE(fits(turn, Plan::DraftValidate));
    EXPECT_TRUE(fits(turn, Plan::DraftOnly));
    EXPECT_TRUE(fits(turn, Plan::DraftVerify));
  }
}

TEST(QualityRule, OneTrustedRiskIsEnoughToDraftCallsAndATurnNeedsItOfItsLaterCallsToo) {
  const ClassNames names("cheap", "coding");
  QualityRule rule;
  rule.can_validate = true;
  const ClassKey ask{TurnKind::Ask, Complexity::Simple};
  const auto why = [&](Plan plan) {
    return std::string(why_not_earned(ask, Earned(rule, names, nullptr), plan).value_or(""));
  };
  rule.set(TurnKind::Ask, Risk::Write, Trust::Trusted);
  rule.set(TurnKind::Ask, Risk::Read, Trust::Demoted);
  EXPECT_EQ(why(Plan::DraftValidate), "");
  EXPECT_EQ(why(Plan::DraftTurn), "probation");
  rule.set(TurnKind::Continue, Risk::Read, Trust::Trusted);
  EXPECT_EQ(why(Plan::DraftTurn), "");
  rule.allowed[static_cast<std::size_t>(Risk::Write)] = false;
  EXPECT_EQ(why(Plan::DraftValidate), "probation") << "what may not leave unseen is no reason to";
  rule.set(TurnKind::Ask, Trust::Demoted);
  EXPECT_EQ(why(Plan::DraftValidate), "demoted");
}

TEST(Earned, IsWhatTheBookSaysOnceThereIsOne) {
  const ClassNames names("cheap", "coding");
  QualityRule rule;
  const ClassKey chat{TurnKind::Chat, Complexity::Simple};
  EXPECT_EQ(names.of(chat, Risk::None), "chat/simple/none/cheap/coding");
  quality::TrustBook book([](std::string_view) {
    return quality::TrustBook::Beginning{{}, Trust::Probation};
  });
  const Earned earned(rule, names, &book);
  quality::Label label{{1}, names.of(chat, Risk::None), "e", quality::LabelSource::Verdict};
  for (int i = 0; i < 174; ++i) ASSERT_TRUE(book.add(label));
  EXPECT_EQ(earned.of(chat, Risk::None), Trust::Probation);
  ASSERT_TRUE(book.add(label));
  EXPECT_EQ(earned.of(chat, Risk::None), Trust::Trusted);
  EXPECT_EQ(earned.of({TurnKind::Chat, Complexity::Complex}, Risk::None), Trust::Probation);
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
