#pragma once
// Messages at a local server, for the tests here.

#include "sim/chat_client.hpp"

namespace rlm::sim {

inline constexpr Provider kLocalProviders[] = {Provider::Ollama, Provider::Vllm,
                                               Provider::LlamaCpp};

/// {"model":"sim-verify","max_tokens":400,"messages":[…]…}; `more` begins with a comma.
std::string messages_body(std::string_view messages, std::string_view more = "");
/// One user message with these blocks.
std::string user_blocks(std::string_view blocks, std::string_view more = "");
/// POST /v1/messages, or another path, without a credential or a version.
Got post(const SimulatedModel& model, std::string body, std::string target = "/v1/messages");

}  // namespace rlm::sim
