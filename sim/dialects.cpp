// Which dialects a provider speaks.

#include "sim/bedrock_dialect.hpp"
#include "sim/local_dialect.hpp"
#include "sim/messages_dialect.hpp"
#include "sim/openai_dialect.hpp"
#include "sim/vertex_dialect.hpp"

namespace rlm::sim {

Dialects dialects_of(const SimConfig& config) {
  Dialects dialects;
  switch (config.provider) {
    case Provider::Anthropic:
      dialects.push_back(std::make_unique<MessagesDialect>(config));
      break;
    case Provider::Vertex:
      dialects.push_back(std::make_unique<VertexDialect>(config));
      break;
    case Provider::Bedrock:
      dialects.push_back(std::make_unique<BedrockDialect>(config));
      break;
    case Provider::Mantle:
      dialects.push_back(std::make_unique<MantleDialect>(config));
      break;
    case Provider::AwsAnthropic:
      dialects.push_back(std::make_unique<PlatformDialect>(config));
      break;
    case Provider::OpenAi:
    case Provider::OpenRouter:
      dialects.push_back(std::make_unique<ChatDialect>(config));
      dialects.push_back(std::make_unique<ResponsesDialect>(config));
      break;
    case Provider::DeepSeek:
    case Provider::Foundry:
      dialects.push_back(std::make_unique<ChatDialect>(config));
      dialects.push_back(std::make_unique<ResponsesDialect>(config));
      dialects.push_back(std::make_unique<MessagesDialect>(config));
      break;
    case Provider::Vllm:
    case Provider::LlamaCpp:
    case Provider::Ollama:
      dialects.push_back(std::make_unique<ChatDialect>(config));
      if (config.provider != Provider::Ollama)
        dialects.push_back(std::make_unique<ResponsesDialect>(config));
      dialects.push_back(std::make_unique<LocalMessagesDialect>(config));
  }
  return dialects;
}

}  // namespace rlm::sim
