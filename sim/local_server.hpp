#pragma once
// What servers of one's own (Ollama, vLLM, llama.cpp) do alike in every dialect: keys, models and
// errors (upstreams.md §8-§10).

#include <string>

#include "domain/usage.hpp"
#include "net/http_head.hpp"
#include "sim/sim_request.hpp"

namespace rlm::sim {

/// Whose call it is: anyone's, where SimConfig::keys is empty; else a bearer, or for llama.cpp
/// `x-api-key`.
tl::expected<std::string, Refusal> local_caller(const Headers& headers, const SimConfig& config);
/// Puts into a request that was read what the server decides: llama.cpp answers with what is loaded
/// whatever model it is asked for, and ids of calls begin as each likes.
void settle(SimRequest& request, const SimConfig& config);

/// The usual error with this status.
Refusal local_failure(Provider provider, int status);
/// The same refusal with the server's own type.
Refusal as_local(Provider provider, Refusal refusal);
/// OpenAI's dialects' error body; llama.cpp's for all, and vLLM's of wrong keys.
std::string local_error_json(Provider provider, const Refusal& refusal);

/// The member that llama.cpp adds to its answers, with a comma before it.
std::string timings_of(const Usage& usage, Tokens output);

}  // namespace rlm::sim
