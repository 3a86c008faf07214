#pragma once
// The preset `paper`, kept exactly so that its results can be reproduced (cascade.md §2, arXiv
// 2606.22840).

#include <cstddef>
#include <string>
#include <vector>

#include "domain/plan.hpp"
#include "domain/request.hpp"
#include "route/features.hpp"
#include "route/keyword_matcher.hpp"

namespace rlm::route {

/// Words and phrases that mark a request to a coding agent as complex.
const std::vector<std::string>& default_complexity_keywords();

struct PaperRules {
  /// From this many characters of new user text on, a request is complex; 0: every request is.
  /// Paper: 1,500.
  std::size_t complex_characters_min = 1500;
  /// Assigned from a list of words; keeps them prepared for matching.
  KeywordMatcher keywords{default_complexity_keywords()};
};

/// tools non-empty → Direct "tools"; any keyword → DraftVerify "keyword:<word>";
/// ≥ complex_characters_min → DraftVerify "long"; else DraftOnly "simple".
Decision decide_by_paper(const RequestFacts& facts, const Features& features,
                         const PaperRules& rules);

}  // namespace rlm::route
