#include <cmath>

#include "lab/bound_report.hpp"
#include "lab/statistics.hpp"

namespace rlm::lab {
namespace {

using quality::Trust;

World constant_world(std::string name, double bad_rate) {
  World world;
  world.name = std::move(name);
  world.stretches = {{5'000, bad_rate}};
  return world;
}

World drifting_world(double from, double to, double audit_share) {
  World world;
  world.name = "drift";
  world.start = Trust::Trusted;
  world.rules.audit_share = audit_share;
  world.stretches = {{10'000, from}, {20'000, to}};
  return world;
}

}  // namespace

std::vector<World> constant_worlds() {
  std::vector<World> worlds;
  for (const double rate : {.0, .005, .01, .019, .021, .03, .05, .10, .20})
    worlds.push_back(constant_world("exact judge", rate));
  for (const double rate : {.005, .019, .03, .10}) {
    World world = constant_world("judge misses 10 %", rate);
    world.judge.misses = .10;
    worlds.push_back(world);
    world.name = "judge misses 10 %, 1 % false alarms";
    world.judge.false_alarms = .01;
    worlds.push_back(world);
  }
  for (const double rate : {.005, .03}) {
    World world = constant_world("5 % suspicious, judged 5 times as often", rate);
    world.suspicious = .05;
    world.start = Trust::Trusted;
    worlds.push_back(world);
  }
  return worlds;
}

std::vector<World> drifting_worlds() {
  std::vector<World> worlds;
  for (const double to : {.03, .05, .10, .20}) worlds.push_back(drifting_world(.005, to, .10));
  for (const double share : {.02, .05, .20}) worlds.push_back(drifting_world(.005, .10, share));
  worlds.push_back(drifting_world(.015, .10, .10));
  World slow = drifting_world(.005, .01, .10);
  slow.name = "slow drift";
  slow.stretches = {{10'000, .005}, {2'000, .01}, {2'000, .02}, {2'000, .04}, {14'000, .08}};
  worlds.push_back(slow);
  World noisy = drifting_world(.005, .10, .10);
  noisy.name = "drift, judge misses 10 %, 1 % false alarms";
  noisy.judge = {.10, .01};
  worlds.push_back(noisy);
  return worlds;
}

WorldFigures live_often(const World& world, int runs, std::uint64_t seed) {
  WorldFigures figures;
  figures.world = world;
  figures.runs = runs;
  std::vector<double> labels_to_trust, exchanges_to_trust, notice, notice_labels, bad_unseen;
  double unseen = 0;
  double audits = 0;
  for (int run = 0; run < runs; ++run) {
    const Life life = live(world, seed + static_cast<std::uint64_t>(run));
    figures.held += life.bound_held ? 1 : 0;
    figures.held_truth += life.bound_held_truth ? 1 : 0;
    figures.wrongly_trusted += life.wrongly_trusted ? 1 : 0;
    figures.demoted_before += life.demotions_before > 0 ? 1 : 0;
    if (life.trusted_after >= 0) {
      exchanges_to_trust.push_back(life.trusted_after);
      labels_to_trust.push_back(life.labels_to_trust);
    }
    if (life.noticed_after >= 0) {
      notice.push_back(life.noticed_after);
      notice_labels.push_back(life.labels_to_notice);
    }
    bad_unseen.push_back(life.bad_unseen);
    unseen += life.unseen;
    audits += life.audits;
  }
  figures.trusted = static_cast<int>(labels_to_trust.size());
  figures.labels_to_trust = quantile(labels_to_trust, .5);
  figures.exchanges_to_trust = quantile(exchanges_to_trust, .5);
  figures.noticed = static_cast<int>(notice.size());
  figures.notice_exchanges = quantile(notice, .5);
  // Lives that never noticed count as the longest.
  const double of_all = .9 * runs / std::max(1, figures.noticed);
  figures.notice_exchanges_p90 = of_all <= 1 ? quantile(notice, of_all) : -1;
  figures.notice_labels = quantile(notice_labels, .5);
  figures.bad_unseen = quantile(bad_unseen, .5);
  figures.audit_share = unseen > 0 ? audits / unseen : 0;
  return figures;
}

BoundFigures bound_figures(int runs, std::uint64_t seed, const std::function<void()>& step) {
  BoundFigures figures;
  figures.runs = runs;
  figures.seed = seed;
  for (const auto& [worlds, into] : {std::pair{constant_worlds(), &figures.constant},
                                     std::pair{drifting_worlds(), &figures.drifting}}) {
    for (const World& world : worlds) {
      // Far enough apart that no two worlds share a life's seed.
      seed += 1'000'003;
      into->push_back(live_often(world, runs, seed));
      step();
    }
  }
  return figures;
}

ZeroFailureNeed zero_failure_need(double rate) {
  ZeroFailureNeed need;
  need.rate = rate;
  const double risk = quality::TrustRules{}.risk;
  need.fixed = static_cast<int>(std::ceil(std::log(risk) / std::log1p(-rate)));
  quality::ConfidenceSequence sequence(risk);
  for (; !sequence.is_below(rate); ++need.anytime) sequence.add(false);
  quality::TrustRules rules;
  rules.bad_rate_max = rate;
  quality::ClassTrust trust(rules, Trust::Probation);
  for (; trust.state() != Trust::Trusted; ++need.trusted) trust.add(false);
  // ∫ over q in [0, rate] of ((1 − q) / (1 − rate))^n dq / rate ≥ 1 / risk.
  const auto capital = [rate](double n) {
    return (std::pow(1 - rate, -n) - (1 - rate)) / ((n + 1) * rate);
  };
  while (capital(need.uniform) < 1 / risk) ++need.uniform;
  return need;
}

}  // namespace rlm::lab
