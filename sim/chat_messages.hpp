#pragma once
// The walk over Chat Completions' `messages`: prompt, conversation, and the rules of roles and
// calls.

#include <set>
#include <string>

#include "sim/chat_request.hpp"
#include "sim/chat_rules.hpp"
#include "sim/conversation.hpp"
#include "sim/json_checks.hpp"
#include "sim/prompt_writer.hpp"

namespace rlm::sim {

class ChatMessages {
 public:
  ChatMessages(SimRequest& request, PromptWriter& prompt, const ReadOptions& options,
               const ChatRules& rules)
      : request_(request),
        prompt_(prompt),
        options_(options),
        rules_(rules),
        conversation_(request, options) {}

  Checked read(wire::JsonValue messages);

 private:
  Checked read_message(wire::JsonValue message);
  Checked check_role(const std::string& role) const;
  Checked read_content(wire::JsonValue content, const std::string& role, bool may_be_null);
  Checked read_part(wire::JsonValue part, const std::string& role, const std::string& path);
  Checked read_assistant(wire::JsonValue message);
  Checked read_call(wire::JsonValue call, const std::string& path);
  Checked read_result(wire::JsonValue message);
  Checked unanswered() const;
  Checked missing_reasoning() const;
  std::string path() const { return "messages[" + std::to_string(at_) + "]"; }

  SimRequest& request_;
  PromptWriter& prompt_;
  const ReadOptions& options_;
  const ChatRules& rules_;
  Conversation conversation_;
  std::size_t at_ = 0;
  std::string text_;            // of the message being read
  std::set<std::string> open_;  // calls that no tool message has answered yet
  std::size_t calls_at_ = 0;    // the message that made them
  bool in_results_ = false;     // tool messages may follow
  bool calls_ = false;          // some assistant message called tools
  bool unreasoned_ = false;     // some assistant message has no reasoning_content
};

}  // namespace rlm::sim
