#pragma once
// What recorded exchanges would have come to under another configuration, without a call: exactly
// where their records tell it, else from the drawn part, with intervals (cascade.md §12).

#include <array>
#include <map>
#include <string>
#include <vector>

#include "lab/other_plan.hpp"
#include "lab/recorded_choice.hpp"
#include "lab/statistics.hpp"

namespace rlm::lab {

/// A figure with its 95 % interval, which is the figure alone where nothing had to be estimated.
struct WhatIfFigure {
  double value = 0;
  Interval interval;
};

/// Quality is relative to the verify model's judgement.
struct WhatIfQuality {
  double unseen = 0;  // answers that left without its word
  std::int64_t labels = 0;
  double labelled = 0;    // of the unseen ones, those whose class has any label
  WhatIfFigure bad_rate;  // of the labelled ones, worse than its own answer would have been
};

struct WhatIfResult {
  std::int64_t exchanges = 0;
  std::int64_t other_plan = 0;  // the configuration chooses another plan than was taken
  std::int64_t derived = 0;     // … and the exchange's own calls tell what that would have given
  std::int64_t estimated = 0;   // … and tries or audits of others like it do
  std::int64_t drawn = 0;       // so many of these
  std::int64_t expected = 0;    // … and only the planner's expectation is known
  std::int64_t untold = 0;      // the record does not say what would have been chosen: as it was
  /// Differs from 0 only where `estimated` or `expected` does.
  NanoUsd told_cost;  // of everything whose cost is known to the last nano-dollar
  WhatIfFigure cost;  // dollars, with the work off the clients' path that would have been done
  double baseline = 0;
  std::array<double, kVerdictCount> verdicts{};  // where they are known
  WhatIfFigure draft_use;                        // of drafted exchanges with a known verdict
  WhatIfFigure p50_ms;
  WhatIfFigure p95_ms;
  WhatIfQuality quality;

  bool is_exact() const { return estimated == 0 && expected == 0; }
};

/// Exchanges that need the same estimate.
struct WhatIfStratum {
  double members = 0;
  double expected_nano = 0;  // by the planner, over all members
  struct Drawn {
    double weight = 1;  // 1/probability
    double probability = 1;
    double residual_nano = 0;  // cost − expectation
    PlanOutcome outcome;
  };
  std::vector<Drawn> drawn;
};

/// The estimator. Of a stratum's N members some were drawn, each with a known probability p. Their
/// mean difference to the planner's expectation, weighed by 1/p, corrects the expectation of all
/// (a difference estimator, Särndal, Swensson & Wretman, "Model Assisted Survey Sampling", 1992,
/// §6.3, with the weights brought to sum 1, so that tries that failed at random do no harm). The
/// intervals are those of a bootstrap over the drawn of each stratum; where all were drawn with
/// p = 1 nothing is left to chance.
class WhatIf {
 public:
  /// Both must outlive it.
  WhatIf(const exchange::RoutingTable& table, money::RateBook& rates,
         RecordedChooser::TrustBy trust)
      : table_(table), rates_(rates), chooser_(table, trust) {}

  /// The oldest first.
  void add(const RecordedExchange& exchange);
  /// Work off a client's path whose exchange is not known: it is paid whatever is chosen.
  void add_orphan(const ExchangeRecord& aside);
  WhatIfResult result() const;

 private:
  friend class WhatIfSums;
  OutcomeRules rules_of(const ExchangeRecord& record) const;
  void take(const RecordedExchange& exchange, const PlanOutcome& outcome, bool as_recorded);
  void keep_asides(const RecordedExchange& exchange, const RecordedChoice& choice,
                   const OutcomeRules& rules);
  void estimate(const RecordedExchange& exchange, Plan plan, const OutcomeRules& rules);

  /// Labels of one kind of requests.
  struct Labels {
    double unseen = 0;
    double weight = 0;
    double weight_squared = 0;
    double bad = 0;
    std::int64_t count = 0;
    void add(bool is_bad, double times);
  };

  const exchange::RoutingTable& table_;
  money::RateBook& rates_;
  RecordedChooser chooser_;
  WhatIfResult told_;
  double drafted_ = 0;
  std::vector<double> ms_;
  std::map<std::string, std::vector<double>> direct_ms_;  // by kind
  std::map<std::string, double> direct_without_ms_;
  std::map<std::string, Labels> labels_;
  std::map<std::string, WhatIfStratum> strata_;
};

}  // namespace rlm::lab
