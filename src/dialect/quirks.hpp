#pragma once
// What upstreams that speak an OpenAI dialect take and refuse, by name: docs/upstreams.md.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rlm::dialect {

/// How an upstream is told how much to reason.
enum class ReasoningControl : std::uint8_t {
  None,        // not at all: the model does as it was started
  Effort,      // reasoning_effort
  DeepSeek,    // thinking:{type}, and reasoning_effort
  OpenRouter,  // reasoning:{effort}
};

/// Which temperature and top_p arrive.
enum class Sampling : std::uint8_t {
  Taken,
  TakenWithoutReasoning,  // only when the request switches reasoning off
};

/// The defaults are those of `openai-compatible`: what nearly every server takes.
struct OpenAiQuirks {
  std::string_view name;
  std::string_view max_tokens_field = "max_tokens";
  ReasoningControl reasoning = ReasoningControl::None;
  /// The upstream's words for low, medium, high, xhigh and max: a word that it does not know is
  /// replaced by the nearest lower.
  std::array<std::string_view, 5> efforts = {"low", "medium", "high", "high", "high"};
  /// False: a client's own reasoning_effort that is none of these words would be refused, and is
  /// replaced as well.
  bool other_efforts = true;
  /// True when a request that says nothing gets reasoning, which has then to be switched off.
  bool reasons_unasked = false;
  /// True when a history with tool calls must hold the reasoning before them. It is kept nowhere,
  /// so that requests with tools are sent with reasoning off.
  bool wants_reasoning_back = false;
  Sampling sampling = Sampling::Taken;
  bool top_k = false;
  /// False: only response_format json_object, and the schema is told in words.
  bool json_schema = true;
  std::size_t stop_sequences_max = 4;
  /// Longest tool id; longer ones, and those with other than [a-zA-Z0-9_-], become a hash of 38
  /// bytes.
  std::size_t tool_id_bytes_max = 40;
  /// False: a system message is taken at the very front only; a later one becomes the user's.
  bool later_system = false;
  /// False: the role `developer` is unknown, and is called `system`.
  bool developer_role = false;
  bool images = true;
  bool image_urls = true;  // beside images in the request itself
  bool pdfs = false;
  bool stream_usage = true;  // stream_options.include_usage
  bool parallel_tool_calls = true;
};

/// The upstream of that name (docs/upstreams.md lists them); null for a name not known.
const OpenAiQuirks* quirks_named(std::string_view name);
/// All of these names.
std::vector<std::string> quirk_names();

}  // namespace rlm::dialect
