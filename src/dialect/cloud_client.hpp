#pragma once
// Clients that speak to Claude as on Vertex AI or Bedrock: Claude Code in those modes.

#include <memory>

#include "dialect/bedrock_request.hpp"
#include "dialect/client_dialect.hpp"
#include "dialect/vertex_request.hpp"

namespace rlm::dialect {

/// One rawPredict request. Answers and errors are Anthropic's own.
std::unique_ptr<ClientDialect> vertex_client(VertexPath path);
/// One InvokeModel request. A stream is put into binary frames; an error has Bedrock's `message`
/// beside Anthropic's envelope, since clients read the one or the other.
std::unique_ptr<ClientDialect> bedrock_client(BedrockPath path);

}  // namespace rlm::dialect
