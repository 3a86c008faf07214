#pragma once
// What each provider of Chat Completions refuses.

#include <span>
#include <string_view>

#include "sim/sim_config.hpp"

namespace rlm::sim {

/// What the providers refuse differently.
struct ChatRules {
  bool unknown_fields = true;          // refused, down to the parts of a message
  bool max_tokens = false;             // `max_tokens` is refused: `max_completion_tokens` instead
  bool max_completion_tokens = false;  // the other way round
  bool developer = true;               // the role exists
  bool later_system = true;            // not only as the first message
  bool media = true;                   // images
  bool image_urls = true;              // ... beside those in the request itself
  bool files = true;                   // beside images
  bool sampling = false;               // temperature and top_p are refused while reasoning
  bool reasoning_returns = false;  // while thinking, with tools: earlier turns' reasoning_content
  /// OpenAI's formalities: strict schemas are closed, the word "json" stands somewhere, one choice,
  /// and options of tools and streams come with them alone.
  bool formal = true;
  bool tool_choice = true;       // false: of no effect
  bool completion_limit = true;  // false: max_completion_tokens is of no effect
  std::span<const std::string_view> efforts;
  std::size_t stops_max = 4;
  std::size_t tools_max = 128;
  std::size_t id_bytes_max = 40;  // of a tool call
};
ChatRules chat_rules(const SimConfig& config);

}  // namespace rlm::sim
