#include "sim/chat_rules.hpp"

#include <algorithm>
#include <limits>

namespace rlm::sim {
namespace {

constexpr std::string_view kEfforts[] = {"none", "minimal", "low", "medium",
                                         "high", "xhigh",   "max"};
constexpr std::string_view kOllamaEfforts[] = {"none", "low", "medium", "high", "max"};

// Templates of models, which vLLM and llama.cpp run as they are, raise an error at a role that they
// do not know and at a system message that is not the first; Ollama's take what comes.
ChatRules local_rules(Provider provider) {
  constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
  const bool is_ollama = provider == Provider::Ollama;
  ChatRules rules;
  rules.unknown_fields = false;
  rules.developer = rules.later_system = is_ollama;
  rules.image_urls = !is_ollama;
  rules.files = false;
  rules.formal = false;
  rules.tool_choice = provider == Provider::Vllm;
  rules.completion_limit = !is_ollama;
  rules.efforts = kEfforts;
  if (is_ollama) rules.efforts = kOllamaEfforts;
  rules.stops_max = rules.tools_max = rules.id_bytes_max = kAny;
  return rules;
}

}  // namespace

ChatRules chat_rules(const SimConfig& config) {
  ChatRules rules;
  if (is_local(config.provider)) return local_rules(config.provider);
  rules.efforts = kEfforts;
  rules.media = config.provider != Provider::DeepSeek ||
                std::any_of(config.models.begin(), config.models.end(), [](const auto& model) {
                  return model.find("flash") != std::string::npos;
                });
  switch (config.provider) {
    case Provider::DeepSeek:
      rules.unknown_fields = false;
      rules.max_completion_tokens = config.strict.unknown_fields;
      rules.developer = false;
      rules.reasoning_returns = true;
      rules.stops_max = 16;
      rules.id_bytes_max = 4096;
      break;
    case Provider::OpenRouter:
      rules.unknown_fields = false;
      rules.id_bytes_max = 4096;
      break;
    case Provider::Foundry:
      rules.unknown_fields = config.strict.unknown_fields;
      break;
    default:
      rules.unknown_fields = config.strict.unknown_fields;
      rules.max_tokens = rules.sampling = config.strict.unknown_fields;
  }
  return rules;
}

}  // namespace rlm::sim
