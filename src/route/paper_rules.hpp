#pragma once
// The preset `paper`, kept exactly so that its results can be reproduced (cascade.md §2, arXiv 2606.22840).

#include <string>
#include <vector>

#include "domain/plan.hpp"
#include "domain/request.hpp"
#include "route/features.hpp"

namespace rlm::route {

/// Defaults of PaperRules::keywords: words that mark a request as complex. Lower case, matched as whole words, case ignored.
const std::vector<std::string>& default_complexity_keywords();

struct PaperRules {
  /// From this many characters of new user text on, a request is complex. Paper: 1,500.
  std::size_t complex_characters_min = 1500;
  std::vector<std::string> keywords = default_complexity_keywords();
};

/// tools non-empty → Direct "tools"; any keyword → DraftVerify "keyword:<word>"; ≥ complex_characters_min → DraftVerify "long";
/// else DraftOnly "simple".
Decision decide_by_paper(const RequestFacts& facts, const Features& features, const PaperRules& rules);

}  // namespace rlm::route
