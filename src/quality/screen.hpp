#pragma once
// Which drafts of a class are verified although the class may skip: those that are most suspicious.

#include <cstdint>
#include <vector>

#include "quality/suspicion.hpp"

namespace rlm::quality {

struct ScreenRules {
  /// Bad answers that may be delivered unseen, as a share of all answers of the class.
  double bad_share_max = 0.02;
  /// Share of the unsuspicious drafts that is verified all the same: without it nothing would be
  /// learned of them.
  double explore_share = 0.05;
};

/// Verifies as few drafts as the rule allows: of the last drafts, those with the least suspicion
/// whose suspicions add up to `bad_share_max` of all may be delivered unseen. Until
/// thirty labels everything is verified. Labels of drafts near and below the
/// threshold tell by how much suspicions are too low there; they are corrected by it. What it lets
/// through is an estimate: the bound on it is ClassTrust's, over all answers of the class, with the
/// labels' probabilities. Constant memory; a look costs about a microsecond. Not thread-safe.
class Screen {
 public:
  explicit Screen(const ScreenRules& rules = {}) : rules_(rules) {}

  struct Look {
    double suspicion = 0;
    /// With which this draft is to be verified before delivery, in (0, 1]; the label's probability.
    double verify_probability = 1;
  };
  Look look(const Measures& measures);

  /// The verdict on a draft that was looked at: drawn with `probability`.
  void learn(const Measures& measures, bool bad, double probability);

  /// From this suspicion on drafts are verified.
  double threshold() const { return threshold_; }

 private:
  void place_threshold();

  ScreenRules rules_;
  Suspicion suspicion_;
  std::vector<double> recent_;
  std::size_t next_ = 0;
  int until_placed_ = 0;
  int labels_ = 0;
  double threshold_ = 0;
  // Of labels near and below the threshold, weighted: bad ones, and as many as were expected.
  double found_bad_ = 1;
  double expected_bad_ = 1;
};

}  // namespace rlm::quality
