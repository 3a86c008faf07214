#pragma once
// A Chat Completions request, read and checked as strictly as its provider does.

#include "sim/sim_request.hpp"

namespace rlm::sim {

/// What the providers refuse differently.
struct ChatRules {
  bool unknown_fields = true;          // refused, down to the parts of a message
  bool max_tokens = false;             // `max_tokens` is refused: `max_completion_tokens` instead
  bool max_completion_tokens = false;  // the other way round
  bool developer = true;               // the role exists
  bool media = true;                   // images, files
  bool sampling = false;               // temperature and top_p are refused while reasoning
  bool reasoning_returns = false;  // while thinking, with tools: earlier turns' reasoning_content
  std::size_t stops_max = 4;
  std::size_t tools_max = 128;
  std::size_t id_bytes_max = 40;  // of a tool call
};
ChatRules chat_rules(const SimConfig& config);

/// OpenAI's words in refusals (worded_by gives the provider's). `index` is scratch.
tl::expected<SimRequest, Refusal> read_chat(std::string_view body, wire::JsonIndex& index,
                                            const SimConfig& config);

}  // namespace rlm::sim
