#pragma once
// Content blocks of a user's message or of a tool's result, as parts for another dialect.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/messages_prompt.hpp"

namespace rlm::dialect {

/// Appends to `parts`, keeping texts of its own until clear().
class PromptBlocks {
 public:
  explicit PromptBlocks(const PromptRules& rules) : rules_(rules) {}

  /// What the block is; empty, or a name for what the upstream cannot take.
  std::string add(wire::JsonValue block, std::vector<PromptPart>& parts);
  /// A text that stands nowhere in the request; it lives until clear().
  std::string& made(std::string_view begin) { return made_.emplace_back(begin); }
  void clear() { made_.clear(); }

 private:
  std::string add_image(wire::JsonValue source, std::vector<PromptPart>& parts);
  std::string add_document(wire::JsonValue block, std::vector<PromptPart>& parts);
  std::string add_written(wire::JsonValue block, std::vector<PromptPart>& parts);
  std::string_view search_result(wire::JsonValue block);

  const PromptRules& rules_;
  std::deque<std::string> made_;
};

/// Nothing for an empty text.
void add_text(std::vector<PromptPart>& parts, wire::JsonValue text, bool continues = false);

}  // namespace rlm::dialect
