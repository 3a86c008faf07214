#include "sim/message_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

bool is_tool_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

// What DeepSeek's Anthropic endpoint refuses (upstreams.md §5).
bool is_refused_elsewhere(std::string_view type) {
  static constexpr std::array<std::string_view, 8> kRefused{"document",
                                                            "search_result",
                                                            "redacted_thinking",
                                                            "container_upload",
                                                            "code_execution_tool_result",
                                                            "mcp_tool_use",
                                                            "mcp_tool_result",
                                                            "bash_code_execution_tool_result"};
  return std::find(kRefused.begin(), kRefused.end(), type) != kRefused.end();
}

std::string result_text(wire::JsonValue content) {
  if (content.is(Type::String)) return content.string();
  std::string text;
  content.each_element([&](wire::JsonValue part) {
    if (part.member("type").equals("text")) text += part.member("text").string();
    return true;
  });
  return text;
}

}  // namespace

void MessageReader::refuse(std::string message) {
  if (!refusal_) refusal_ = Refusal{.message = std::move(message)};
}

std::optional<Refusal> MessageReader::read(wire::JsonValue messages) {
  messages.each_element([&](wire::JsonValue message) {
    read_message(message);
    ++at_;
    return !refusal_;
  });
  if (refusal_) return refusal_;
  if (at_ == 0) refuse("messages: at least one message is required");
  end_user_turns();
  if (options_.strict.turn_rules && speaker_ == "assistant")
    refuse(
        "This model does not support assistant message prefill. The conversation must end with a "
        "user message.");
  return refusal_;
}

void MessageReader::read_message(wire::JsonValue message) {
  if (!message.is(Type::Object))
    return refuse("messages." + std::to_string(at_) + ": Input should be an object");
  const std::string role = message.member("role").string();
  if (role.empty()) return refuse("messages." + std::to_string(at_) + ".role: Field required");
  const auto content = message.member("content");
  begin_role(role);
  if (content.is(Type::String)) {
    const std::string text = content.string();
    if (text.empty() && options_.strict.turn_rules && role == "user")
      return refuse("messages." + std::to_string(at_) +
                    ": user messages must have non-empty content");
    prompt_.add(role + ":text", text, Mark::None, !text.empty());
    text_ = bare_text(text);
  } else if (content.is(Type::Array)) {
    Place place{.message = at_};
    content.each_element([&](wire::JsonValue block) {
      read_block(role, block, place);
      ++place.block;
      return !refusal_;
    });
  } else {
    return refuse("messages." + std::to_string(at_) + ".content: " +
                  (content.exists() ? "Input should be a valid list" : "Field required"));
  }
  end_message(role);
}

void MessageReader::begin_role(const std::string& role) {
  text_.clear();
  has_result_ = false;
  if (role == "system") return;
  if (role == "assistant" && speaker_ != "assistant") {
    end_user_turns();
    turn_chain_ = prompt_.chain();
    open_ids_.clear();
    answered_.clear();
  }
  speaker_ = role;
}

void MessageReader::end_user_turns() {
  if (!options_.strict.turn_rules || speaker_ != "user") return;
  for (const std::string& id : open_ids_) {
    if (answered_.count(id) > 0) continue;
    refuse("messages." + std::to_string(at_ == 0 ? 0 : at_ - 1) +
           ": `tool_use` ids were found without `tool_result` blocks immediately after: " + id +
           ". Each `tool_use` block must have a corresponding `tool_result` block in the next "
           "message.");
  }
}

void MessageReader::end_message(const std::string& role) {
  if (role == "assistant") {
    ++request_.assistant_turns;
  } else if (role == "user") {
    request_.ends_with_tool_result = has_result_;
    if (has_result_ || text_.empty()) return;
    request_.question = std::move(request_.last_user_text);
    request_.last_user_text = text_;
    request_.assistant_turns = 0;
    request_.last_tool_result.clear();
  }
}

void MessageReader::read_block(const std::string& role, wire::JsonValue block, Place place) {
  const std::string type = block.member("type").string();
  if (type.empty()) return refuse(place.path() + ".type: Field required");
  const Mark mark = mark_of(block);
  if (options_.cache == CacheKind::Automatic && is_refused_elsewhere(type))
    return refuse(place.path() + ".type: unsupported content block type `" + type + "`");
  if (type == "text") {
    const std::string text = block.member("text").string();
    if (mark != Mark::None && text.empty() && options_.cache == CacheKind::Explicit)
      return refuse(place.path() + ".text: cache_control cannot be set for empty text blocks");
    prompt_.add(role + ":text", text, mark, !text.empty());
    const std::string bare = bare_text(text);
    if (!bare.empty()) text_ += (text_.empty() ? "" : "\n") + bare;
    return;
  }
  if (type == "tool_use") read_tool_use(block, place);
  if (type == "tool_result") read_tool_result(block, place);
  const bool thinking = type == "thinking" || type == "redacted_thinking";
  if (thinking && mark != Mark::None && options_.cache == CacheKind::Explicit)
    return refuse(place.path() + "." + type + ".cache_control: Extra inputs are not permitted");
  if (type == "thinking") read_thinking(block, place);
  prompt_.add_json(role + ":" + type, block, mark, !thinking);
}

void MessageReader::read_tool_use(wire::JsonValue block, Place place) {
  const std::string id = block.member("id").string();
  if (options_.strict.turn_rules && !is_tool_id(id))
    return refuse(place.path() + ".tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
  if (options_.strict.turn_rules && !seen_ids_.insert(id).second)
    return refuse("messages." + std::to_string(place.message) + ": `tool_use` ids must be unique");
  open_ids_.insert(id);
}

void MessageReader::read_tool_result(wire::JsonValue block, Place place) {
  const std::string id = block.member("tool_use_id").string();
  has_result_ = true;
  request_.last_tool_result = result_text(block.member("content"));
  answered_.insert(id);
  if (options_.strict.turn_rules && open_ids_.count(id) == 0)
    refuse(place.path() + ": unexpected `tool_use_id` found in `tool_result` blocks: " + id +
           ". Each `tool_result` block must have a corresponding `tool_use` block in the previous "
           "message.");
}

void MessageReader::read_thinking(wire::JsonValue block, Place place) {
  if (!options_.strict.signatures) return;
  const std::string wanted =
      signature_of(options_.signature_seed, turn_chain_, block.member("thinking").string());
  if (block.member("signature").string() == wanted) return;
  refuse(
      place.path() +
      ": Invalid `signature` in `thinking` block. The block is bound to a different conversation. "
      "Remove the block, or set thinking.block_binding.prefix_mismatch_behavior to \"drop_block\"");
}

}  // namespace rlm::sim
