#include "wire/cache_read_body.hpp"

namespace rlm::wire {

std::optional<SplicedBody> cache_read_body(const Buffer& body, const RequestFacts& facts,
                                           JsonIndex& index, const JsonLimits& limits) {
  if (facts.thinking == Thinking::Enabled || facts.wants_structured_output ||
      facts.is_bound_to_provider)
    return std::nullopt;
  const auto root = index.parse(body.view(), limits);
  if (!root) return std::nullopt;
  const JsonValue choice = root->member("tool_choice").member("type");
  if (choice.equals("any") || choice.equals("tool")) return std::nullopt;
  const JsonValue max_tokens = root->member("max_tokens");
  if (!max_tokens.exists()) return std::nullopt;
  SplicedBody spliced(body.view());
  spliced.replace(max_tokens.span(), "0");
  if (facts.stream) spliced.replace(facts.stream_value, "false");
  return spliced;
}

}  // namespace rlm::wire
