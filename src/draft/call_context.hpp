#pragma once
// Does a drafted call fit what the session knows and what stands beside it?

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/answer.hpp"
#include "draft/session_facts.hpp"
#include "draft/tool_risk.hpp"

namespace rlm::draft {

/// One tool call of a draft with its input read.
struct DraftedCall {
  explicit DraftedCall(const ContentBlock& from) : block(&from) {}
  /// False when the input is no JSON.
  bool read_input();

  const ContentBlock* block;
  std::unique_ptr<wire::JsonIndex> index = std::make_unique<wire::JsonIndex>();
  wire::JsonValue input;
  Risk risk = Risk::Execute;
};

/// "duplicate_call", or "conflict": two calls touch the same file and one writes it, or a command
/// that changes something stands beside another change.
std::optional<std::string> why_in_conflict(const std::vector<DraftedCall>& calls,
                                           const SessionFacts& session);

/// "unseen_path", "unread_file", "stale_edit", "ambiguous_edit", "empty_edit".
std::optional<std::string> why_not_in_place(const DraftedCall& call, const SessionFacts& session);

/// The same call stands among the last `rules.repeats_within`, and no call since changed anything.
bool is_repeated(const DraftedCall& call, const SessionFacts& session, const ToolRules& rules);

/// An input with its members in order and its texts written one way: equal inputs, equal texts.
std::string canonical(wire::JsonValue value);

}  // namespace rlm::draft
