#pragma once
// A made-up service day with the paper's verdict mix: short side requests that its rule skips, and
// longer questions that it has verified. The paper's own requests were not available to us.

#include <cstdint>
#include <vector>

#include "lab/paper.hpp"
#include "lab/paper_arithmetic.hpp"
#include "lab/suite.hpp"

namespace rlm::lab {

/// What a request of the workload is made to become under the paper's rule with a truthful verify
/// model.
enum class Destiny { Skipped, Accepted, Enhanced };

struct ServiceRequest {
  Task task;  // kind: "side" or "question"; not graded
  Destiny destiny = Destiny::Skipped;
  bool verify_errs = false;  // a simulated verify model answers `wrong` when it is asked directly
};

struct ServiceMix {
  int skipped = paper::kSkipped;
  int accepted = paper::kAccepted;
  int enhanced = paper::kEnhanced;
  /// Mean tokens of an answer; lengths vary from half to one and a half of it.
  double answer_tokens = 250;
  /// Mean tokens of system prompt and user text together; 0: as many as make the mix save `saving`
  /// at `prices`.
  double prompt_tokens = 0;
  double saving = paper::kSaving;
  PaperPrices prices;
  /// Tokens of the verdict instruction without the draft.
  double instruction_tokens = 400;
  std::uint64_t seed = 2606'22840;
};

/// Tokens of a text as the simulated models count: UTF-8 bytes / 3.5.
double tokens_of(std::size_t bytes);

/// The requests in a random but repeatable order. The texts of `right` are what the verify model
/// answers; the draft of an Enhanced request is its `wrong`.
std::vector<ServiceRequest> service_workload(const ServiceMix& mix);

/// The prompt length that service_workload() uses for `mix`. Where none gives the wanted saving,
/// the nearest of 200 and 20,000 tokens.
double prompt_tokens_of(const ServiceMix& mix);

/// What the requests cost, direct and through the cascade, by their texts' lengths and without
/// caches.
MixCost cost_of_requests(const std::vector<ServiceRequest>& requests, const ServiceMix& mix);

}  // namespace rlm::lab
