#include "sim/chat_usage.hpp"

#include <algorithm>
#include <cstdio>

namespace rlm::sim {
namespace {

std::string field(std::string_view name, Tokens value) {
  return "\"" + std::string(name) + "\":" + std::to_string(value);
}

std::string cost_fields(const Telling& telling, Tokens output, const SimConfig& config) {
  const money::Price* price = config.prices->find(telling.request.model, telling.began);
  if (price == nullptr) return {};
  Usage usage = telling.usage;
  usage.output = output;
  const NanoUsd cost = money::cost_of(usage, *price, telling.began, config.price_per_mille);
  char text[32];
  std::snprintf(text, sizeof text, "%.9f", cost.dollars());
  return ",\"cost\":" + std::string(text) +
         ",\"is_byok\":false,\"cost_details\":{\"upstream_inference_cost\":null}";
}

}  // namespace

Tokens reasoning_tokens_of(const Composed& answer) {
  Tokens tokens = 0;
  for (const ReplyBlock& block : answer.blocks)
    if (block.kind == ReplyBlock::Kind::Thinking) tokens += tokens_of(block.text.size());
  return std::min(tokens, answer.output_tokens);
}

std::string chat_usage(const Telling& telling, Tokens output, const SimConfig& config) {
  const Usage& usage = telling.usage;
  const Tokens prompt = usage.prompt();
  const std::string totals = "{" + field("prompt_tokens", prompt) + "," +
                             field("completion_tokens", output) + "," +
                             field("total_tokens", prompt + output);
  const std::string cached =
      ",\"prompt_tokens_details\":{" + field("cached_tokens", usage.cache_read);
  if (config.provider == Provider::Ollama) return totals + "}";
  if (is_local(config.provider)) return totals + cached + "}}";
  std::string out =
      totals + cached + R"(,"audio_tokens":0},"completion_tokens_details":{)" +
      field("reasoning_tokens", std::min(output, reasoning_tokens_of(telling.answer))) + "}";
  if (config.provider == Provider::DeepSeek)
    out += "," + field("prompt_cache_hit_tokens", usage.cache_read) + "," +
           field("prompt_cache_miss_tokens", prompt - usage.cache_read);
  if (config.provider == Provider::OpenRouter) out += cost_fields(telling, output, config);
  return out + "}";
}

}  // namespace rlm::sim
