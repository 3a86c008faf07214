#include "dialect/openai_usage.hpp"

#include <algorithm>

#include "wire/usage_json.hpp"

namespace rlm::dialect {
namespace {

using wire::JsonValue;

Tokens count_of(JsonValue value) {
  return std::clamp<Tokens>(value.integer(0), 0, wire::kTokensMax);
}

}  // namespace

bool read_openai_usage(JsonValue value, Usage& usage) {
  if (!value.is(JsonValue::Type::Object)) return false;
  Tokens prompt = 0, output = 0, total = 0, read = 0, hit = 0, written = 0;
  value.each_member([&](std::string_view key, JsonValue count) {
    if (key == "prompt_tokens" || key == "input_tokens")
      prompt = count_of(count);
    else if (key == "completion_tokens" || key == "output_tokens")
      output = count_of(count);
    else if (key == "total_tokens")
      total = count_of(count);
    else if (key == "prompt_cache_hit_tokens")  // DeepSeek
      hit = count_of(count);
    else if (key == "prompt_tokens_details" || key == "input_tokens_details")
      count.each_member([&](std::string_view detail, JsonValue part) {
        if (detail == "cached_tokens") read = count_of(part);
        if (detail == "cache_write_tokens") written = count_of(part);
        return true;
      });
    return true;
  });
  usage.cache_read = std::min(std::max(read, hit), prompt);
  usage.cache_write_5m = std::min(written, prompt - usage.cache_read);
  usage.cache_write_1h = 0;
  usage.input = prompt - usage.cache_read - usage.cache_write_5m;
  usage.output = std::min(std::max(output, total - prompt), wire::kTokensMax);
  usage.reported = true;
  return true;
}

}  // namespace rlm::dialect
