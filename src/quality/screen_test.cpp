#include "quality/screen.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace rlm::quality {
namespace {

struct Draft {
  Measures measures{};
  bool bad = false;
};

/// Bad drafts have a higher first measure; the others are noise.
Draft draw(std::mt19937_64& random, double bad_rate) {
  Draft draft;
  draft.bad = std::bernoulli_distribution(bad_rate)(random);
  std::normal_distribution<double> noise;
  for (double& measure : draft.measures) measure = noise(random);
  draft.measures[0] += draft.bad ? 3 : 0;
  return draft;
}

TEST(Suspicion, BeginsAtTheStatedGuess) {
  EXPECT_NEAR(Suspicion(.25).of({}), .25, 1e-9);
}

TEST(Suspicion, LearnsWhatTellsBadDraftsApart) {
  std::mt19937_64 random(3);
  Suspicion suspicion;
  for (int i = 0; i < 1'000; ++i) {
    const Draft draft = draw(random, .2);
    suspicion.see(draft.measures);
    suspicion.learn(draft.measures, draft.bad);
  }
  double of_bad = 0;
  double of_good = 0;
  int bad = 0;
  for (int i = 0; i < 1'000; ++i) {
    const Draft draft = draw(random, .2);
    (draft.bad ? of_bad : of_good) += suspicion.of(draft.measures);
    bad += draft.bad ? 1 : 0;
  }
  EXPECT_GT(of_bad / bad, .6);
  EXPECT_LT(of_good / (1'000 - bad), .15);
}

TEST(Suspicion, StaysAProbabilityWhateverItIsFed) {
  Suspicion suspicion;
  Measures extreme{};
  extreme.fill(1e300);
  extreme[1] = -std::numeric_limits<double>::infinity();
  extreme[2] = std::numeric_limits<double>::quiet_NaN();
  for (int i = 0; i < 100; ++i) {
    suspicion.see(i % 2 == 0 ? extreme : Measures{});
    suspicion.learn(extreme, i % 3 == 0, 1'000);
    EXPECT_TRUE(suspicion.of(extreme) > 0 && suspicion.of(extreme) < 1);
  }
}

TEST(Screen, VerifiesEverythingUntilItKnowsEnough) {
  Screen screen;
  std::mt19937_64 random(5);
  for (int i = 0; i < 30; ++i) {
    const Draft draft = draw(random, 0);
    EXPECT_EQ(screen.look(draft.measures).verify_probability, 1);
    screen.learn(draft.measures, false, 1);
  }
}

/// Share of drafts that are delivered unseen and bad, and share that is verified.
std::pair<double, double> run(const ScreenRules& rules, double bad_rate) {
  Screen screen(rules);
  std::mt19937_64 random(7);
  constexpr int kDrafts = 5'000;
  double unseen_bad = 0;
  double verified = 0;
  for (int i = 0; i < kDrafts; ++i) {
    const Draft draft = draw(random, bad_rate);
    const auto look = screen.look(draft.measures);
    if (std::bernoulli_distribution(look.verify_probability)(random)) {
      screen.learn(draft.measures, draft.bad, look.verify_probability);
      verified += 1.0 / kDrafts;
    } else {
      unseen_bad += draft.bad ? 1.0 / kDrafts : 0;
    }
  }
  return {unseen_bad, verified};
}

TEST(Screen, KeepsToTheShareThatIsAllowed) {
  for (const double share : {.01, .02, .05}) {
    const auto [unseen_bad, verified] = run({.bad_share_max = share}, .15);
    EXPECT_LT(unseen_bad, 1.5 * share) << share;
    EXPECT_LT(verified, .7) << share;
  }
}

TEST(Screen, VerifiesLessTheMoreIsAllowed) {
  EXPECT_GT(run({.bad_share_max = .005}, .15).second, run({.bad_share_max = .05}, .15).second);
}

TEST(Screen, GoesOnExploringWhatItDoesNotSuspect) {
  EXPECT_GE(run({.bad_share_max = 1, .explore_share = .05}, .15).second, .04);
}

}  // namespace
}  // namespace rlm::quality
