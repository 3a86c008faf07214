#pragma once
// Which fields a Claude model refuses, by its name.
// Source: Anthropic's model pages and API reference (platform.claude.com, 2026-08 to 2026-11).

#include <string_view>

namespace rlm::dialect {

struct ClaudeRules {
  bool takes_sampling = false;     // temperature and top_p other than 1
  bool takes_forced_tool = false;  // tool_choice any or tool
  bool takes_effort = true;        // output_config.effort
  bool takes_adaptive = true;      // thinking of type adaptive
  bool may_not_think = false;      // thinking of type disabled
  bool runs_web_search = true;     // Anthropic's, where it is configured
};

inline constexpr ClaudeRules kTakesEverything{true, true, true, true, true};

/// The rules of `model`, in any of the clouds' spellings. A name that is not known to be an older
/// model's gets those of the newest, which every model accepts.
ClaudeRules claude_rules(std::string_view model);

}  // namespace rlm::dialect
