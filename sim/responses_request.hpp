#pragma once
// A Responses request, read and checked as strictly as OpenAI does (openai-mapping.md §6).

#include "sim/sim_request.hpp"

namespace rlm::sim {

/// `index` is scratch. No response is kept: a request that refers to an earlier one is refused.
tl::expected<SimRequest, Refusal> read_responses(std::string_view body, wire::JsonIndex& index,
                                                 const SimConfig& config);

}  // namespace rlm::sim
