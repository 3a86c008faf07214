#pragma once
// A draft and a verify model for simulation, set so that a run has the paper's prices, verdicts and
// medians. These are inputs: a simulated run proves the arithmetic and the machinery, not the
// paper's measurements.

#include <string>
#include <vector>

#include "lab/paper.hpp"
#include "lab/service_workload.hpp"

namespace rlm::lab {

inline constexpr const char* kPaperDraftModel = "paper-draft";
inline constexpr const char* kPaperVerifyModel = "paper-verify";

/// The price file (money/price_table.hpp) of the two models. Caches cost like plain input: the
/// paper states no other price, and the workloads mark nothing for caching.
std::string paper_price_file(const PaperPrices& prices);

/// Speed of one simulated model.
struct SimulatedPace {
  double first_token_ms = 0;  // median; lognormal
  double first_token_p95_ms = 0;
  double tokens_per_second = 0;
};
struct SimulatedPaces {
  SimulatedPace draft;
  SimulatedPace verify;
};
/// Paces with which the workload's medians come out as `direct_p50_ms` and `cascade_p50_ms`.
SimulatedPaces paces_for(const std::vector<ServiceRequest>& requests,
                         double direct_p50_ms = paper::kDirectP50Ms,
                         double cascade_p50_ms = paper::kCascadeP50Ms);

/// Answer rules (JSON Lines: equals, right, wrong) of the two models. The draft gives `wrong` where
/// the request is to be rewritten and `right` where it is to be accepted; where nobody will look at
/// it, its accuracy decides. The verify model knows the right answers, and errs where a request's
/// `verify_errs` is set, so that a direct call fails.
std::string draft_rules(const std::vector<ServiceRequest>& requests);
std::string verify_rules(const std::vector<ServiceRequest>& requests);

}  // namespace rlm::lab
