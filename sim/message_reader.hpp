#pragma once
// The walk over `messages`: blocks into the prompt, the conversation's shape into the request, and
// the provider's turn rules.

#include <optional>
#include <string>

#include "sim/conversation.hpp"
#include "sim/prompt_writer.hpp"
#include "sim/thinking_rules.hpp"

namespace rlm::sim {

class MessageReader {
 public:
  MessageReader(SimRequest& request, PromptWriter& prompt, const ReadOptions& options)
      : request_(request),
        prompt_(prompt),
        options_(options),
        conversation_(request, options),
        turns_(options),
        thinking_(request, options) {}

  std::optional<Refusal> read(wire::JsonValue messages);

 private:
  void read_message(wire::JsonValue message);
  void read_block(const std::string& role, wire::JsonValue block, Place place);
  void end_message(const std::string& role);
  void refuse(std::string message);
  /// Refuses what is wrong, where the rule `applies`.
  void hold(bool applies, Wrong wrong);

  SimRequest& request_;
  PromptWriter& prompt_;
  const ReadOptions& options_;
  Conversation conversation_;
  TurnRules turns_;
  ThinkingRules thinking_;
  std::optional<Refusal> refusal_;
  std::size_t at_ = 0;  // the message being read
  std::string text_;    // of the message being read
  bool has_result_ = false;
};

}  // namespace rlm::sim
