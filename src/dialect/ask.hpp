#pragma once
// What a client of an OpenAI dialect asked: the same as a Messages request, and what its answer
// must know of it.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "dialect/claude_rules.hpp"

namespace rlm::dialect {

/// A tool whose calls look different to the client and to the model.
struct AskedTool {
  std::string name;         // the model's
  std::string client_name;  // the client's, within its namespace
  std::string name_space;   // empty: none
  bool is_custom = false;   // its input is a text; the model's is {"input":text}
};

/// Owns all it needs; move-only.
struct Ask {
  Buffer messages_body;
  std::string model;  // as the client named it; the answer names it so
  bool stream = false;
  bool include_usage = false;      // Chat: the last chunk tells the usage
  bool include_reasoning = false;  // Responses: reasoning comes with encrypted_content
  bool must_call_tool = false;     // one of its tools, whichever way the model is told
  std::vector<AskedTool> tools;    // those alone that are special
  std::string echo;                // Responses: members of the response, `,"key":value`…

  /// The tool that the model calls `name`; null when it is an ordinary one.
  const AskedTool* special_tool(std::string_view called) const {
    for (const AskedTool& tool : tools)
      if (tool.name == called) return &tool;
    return nullptr;
  }
};

/// What OpenAI's dialects leave open and Anthropic's demands, or what only the operator knows.
struct AskDefaults {
  /// Of a client that names no limit. Anthropic's API wants one.
  std::int64_t max_tokens = 32'000;
  /// Type of Anthropic's web search tool that upstreams of its dialect run ("web_search_20250305");
  /// empty: a client's web search is left out.
  std::string web_search;
  /// Asks for automatic prompt caching (top-level cache_control).
  bool prompt_cache = true;
  /// What the model takes that really answers, by the name that the client asks for; empty: what
  /// that name tells.
  std::function<ClaudeRules(std::string_view asked)> rules_of;
};

}  // namespace rlm::dialect
