#include "sim/sim_config.hpp"

#include <cmath>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "sim/crypto.hpp"

namespace rlm::sim {
namespace {

class Mistakes {
 public:
  void probability(std::string_view name, double value) {
    if (!(value >= 0 && value <= 1)) add(name, value, "need 0 to 1");
  }
  void distribution(std::string_view name, const Distribution& value) {
    if (!(value.median >= 0) || !std::isfinite(value.median))
      add(name, value.median, "need 0 or more");
    if (!(value.p95 >= 0) || !std::isfinite(value.p95)) add(name, value.p95, "need 0 or more");
  }
  void add(std::string_view name, double value, std::string_view need) {
    add(std::string(name) + ": " + std::to_string(value) + ", " + std::string(need));
  }
  void add(const std::string& mistake) { text_ += (text_.empty() ? "" : "\n") + mistake; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

Result<Provider> provider_named(std::string_view name) {
  static constexpr std::pair<std::string_view, Provider> kNames[] = {
      {"anthropic", Provider::Anthropic},
      {"openai", Provider::OpenAi},
      {"deepseek", Provider::DeepSeek},
      {"openrouter", Provider::OpenRouter},
      {"foundry", Provider::Foundry},
      {"vertex", Provider::Vertex},
      {"bedrock", Provider::Bedrock},
      {"mantle", Provider::Mantle},
      {"aws-anthropic", Provider::AwsAnthropic},
      {"ollama", Provider::Ollama},
      {"vllm", Provider::Vllm},
      {"llama.cpp", Provider::LlamaCpp}};
  std::string known;
  for (const auto& [text, provider] : kNames) {
    if (text == name) return provider;
    known += (known.empty() ? "" : ", ") + std::string(text);
  }
  return fail(ErrorKind::BadRequest, Source::Self,
              "provider \"" + std::string(name) + "\": need one of " + known);
}

Result<SimConfig> validated(SimConfig config) {
  if (config.provider == Provider::DeepSeek || is_local(config.provider))
    config.strict.version_header = false;  // it is ignored there
  if (config.provider == Provider::DeepSeek && config.thinking_tokens.median == 0)
    config.thinking_tokens = {40, 0};
  Mistakes mistakes;
  mistakes.probability("accuracy", config.accuracy);
  mistakes.probability("verdict.accept_right", config.verdict.accept_right);
  mistakes.probability("verdict.accept_wrong", config.verdict.accept_wrong);
  mistakes.probability("verdict.accept_unknown", config.verdict.accept_unknown);
  mistakes.probability("verdict.edit", config.verdict.edit);
  for (const FaultChance& chance : config.faults) mistakes.probability("fault", chance.probability);
  mistakes.distribution("first_token_ms", config.first_token_ms);
  mistakes.distribution("tokens_per_second", config.tokens_per_second);
  mistakes.distribution("output_tokens", config.output_tokens);
  mistakes.distribution("thinking_tokens", config.thinking_tokens);
  if (config.tokens_per_event < 1)
    mistakes.add("tokens_per_event", config.tokens_per_event, "need 1 or more");
  if (config.verdict.marker.empty()) mistakes.add("verdict.marker: empty");
  if (config.certificate_file.empty() != config.key_file.empty())
    mistakes.add("certificate_file and key_file: need both or none");

  if (!config.vertex.public_key.empty() && !is_public_key(config.vertex.public_key))
    mistakes.add("vertex.public_key: need a public key or a certificate in PEM");
  if (config.aws.access_key_id.empty() != config.aws.secret_access_key.empty())
    mistakes.add("aws.access_key_id and aws.secret_access_key: need both or none");
  if (config.prices == nullptr) config.prices = &money::PriceTable::built_in();
  if (config.models.empty()) mistakes.add("models: none, need at least one");
  for (const std::string& model : config.models) {
    if (config.prices->find(model, system_clock().unix_ms()) == nullptr)
      mistakes.add("models: no price is known for \"" + model + "\"");
  }
  if (!mistakes.text().empty()) return fail(ErrorKind::BadRequest, Source::Self, mistakes.text());
  return config;
}

}  // namespace rlm::sim
