#pragma once
// `eval paper`: which of the paper's figures follow from its own prices, said in tables and
// sentences. No calls.

#include <string>

#include "lab/paper.hpp"
#include "lab/paper_arithmetic.hpp"

namespace rlm::lab {

/// What the analysis is made with; the defaults are the paper's prices and a split of its verdicts.
struct PaperQuestion {
  PaperPrices prices;
  int skipped = paper::kSkipped;
  int accepted = paper::kAccepted;
  int enhanced = paper::kEnhanced;
  /// Tokens of an answer; the prompt is varied. Together with `instruction` this decides what a
  /// verdict call costs.
  double answer = 250;
  /// Tokens of the verdict instruction; ours has about 400, the paper's is not known.
  double instruction = 400;
  double verdict_answer = 5;
  double saving = paper::kSaving;

  VerdictShares shares() const;
};

/// The whole analysis as text for a terminal.
std::string paper_report(const PaperQuestion& question);

/// The same figures as one JSON object.
std::string paper_report_json(const PaperQuestion& question);

}  // namespace rlm::lab
