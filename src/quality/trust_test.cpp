#include "quality/trust.hpp"

#include <gtest/gtest.h>

#include <random>

#include "quality/trust_book.hpp"

namespace rlm::quality {
namespace {

ClassTrust earned() {
  ClassTrust trust({}, Trust::Probation);
  while (trust.state() != Trust::Trusted) trust.add(false);
  return trust;
}

void demote(ClassTrust& trust) {
  while (trust.state() == Trust::Trusted) trust.add(true);
}

TEST(ClassTrust, IsEarnedByTheLabelsOfTheBound) {
  EXPECT_EQ(earned().bound().labels(), 175);
  EXPECT_LE(earned().bound().upper(), .02 + 1e-9);
}

TEST(ClassTrust, EveryAnswerIsLabelledUntilItIsTrusted) {
  ClassTrust trust({}, Trust::Probation);
  EXPECT_EQ(trust.audit_share(), 1);
  trust = earned();
  EXPECT_EQ(trust.audit_share(), .1);
}

TEST(ClassTrust, ASingleBadLabelDoesNotEndIt) {
  ClassTrust trust = earned();
  EXPECT_EQ(trust.add(true), std::nullopt);
  EXPECT_EQ(trust.state(), Trust::Trusted);
  EXPECT_GT(trust.bound().upper(), .02);
}

TEST(ClassTrust, LooksCloserBeforeItIsTakenBack) {
  ClassTrust trust = earned();
  bool looked_closer = false;
  while (trust.state() == Trust::Trusted) {
    looked_closer = looked_closer || trust.audit_share() == .5;
    trust.add(true);
  }
  EXPECT_TRUE(looked_closer);
}

TEST(ClassTrust, ADemotedClassHasToEarnItAnew) {
  ClassTrust trust = earned();
  demote(trust);
  EXPECT_EQ(trust.state(), Trust::Demoted);
  EXPECT_EQ(trust.demotions(), 1);
  EXPECT_EQ(trust.bound().labels(), 0);
  int labels = 1;
  while (trust.add(false) != Trust::Trusted) ++labels;
  EXPECT_EQ(labels, 257);  // more than at first: the risk left for later bounds is smaller
}

TEST(ClassTrust, PresumedTrustBecomesEarnedOrIsLost) {
  ClassTrust good({}, Trust::Trusted);
  EXPECT_TRUE(good.is_presumed());
  for (int i = 0; i < 175; ++i) good.add(false);
  EXPECT_FALSE(good.is_presumed());
  ClassTrust bad({}, Trust::Trusted);
  demote(bad);
  EXPECT_EQ(bad.state(), Trust::Demoted);
}

// Whatever happened, the state after a restart is the state before it, and so is all that follows.
TEST(ClassTrust, SnapshotsAtAnyMomentChangeNothing) {
  std::mt19937_64 random(11);
  for (int run = 0; run < 200; ++run) {
    const auto start = run % 2 == 0 ? Trust::Probation : Trust::Trusted;
    ClassTrust lived({}, start);
    ClassTrust restarted({}, start);
    std::bernoulli_distribution is_bad(run % 5 == 0 ? .1 : .004);
    for (int i = 0; i < 500; ++i) {
      const bool bad = is_bad(random);
      const double weight = random() % 4 == 0 ? .25 : 1;
      EXPECT_EQ(lived.add(bad, weight), restarted.add(bad, weight));
      if (random() % 50 != 0) continue;
      auto restored = ClassTrust::restore({}, restarted.snapshot());
      ASSERT_TRUE(restored) << restored.error().message;
      restarted = *restored;
    }
    EXPECT_EQ(lived.snapshot(), restarted.snapshot());
  }
}

TEST(ClassTrust, AStricterTargetTakesBackWhatItWouldNotHaveGiven) {
  TrustRules strict;
  strict.bad_rate_max = .005;
  const auto restored = ClassTrust::restore(strict, earned().snapshot());
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->state(), Trust::Probation);
  EXPECT_EQ(restored->bound().labels(), 175);
}

TEST(ClassTrust, EveryCutSnapshotIsRefused) {
  ClassTrust trust = earned();
  trust.add(true);
  const std::string whole = trust.snapshot();
  ASSERT_TRUE(ClassTrust::restore({}, whole));
  for (std::size_t size = 0; size < whole.rfind(' '); ++size)
    EXPECT_FALSE(ClassTrust::restore({}, whole.substr(0, size))) << size;
  EXPECT_FALSE(ClassTrust::restore({}, whole + " 1"));
  EXPECT_FALSE(ClassTrust::restore({}, "x" + whole));
}

Label label_of(const char* class_name, bool bad = false) {
  Label label;
  label.class_name = class_name;
  label.exchange = "exc_1";
  label.bad = bad;
  return label;
}

TrustBook::Beginning beginning_of(std::string_view class_name) {
  return {{}, class_name.starts_with("chat/") ? Trust::Trusted : Trust::Probation};
}

TEST(TrustBook, UnknownClassesStandAsTheyBegin) {
  const TrustBook book(beginning_of);
  EXPECT_EQ(book.standing_of("chat/x").state, Trust::Trusted);
  EXPECT_EQ(book.standing_of("chat/x").audit_share, .1);
  EXPECT_EQ(book.standing_of("ask/x").state, Trust::Probation);
  EXPECT_EQ(book.standing_of("ask/x").audit_share, 1);
  EXPECT_TRUE(book.report().empty());
}

TEST(TrustBook, NoClassIsTrustedUntilItIsKnownWhatItHasEarned) {
  TrustBook book(beginning_of);
  book.set_known(false);
  EXPECT_EQ(book.standing_of("chat/x").state, Trust::Probation);
  EXPECT_EQ(book.standing_of("chat/x").audit_share, 1);
  book.set_known(true);
  EXPECT_EQ(book.standing_of("chat/x").state, Trust::Trusted);
}

TEST(TrustBook, ClassesLearnApartAndTellOfChanges) {
  TrustBook book(beginning_of);
  for (int i = 0; i < 174; ++i) EXPECT_EQ(*book.add(label_of("ask/a")), std::nullopt);
  const auto change = book.add(label_of("ask/a"));
  ASSERT_TRUE(change && *change);
  EXPECT_EQ((*change)->class_name, "ask/a");
  EXPECT_EQ((*change)->from, Trust::Probation);
  EXPECT_EQ((*change)->to, Trust::Trusted);
  EXPECT_EQ(book.standing_of("ask/a").state, Trust::Trusted);
  EXPECT_EQ(book.standing_of("ask/b").state, Trust::Probation);
}

TEST(TrustBook, ALabelThatIsNotSoundCountsForNothing) {
  TrustBook book(beginning_of);
  for (const auto& [probability, least] : {std::pair{0.0, 0.0}, {1.5, 1.0}, {.1, .2}, {.1, 0.0}}) {
    Label label = label_of("ask/a");
    label.probability = probability;
    label.least_probability = least;
    const auto refused = book.add(label);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("exc_1"), std::string::npos);
  }
  EXPECT_FALSE(book.add(label_of("")));
  EXPECT_TRUE(book.report().empty());
}

