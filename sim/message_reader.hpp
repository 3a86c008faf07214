#pragma once
// The walk over `messages`: blocks into the prompt, the conversation's shape into the request, and
// the provider's turn rules.

#include <optional>
#include <set>
#include <string>

#include "sim/prompt_writer.hpp"

namespace rlm::sim {

class MessageReader {
 public:
  MessageReader(SimRequest& request, PromptWriter& prompt, const ReadOptions& options)
      : request_(request), prompt_(prompt), options_(options) {}

  std::optional<Refusal> read(wire::JsonValue messages);

 private:
  struct Place {
    std::size_t message = 0;
    std::size_t block = 0;
    std::string path() const {
      return "messages." + std::to_string(message) + ".content." + std::to_string(block);
    }
  };

  void read_message(wire::JsonValue message);
  void read_block(const std::string& role, wire::JsonValue block, Place place);
  void read_tool_use(wire::JsonValue block, Place place);
  void read_tool_result(wire::JsonValue block, Place place);
  void read_thinking(wire::JsonValue block, Place place);
  void begin_role(const std::string& role);
  void end_user_turns();
  void end_message(const std::string& role);
  void refuse(std::string message);

  SimRequest& request_;
  PromptWriter& prompt_;
  const ReadOptions& options_;
  std::optional<Refusal> refusal_;
  std::size_t at_ = 0;              // the message being read
  std::string speaker_;             // role of the last message that is not system
  std::uint64_t turn_chain_ = 0;    // before the assistant turn being read
  std::set<std::string> seen_ids_;  // all tool_use ids
  std::set<std::string> open_ids_;  // of the last assistant turn
  std::set<std::string> answered_;  // of these, with a result
  std::string text_;                // of the message being read
  bool has_result_ = false;
};

}  // namespace rlm::sim
