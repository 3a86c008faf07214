#pragma once
// A Responses request, read and checked as strictly as its provider does (openai-mapping.md §6).

#include "sim/sim_request.hpp"

namespace rlm::sim {

/// What servers that copied the API refuse differently.
struct ResponsesRules {
  /// OpenAI's formalities: no unknown fields, no sampling while reasoning, an answer of 16 tokens,
  /// closed strict schemas, its own ids, reasoning as it was given out.
  bool formal = true;
  bool files = true;
  bool other_tools = true;  // than functions; false: of no effect
};
ResponsesRules responses_rules(Provider provider);

/// `index` is scratch. No response is kept: a request that refers to an earlier one is refused.
tl::expected<SimRequest, Refusal> read_responses(std::string_view body, wire::JsonIndex& index,
                                                 const SimConfig& config);

}  // namespace rlm::sim
