#pragma once
// The walk over Responses' `input`: prompt, conversation, and the rules of items and calls.

#include <set>
#include <string>

#include "sim/conversation.hpp"
#include "sim/json_checks.hpp"
#include "sim/prompt_writer.hpp"
#include "sim/responses_request.hpp"

namespace rlm::sim {

class ResponsesItems {
 public:
  ResponsesItems(SimRequest& request, PromptWriter& prompt, const ReadOptions& options,
                 const ResponsesRules& rules)
      : request_(request),
        prompt_(prompt),
        options_(options),
        rules_(rules),
        conversation_(request, options) {}

  Checked read(wire::JsonValue input);

 private:
  Checked read_item(wire::JsonValue item);
  Checked read_message(wire::JsonValue item);
  Checked read_part(wire::JsonValue part, const std::string& role, const std::string& path);
  Checked read_call(wire::JsonValue item, const std::string& type);
  Checked read_output(wire::JsonValue item, const std::string& type);
  Checked read_reasoning(wire::JsonValue item);
  Checked check_id(wire::JsonValue item, std::string_view prefix) const;
  Checked end();
  void end_assistant();
  std::string path() const { return "input[" + std::to_string(at_) + "]"; }

  SimRequest& request_;
  PromptWriter& prompt_;
  const ReadOptions& options_;
  const ResponsesRules& rules_;
  Conversation conversation_;
  std::size_t at_ = 0;
  std::string text_;              // of the message being read
  std::set<std::string> open_;    // calls without an output yet
  std::string lonely_reasoning_;  // an item that nothing followed yet
  bool in_assistant_ = false;     // the items before were the model's
};

}  // namespace rlm::sim
