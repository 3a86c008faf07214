#pragma once
// Cascading over recorded pairs as tables for people, and as JSON.

#include <string>
#include <vector>

#include "lab/pair_study.hpp"

namespace rlm::lab {

struct PairRun {
  PairStudyOptions options;
  std::vector<PairSetStudy> sets;
};

std::string pair_report_text(const PairRun& run);
std::string pair_report_json(const PairRun& run);
/// One page with a chart of quality over cost, or over calls where nothing is priced, for each set.
std::string pair_report_html(const PairRun& run);

}  // namespace rlm::lab
