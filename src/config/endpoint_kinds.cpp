#include "config/endpoint_kinds.hpp"

namespace rlm::config {

const std::vector<EndpointKind>& endpoint_kinds() {
  using Auth = upstream::EndpointConfig::Auth;
  static const std::vector<EndpointKind> kKinds{
      {"anthropic", "https://api.anthropic.com", Dialect::Messages, true},
      {"deepseek", "https://api.deepseek.com/anthropic"},
      {"foundry", "", Dialect::Messages, true, Auth::ApiKey, "", Cloud::Azure},
      {"anthropic-compatible", ""},
      {"vertex", "", Dialect::Vertex, true, Auth::Bearer, "", Cloud::Google},
      {"bedrock", "", Dialect::Bedrock, true, Auth::Bearer, "", Cloud::Aws, "bedrock"},
      {"bedrock-mantle", "", Dialect::Messages, true, Auth::Bearer, "", Cloud::Aws,
       "bedrock-mantle"},
      {"aws-anthropic", "", Dialect::Messages, true, Auth::ApiKey, "", Cloud::Aws,
       "aws-external-anthropic"},
      {"openai", "https://api.openai.com/v1", Dialect::Chat, false, Auth::Bearer, "openai"},
      {"openai-responses", "https://api.openai.com/v1", Dialect::Responses, false, Auth::Bearer,
       "openai"},
      {"deepseek-openai", "https://api.deepseek.com", Dialect::Chat, false, Auth::Bearer,
       "deepseek"},
      {"foundry-openai", "", Dialect::Chat, false, Auth::AzureApiKey, "foundry-openai",
       Cloud::Azure},
      {"foundry-responses", "", Dialect::Responses, false, Auth::AzureApiKey, "foundry-openai",
       Cloud::Azure},
      {"openrouter", "https://openrouter.ai/api/v1", Dialect::Chat, false, Auth::Bearer,
       "openrouter"},
      {"ollama", "http://127.0.0.1:11434/v1", Dialect::Chat, false, Auth::None, "ollama"},
      {"vllm", "http://127.0.0.1:8000/v1", Dialect::Chat, false, Auth::None, "vllm"},
      {"llama.cpp", "http://127.0.0.1:8080/v1", Dialect::Chat, false, Auth::None, "llama.cpp"},
      {"openai-compatible", "", Dialect::Chat, false, Auth::Bearer, "openai-compatible"},
  };
  return kKinds;
}

std::vector<std::string> endpoint_kind_names() {
  std::vector<std::string> names;
  for (const auto& kind : endpoint_kinds()) names.emplace_back(kind.name);
  return names;
}

}  // namespace rlm::config
