#pragma once
// The providers' rules for the order of roles and tool blocks (anthropic-messages.md §5,
// upstreams.md §5).

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sim/sim_request.hpp"

namespace rlm::sim {

/// Where a block stands, as the providers' messages name it.
struct Place {
  std::size_t message = 0;
  std::size_t block = 0;
  std::string path() const {
    return "messages." + std::to_string(message) + ".content." + std::to_string(block);
  }
};

/// What the provider says to a broken rule; nothing when all is well.
using Wrong = std::optional<std::string>;

/// Fed with all messages and blocks in order. Entries of the same role behind each other are one
/// turn, as the providers merge them.
class TurnRules {
 public:
  explicit TurnRules(const ReadOptions& options) : options_(options) {}

  Wrong begin_message(std::string_view role, std::size_t message);
  Wrong on_text(std::string_view role, std::string_view text, const Place& place);
  /// Of any other type.
  Wrong on_block(std::string_view role, std::string_view type, wire::JsonValue block,
                 const Place& place);
  Wrong end() const;

 private:
  Wrong unknown_role(std::string_view role, std::size_t message) const;
  Wrong misplaced_system(std::size_t message) const;
  Wrong unanswered(std::size_t message) const;
  Wrong on_tool_use(std::string_view role, wire::JsonValue block, const Place& place);
  Wrong on_tool_result(std::string_view role, wire::JsonValue block, const Place& place);

  const ReadOptions& options_;
  std::size_t messages_ = 0;
  std::string last_;                // role of the entry before
  std::string speaker_;             // ... of the last one that is not system
  std::set<std::string> seen_ids_;  // all tool_use ids
  std::set<std::string> open_ids_;  // of the last assistant turn
  std::set<std::string> answered_;  // of these, with a result
  bool other_in_turn_ = false;      // the user turn has a block that is no tool_result
};

}  // namespace rlm::sim
