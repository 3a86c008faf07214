#pragma once
// What a Chat Completions answer says it cost.

#include "sim/dialect.hpp"

namespace rlm::sim {

/// Tokens of the answer's thinking: part of its output.
Tokens reasoning_tokens_of(const Composed& answer);

/// The usage object once `output` tokens are out. `prompt_tokens` includes the cached ones;
/// Ollama tells the totals alone, DeepSeek tells hits and misses apart, OpenRouter adds the cost in
/// dollars.
std::string chat_usage(const Telling& telling, Tokens output, const SimConfig& config);

}  // namespace rlm::sim
