#pragma once
// The ways in which models are asked.

#include <cstdint>

namespace rlm {

enum class Dialect : std::uint8_t {
  Messages,   // Anthropic's own, and who speaks like it: what the cascade works on
  Chat,       // OpenAI Chat Completions
  Responses,  // OpenAI Responses
  Vertex,     // Messages in Google's rawPredict
  Bedrock,    // Messages in AWS's InvokeModel, streams as binary frames
};

}  // namespace rlm
