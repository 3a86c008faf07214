#include "lab/bound_worlds.hpp"

#include <algorithm>

#include "lab/random_text.hpp"

namespace rlm::lab {
namespace {

using quality::Trust;

struct Answer {
  bool bad = false;
  bool suspicious = false;
};

Answer draw_answer(const World& world, double bad_rate, Random& random) {
  constexpr double kTimesWorse = 10;
  Answer answer;
  answer.suspicious = random.uniform() < world.suspicious;
  const double plain = bad_rate / (1 + (kTimesWorse - 1) * world.suspicious);
  answer.bad = random.uniform() < plain * (answer.suspicious ? kTimesWorse : 1);
  return answer;
}

class Living {
 public:
  Living(const World& world, std::uint64_t seed)
      : world_(world), random_(seed), trust_(world.rules, world.start) {}

  void pass(std::size_t stretch) {
    const double bad_rate = world_.stretches[stretch].bad_rate;
    for (int i = 0; i < world_.stretches[stretch].exchanges; ++i) {
      ++exchanges_;
      if (stretch > 0) ++since_drift_;
      step(bad_rate, stretch > 0);
    }
  }
  Life life() const {
    Life life = life_;
    const double rate = world_.stretches[0].bad_rate;
    if (world_.judge.judged(rate) == rate) life.bound_held_truth = life.bound_held;
    return life;
  }

 private:
  void step(double bad_rate, bool drifted) {
    const Answer answer = draw_answer(world_, bad_rate, random_);
    const bool unseen = trust_.state() == Trust::Trusted;
    const double least = trust_.audit_share();
    const double share = answer.suspicious ? std::min(1.0, 5 * least) : least;
    if (unseen) {
      ++life_.unseen;
      if (drifted && answer.bad && life_.noticed_after < 0) ++life_.bad_unseen;
    }
    if (random_.uniform() >= share) return;
    if (unseen) ++life_.audits;
    const bool called_bad = answer.bad ? random_.uniform() >= world_.judge.misses
                                       : random_.uniform() < world_.judge.false_alarms;
    take_label(called_bad, least / share, bad_rate, drifted);
  }

  void take_label(bool bad, double weight, double bad_rate, bool drifted) {
    ++labels_;
    if (drifted) ++labels_since_drift_;
    const auto change = trust_.add(bad, weight);
    if (!drifted) {
      const double judged = world_.judge.judged(bad_rate);
      // A bad label only lifts the bound.
      if (!bad && trust_.bound().is_below(judged)) life_.bound_held = false;
      if (!bad && judged != bad_rate && trust_.bound().is_below(bad_rate))
        life_.bound_held_truth = false;
      if (change == Trust::Demoted) ++life_.demotions_before;
      if (change == Trust::Trusted && judged > world_.rules.bad_rate_max)
        life_.wrongly_trusted = true;
    }
    if (change == Trust::Trusted && life_.trusted_after < 0) {
      life_.trusted_after = exchanges_;
      life_.labels_to_trust = labels_;
    }
    if (change == Trust::Demoted && drifted && life_.noticed_after < 0) {
      life_.noticed_after = since_drift_;
      life_.labels_to_notice = labels_since_drift_;
    }
  }

  const World& world_;
  Random random_;
  quality::ClassTrust trust_;
  Life life_;
  int exchanges_ = 0;
  int labels_ = 0;
  int since_drift_ = 0;
  int labels_since_drift_ = 0;
};

}  // namespace

Life live(const World& world, std::uint64_t seed) {
  Living living(world, seed);
  for (std::size_t i = 0; i < world.stretches.size(); ++i) living.pass(i);
  return living.life();
}

}  // namespace rlm::lab
