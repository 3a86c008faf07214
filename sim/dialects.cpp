// Which dialects a provider speaks.

#include "sim/chat_dialect.hpp"
#include "sim/messages_dialect.hpp"

namespace rlm::sim {

Dialects dialects_of(const SimConfig& config) {
  Dialects dialects;
  if (config.provider != Provider::Anthropic)
    dialects.push_back(std::make_unique<ChatDialect>(config));
  if (config.provider != Provider::OpenAi && config.provider != Provider::OpenRouter)
    dialects.push_back(std::make_unique<MessagesDialect>(config));
  return dialects;
}

}  // namespace rlm::sim
