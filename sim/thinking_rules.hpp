#pragma once
// The providers' rules for thinking that comes back (anthropic-messages.md §24, upstreams.md §5).

#include <string>

#include "sim/turn_rules.hpp"

namespace rlm::sim {

/// Fed with all messages and blocks in order, as TurnRules.
///
/// Anthropic: a block comes back with the signature and behind the prefix that it was made for
/// (Strictness::signatures), and where thinking is `enabled` the tool loop that is going on begins
/// with one (Strictness::thinking). DeepSeek: thinking comes back with every assistant turn or with
/// none, and with every one where thinking is not switched off and tools were called. Local
/// servers: however it comes.
class ThinkingRules {
 public:
  ThinkingRules(const SimRequest& request, const ReadOptions& options)
      : request_(request), options_(options) {}

  /// `binding`: of everything before this message.
  void begin_message(std::string_view role, std::uint64_t binding);
  /// `block` is absent for a message that is a plain string.
  Wrong on_block(std::string_view role, std::string_view type, wire::JsonValue block,
                 const Place& place);
  void end_message(std::string_view role);
  Wrong end() const;

 private:
  Wrong wrong_signature(wire::JsonValue block, const Place& place) const;
  Wrong unbegun_loop() const;
  Wrong uneven_reasoning() const;

  const SimRequest& request_;
  const ReadOptions& options_;
  std::string speaker_;  // role of the last entry that is not system
  std::uint64_t turn_binding_ = 0;
  bool turn_has_result_ = false;    // the user turn being read
  bool turn_has_thinking_ = false;  // the assistant turn being read
  // The tool loop: everything since the last user turn without a result.
  Place loop_begin_;
  std::string loop_first_type_;  // of its first assistant block; empty: none yet
  std::size_t turns_ = 0;        // assistant turns; with thinking; tool calls in all of them
  std::size_t thinking_turns_ = 0;
  std::size_t calls_ = 0;
};

}  // namespace rlm::sim
