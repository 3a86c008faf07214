#include "sim/turn_rules.hpp"

#include <algorithm>
#include <cctype>

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

bool is_tool_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

std::string at(std::size_t message) {
  return "messages." + std::to_string(message);
}

}  // namespace

Wrong TurnRules::unknown_role(std::string_view role, std::size_t message) const {
  const bool system = options_.rules.system_entries;
  if (role == "user" || role == "assistant" || (role == "system" && system)) return std::nullopt;
  return at(message) + ".role: Input should be 'user'" +
         (system ? ", 'assistant' or 'system'" : " or 'assistant'");
}

// A system entry follows a user turn, and is the last one or followed by the assistant's.
Wrong TurnRules::misplaced_system(std::size_t message) const {
  if (last_ == "user" || last_ == "system" || options_.rules.loose_turns) return std::nullopt;
  return at(message) + ".role: a `system` message must follow a `user` message";
}

Wrong TurnRules::begin_message(std::string_view role, std::size_t message) {
  if (auto wrong = unknown_role(role, message)) return wrong;
  if (role == "system") {
    if (auto wrong = misplaced_system(message)) return wrong;
  } else if (role == "user" && last_ == "system" && !options_.rules.loose_turns) {
    return at(message - 1) + ".role: a `system` message must be the last or be followed by an " +
           "`assistant` message";
  }
  last_ = role;
  messages_ = message + 1;
  if (role == "system") return std::nullopt;
  const bool is_new_turn = role != speaker_;
  speaker_ = role;
  if (!is_new_turn) return std::nullopt;
  other_in_turn_ = false;
  if (role != "assistant") return std::nullopt;
  auto wrong = unanswered(message);
  open_ids_.clear();
  answered_.clear();
  return wrong;
}

Wrong TurnRules::unanswered(std::size_t message) const {
  for (const std::string& id : open_ids_) {
    if (answered_.count(id) > 0) continue;
    return at(message == 0 ? 0 : message - 1) +
           ": `tool_use` ids were found without `tool_result` blocks immediately after: " + id +
           ". Each `tool_use` block must have a corresponding `tool_result` block in the next "
           "message.";
  }
  return std::nullopt;
}

Wrong TurnRules::on_text(std::string_view role, std::string_view text, const Place& place) {
  if (role != "system") other_in_turn_ = true;
  if (!text.empty() || options_.rules.loose_turns) return std::nullopt;
  return at(place.message) + ": text content blocks must be non-empty";
}

Wrong TurnRules::on_block(std::string_view role, std::string_view type, wire::JsonValue block,
                          const Place& place) {
  if (type == "tool_use") return on_tool_use(role, block, place);
  if (type == "tool_result") return on_tool_result(role, block, place);
  other_in_turn_ = true;
  if ((type == "thinking" || type == "redacted_thinking") && role != "assistant")
    return at(place.message) + ": `" + std::string(type) +
           "` blocks can only be in `assistant` messages";
  return std::nullopt;
}

Wrong TurnRules::on_tool_use(std::string_view role, wire::JsonValue block, const Place& place) {
  if (role != "assistant")
    return at(place.message) + ": `tool_use` blocks can only be in `assistant` messages";
  const std::string id = block.member("id").string();
  if (!is_tool_id(id))
    return place.path() + ".tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'";
  if (!block.member("input").is(Type::Object))
    return place.path() + ".tool_use.input: Input should be an object";
  if (!seen_ids_.insert(id).second) return at(place.message) + ": `tool_use` ids must be unique";
  open_ids_.insert(id);
  return std::nullopt;
}

Wrong TurnRules::on_tool_result(std::string_view role, wire::JsonValue block, const Place& place) {
  if (role != "user")
    return at(place.message) + ": `tool_result` blocks can only be in `user` messages";
  const std::string id = block.member("tool_use_id").string();
  if (open_ids_.count(id) == 0)
    return place.path() + ": unexpected `tool_use_id` found in `tool_result` blocks: " + id +
           ". Each `tool_result` block must have a corresponding `tool_use` block in the previous "
           "message.";
  if (!answered_.insert(id).second)
    return place.path() + ": each tool_use must have a single result. Found multiple " +
           "`tool_result` blocks with id: " + id;
  if (other_in_turn_) {
    answered_.erase(id);  // results stand first in their turn
    return unanswered(place.message);
  }
  return std::nullopt;
}

Wrong TurnRules::end() const {
  if (speaker_ == "assistant" && !options_.rules.loose_turns)
    return "This model does not support assistant message prefill. The conversation must end with "
           "a user message.";
  return unanswered(messages_);
}

}  // namespace rlm::sim
