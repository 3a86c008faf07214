#pragma once
// Simulated classes of answers whose true bad rate is known, lived through with the quality rule.

#include <cstdint>
#include <string>
#include <vector>

#include "quality/trust.hpp"

namespace rlm::lab {

/// Exchanges in a row with one true bad rate.
struct Stretch {
  int exchanges = 0;
  double bad_rate = 0;
};

struct JudgeNoise {
  double misses = 0;        // share of bad answers that are called good
  double false_alarms = 0;  // share of good answers that are called bad

  /// How often the judge calls an answer bad where `bad_rate` is true.
  double judged(double bad_rate) const {
    return bad_rate * (1 - misses) + (1 - bad_rate) * false_alarms;
  }
};

struct World {
  std::string name;
  /// One: nothing changes. More: a drift begins with the second.
  std::vector<Stretch> stretches;
  JudgeNoise judge;
  /// Share of the answers that look suspicious: ten times as often bad as the others, and judged
  /// five times as often where not all are.
  double suspicious = 0;
  quality::Trust start = quality::Trust::Probation;
  quality::TrustRules rules;
};

/// What one life in a world came to. Counts are exchanges unless named otherwise; -1: never.
struct Life {
  bool bound_held = true;        // of the judged rate, after every label of the first stretch
  bool bound_held_truth = true;  // of the true rate
  bool wrongly_trusted = false;  // earned trust in the first stretch with a rate above the target
  int trusted_after = -1;
  int labels_to_trust = -1;
  int demotions_before = 0;  // in the first stretch
  int noticed_after = -1;    // the first demotion since the drift began
  int labels_to_notice = -1;
  int bad_unseen = 0;  // bad answers delivered without a verdict from the drift to its notice
  int unseen = 0;      // delivered without a verdict
  int audits = 0;      // … and judged afterwards
};

/// The same seed gives the same life.
Life live(const World& world, std::uint64_t seed);

}  // namespace rlm::lab
