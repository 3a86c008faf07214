#include "draft/same_calls.hpp"

#include <algorithm>
#include <optional>

#include "draft/call_context.hpp"

namespace rlm::draft {
namespace {

// The calls of an answer in an order of their own; nothing when one of them cannot be read.
std::optional<std::vector<std::string>> written(const Answer& answer) {
  std::vector<std::string> calls;
  for (const ContentBlock& block : answer.content) {
    if (block.kind != ContentBlock::Kind::ToolUse) continue;
    DraftedCall call(block);
    if (!call.read_input()) return std::nullopt;
    calls.push_back(block.name + '\n' + canonical(call.input));
  }
  std::sort(calls.begin(), calls.end());
  return calls;
}

}  // namespace

bool calls_tools(const Answer& answer) {
  return std::any_of(answer.content.begin(), answer.content.end(), [](const ContentBlock& block) {
    return block.kind == ContentBlock::Kind::ToolUse;
  });
}

bool same_calls(const Answer& a, const Answer& b) {
  const auto first = written(a);
  const auto second = written(b);
  return first && second && *first == *second;
}

}  // namespace rlm::draft
