#pragma once
// What cascading recorded pairs gives: points of single presets, the curve over the rule's range,
// and the figures that routers are compared by.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lab/pair_policy.hpp"
#include "lab/statistics.hpp"

namespace rlm::lab {

struct PairFigure {
  double value = 0;
  Interval interval;  // 95 %, bootstrap over the pairs
};

/// A policy over a whole set.
struct PairPoint {
  PairFigure quality;              // mean correctness
  PairFigure kept;                 // … of all-verify's
  std::optional<PairFigure> cost;  // of all-verify's; absent where nothing is priced
  double asked = 0;                // share of pairs for which the verify model was called
  double unseen_bad = 0;  // share delivered unseen and worse than the verify model's answer
};

/// One setting of the rule on the curve from all-draft to all-verified.
struct CurvePoint {
  double bad_share_max = 0;
  double asked = 0;
  double quality = 0;
  double cost = 0;
};

struct PairSetStudy {
  std::string name;
  std::string kind;
  std::size_t pairs = 0;
  double draft_quality = 0;
  double verify_quality = 0;
  double either_quality = 0;  // what taking the better of both would give
  PairPoint all_draft;
  PairPoint paper;
  PairPoint safe;
  PairPoint balanced;
  PairPoint max_savings;
  std::vector<CurvePoint> curve;      // verified by verdicts
  std::vector<CurvePoint> own_curve;  // by the verify model's own answers, where texts are compared
  /// With verdicts: recovered part of the gap between all-draft and all-verify, mean over the share
  /// of calls to the verify model; CPTx: the share that recovers x % of it. Absent where there is
  /// no gap.
  std::optional<PairFigure> apgr;
  std::optional<PairFigure> apgr_capped;  // recovery above 100 % counts as 100 %
  std::optional<PairFigure> cpt50;
  std::optional<PairFigure> cpt80;
  std::optional<PairFigure> own_apgr;  // as apgr, of own_curve: no verdict's accuracy matters
  /// Random mixing gives at least the quality of `balanced` for at most its cost.
  bool is_dominated = false;
  /// `balanced` with verdicts of less than perfect accuracy; as kVerdictAccuracies.
  std::vector<PairPoint> noisy;
};

inline constexpr double kVerdictAccuracies[] = {.99, .95, .90, .80};
/// The preset's share of bad answers that may be delivered unseen.
inline constexpr double kSafeBadShare = .005;
inline constexpr double kBalancedBadShare = .02;
inline constexpr double kMaxSavingsBadShare = .10;

struct PairStudyOptions {
  double verdict_accuracy = 1;
  route::VerdictForms forms{};  // told in the report; the cases hold what they cost
  PairRules::Calls calls = PairRules::Calls::Verdicts;
  /// The pairs are served in this many orders; figures are means over them.
  int orders = 5;
  std::uint64_t seed = 1;
};

PairSetStudy study_pairs(const std::string& name, const std::vector<PairCase>& cases,
                         const PairStudyOptions& options);

/// Figures of a curve from (0, all-draft) over (asked, quality), sorted by `asked`, to its last
/// point.
struct RouterFigures {
  double apgr = 0;
  double apgr_capped = 0;
  double cpt50 = 1;
  double cpt80 = 1;
};
RouterFigures router_figures(std::vector<CurvePoint> curve, double draft_quality,
                             double verify_quality);

}  // namespace rlm::lab
