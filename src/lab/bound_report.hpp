#pragma once
// The proof of the quality rule's bound: how often it holds, how soon a drift is noticed, what the
// audits cost.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lab/bound_worlds.hpp"

namespace rlm::lab {

/// A world with what all lives in it came to.
struct WorldFigures {
  World world;
  int runs = 0;
  int held = 0;
  int held_truth = 0;
  int wrongly_trusted = 0;
  int trusted = 0;
  double labels_to_trust = 0;     // median of those that were
  double exchanges_to_trust = 0;  // the same
  int demoted_before = 0;         // lives with a demotion before the drift
  int noticed = 0;
  double notice_exchanges = 0;      // median of those that noticed
  double notice_exchanges_p90 = 0;  // one in ten took longer, or never noticed: then -1
  double notice_labels = 0;
  double bad_unseen = 0;   // median
  double audit_share = 0;  // audits of all answers delivered unseen
};

WorldFigures live_often(const World& world, int runs, std::uint64_t seed);

/// Constant rates of 0.5 to 20 %, noisy judges, audits that prefer suspicious answers.
std::vector<World> constant_worlds();
/// Rates that rise, at several audit shares.
std::vector<World> drifting_worlds();

struct BoundFigures {
  int runs = 0;
  std::uint64_t seed = 0;
  std::vector<WorldFigures> constant;
  std::vector<WorldFigures> drifting;
};
/// `step` is called once for each of the worlds above.
BoundFigures bound_figures(int runs, std::uint64_t seed, const std::function<void()>& step);

/// Good labels without a bad one after which the rate is known to be below `rate`.
struct ZeroFailureNeed {
  double rate = 0;
  int fixed = 0;    // with a sample whose size is fixed beforehand
  int anytime = 0;  // ConfidenceSequence
  int trusted = 0;  // … with the part of the risk that a class's first one has: ClassTrust
  int uniform = 0;  // the uniform (beta-binomial) mixture over all bets
};
ZeroFailureNeed zero_failure_need(double rate);

std::string bound_report_text(const BoundFigures& figures);
std::string bound_report_json(const BoundFigures& figures);
/// One page with charts of the bound over labels, of coverage and of detection.
std::string bound_report_html(const BoundFigures& figures);

}  // namespace rlm::lab
