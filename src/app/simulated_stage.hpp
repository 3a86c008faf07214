#pragma once
// Two simulated models and a proxy between them and the evaluation, all in this process and over
// real sockets.

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "lab/eval_client.hpp"
#include "lab/simulated_paper.hpp"

namespace rlm::app {

/// What the two models know, and how fast they answer. The verify model accepts right drafts and no
/// wrong ones.
struct SimulatedStageConfig {
  std::string draft_rules;  // JSON Lines, sim/answers.hpp
  std::string verify_rules;
  double draft_accuracy = 1;
  double verify_accuracy = 1;
  double accept_wrong =
      0;  // probability that the verify model accepts a wrong draft; a right one it always accepts
  double edit = 0;  // probability that a draft that is not accepted is repaired by EDIT
  lab::SimulatedPaces paces;
  lab::PaperPrices prices;
  double time_scale = 1;
};

/// Serves until destroyed. What was asked through the targets can be compared with what the models
/// billed.
class SimulatedStage {
 public:
  /// BadRequest or Unreachable (Source::Self) when a part does not start.
  static Result<std::unique_ptr<SimulatedStage>> start(const SimulatedStageConfig& config);
  ~SimulatedStage();
  SimulatedStage(const SimulatedStage&) = delete;
  SimulatedStage& operator=(const SimulatedStage&) = delete;

  /// The verify model itself, and the proxy with preset `paper` before both models.
  lab::Target direct() const;
  lab::Target cascade() const;
  std::shared_ptr<const money::PriceTable> prices() const;
  /// Tokens that the verify model has written so far.
  Tokens verify_output() const;
  /// Dollars that both models together have billed so far.
  double billed() const;

 private:
  struct Impl;
  explicit SimulatedStage(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::app
