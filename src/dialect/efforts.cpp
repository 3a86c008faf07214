#include "dialect/efforts.hpp"

#include <algorithm>

namespace rlm::dialect {

std::string_view effort_of(std::string_view openai_effort) {
  if (openai_effort == "none") return "";
  if (openai_effort == "minimal") return "low";
  const auto* const same = std::find(kEfforts.begin(), kEfforts.end(), openai_effort);
  return same == kEfforts.end() ? std::string_view() : *same;
}

std::string_view effort_word(std::string_view effort, const OpenAiQuirks& quirks) {
  const auto* const known = std::find(kEfforts.begin(), kEfforts.end(), effort);
  return known == kEfforts.end() ? std::string_view() : quirks.efforts[known - kEfforts.begin()];
}

}  // namespace rlm::dialect
