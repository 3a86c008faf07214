#pragma once
// A Chat Completions request, read and checked as strictly as its provider does.

#include "sim/sim_request.hpp"

namespace rlm::sim {

/// OpenAI's words in refusals (worded_by gives the provider's). `index` is scratch.
tl::expected<SimRequest, Refusal> read_chat(std::string_view body, wire::JsonIndex& index,
                                            const SimConfig& config);

}  // namespace rlm::sim
