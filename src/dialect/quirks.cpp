#include "dialect/quirks.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace rlm::dialect {
namespace {

constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

// Sources and dates are in docs/upstreams.md.
constexpr OpenAiQuirks kNamed[] = {
    {.name = "openai",
     .max_tokens_field = "max_completion_tokens",
     .reasoning = ReasoningControl::Effort,
     .efforts = {"low", "medium", "high", "xhigh", "xhigh"},
     .sampling = Sampling::TakenWithoutReasoning,
     .later_system = true,
     .developer_role = true,
     .pdfs = true},
    {.name = "deepseek",
     .reasoning = ReasoningControl::DeepSeek,
     .efforts = {"low", "high", "high", "high", "max"},
     .reasons_unasked = true,
     .wants_reasoning_back = true,
     .json_schema = false,
     .stop_sequences_max = 16,
     .later_system = true,
     .parallel_tool_calls = false},
    {.name = "foundry-openai",
     .max_tokens_field = "max_completion_tokens",
     .reasoning = ReasoningControl::Effort,
     .efforts = {"low", "medium", "high", "xhigh", "xhigh"},
     .sampling = Sampling::TakenWithoutReasoning,
     .later_system = true,
     .developer_role = true},
    {.name = "openrouter",
     .reasoning = ReasoningControl::OpenRouter,
     .efforts = {"low", "medium", "high", "xhigh", "xhigh"},
     .top_k = true,
     .later_system = true,
     .developer_role = true,
     .pdfs = true},
    {.name = "ollama",
     .reasoning = ReasoningControl::Effort,
     .other_efforts = false,
     .stop_sequences_max = kAnyNumber,
     .image_urls = false,
     .parallel_tool_calls = false},
    {.name = "vllm", .top_k = true, .stop_sequences_max = kAnyNumber},
    {.name = "llama.cpp", .top_k = true, .stop_sequences_max = kAnyNumber},
    {.name = "openai-compatible"},
};

}  // namespace

const OpenAiQuirks* quirks_named(std::string_view name) {
  const auto* found = std::find_if(std::begin(kNamed), std::end(kNamed),
                                   [&](const OpenAiQuirks& one) { return one.name == name; });
  return found == std::end(kNamed) ? nullptr : found;
}

std::vector<std::string> quirk_names() {
  std::vector<std::string> names;
  for (const OpenAiQuirks& one : kNamed) names.emplace_back(one.name);
  return names;
}

}  // namespace rlm::dialect