TEST(TrustBook, SnapshotsCarryAllClassesOver) {
  TrustBook book(beginning_of);
  for (int i = 0; i < 400; ++i) {
    ASSERT_TRUE(book.add(label_of("ask/a")));
    ASSERT_TRUE(book.add(label_of("chat/b", i % 5 == 0)));
  }
  TrustBook next(beginning_of);
  for (const auto& [name, snapshot] : book.snapshot()) ASSERT_TRUE(next.restore(name, snapshot));
  EXPECT_EQ(next.snapshot(), book.snapshot());
  EXPECT_EQ(next.standing_of("chat/b").state, Trust::Demoted);
  const auto refused = next.restore("ask/a", "trust1 nonsense");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("ask/a"), std::string::npos);
  EXPECT_EQ(next.snapshot(), book.snapshot());
}

TEST(TrustBook, HasABoundOnItsClasses) {
  TrustBook book(beginning_of);
  for (std::size_t i = 0; i < TrustBook::kClassesMax; ++i)
    ASSERT_TRUE(book.add(label_of(("ask/" + std::to_string(i)).c_str())));
  EXPECT_FALSE(book.add(label_of("ask/one more")));
  EXPECT_EQ(book.standing_of("chat/one more").state, Trust::Probation);
  EXPECT_TRUE(book.add(label_of("ask/0")));
}

TEST(ClassName, KeepsDifferentPartsApart) {
  EXPECT_EQ(name_of(ClassParts{"chat", "simple", "none", "deepseek", "coding"}),
            "chat/simple/none/deepseek/coding");
  EXPECT_NE(name_of(ClassParts{"a", "b/c", "d", "e", "f"}),
            name_of(ClassParts{"a/b", "c", "d", "e", "f"}));
  EXPECT_NE(name_of(ClassParts{"a/", "", "", "", ""}), name_of(ClassParts{"a%2F", "", "", "", ""}));
  EXPECT_EQ(name_of(ClassParts{"", "", "", "", ""}), "////");
}

}  // namespace
}  // namespace rlm::quality
