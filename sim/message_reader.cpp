#include "sim/message_reader.hpp"

#include <algorithm>

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

bool is_taken(std::string_view type, const MessagesRules& rules, std::string_view model) {
  if (type == "image" && rules.images_if_flash)
    return model.find("flash") != std::string_view::npos;
  return rules.blocks.empty() ||
         std::find(rules.blocks.begin(), rules.blocks.end(), type) != rules.blocks.end();
}

// The type of an image's source that is no base64, in the block or within a tool's result.
std::string foreign_source(wire::JsonValue block) {
  std::string type;
  if (block.member("type").equals("image")) type = block.member("source").member("type").string();
  if (type == "base64") type.clear();
  if (!block.member("type").equals("tool_result")) return type;
  block.member("content").each_element([&](wire::JsonValue part) {
    type = foreign_source(part);
    return type.empty();
  });
  return type;
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

void MessageReader::hold(bool applies, Wrong wrong) {
  if (applies && wrong) refuse(std::move(*wrong));
}

std::optional<Refusal> MessageReader::read(wire::JsonValue messages) {
  messages.each_element([&](wire::JsonValue message) {
    read_message(message);
    ++at_;
    return !refusal_;
  });
  if (refusal_) return refusal_;
  if (at_ == 0) refuse("messages: at least one message is required");
  hold(options_.strict.turn_rules, turns_.end());
  hold(true, thinking_.end());
  return refusal_;
}

void MessageReader::read_message(wire::JsonValue message) {
  if (!message.is(Type::Object))
    return refuse("messages." + std::to_string(at_) + ": Input should be an object");
  const std::string role = message.member("role").string();
  if (role.empty()) return refuse("messages." + std::to_string(at_) + ".role: Field required");
  const auto content = message.member("content");
  text_.clear();
  has_result_ = false;
  hold(options_.strict.turn_rules, turns_.begin_message(role, at_));
  thinking_.begin_message(role, request_.binding);
  Place place{.message = at_};
  if (content.is(Type::String)) {
    const std::string text = content.string();
    if (text.empty() && options_.strict.turn_rules && role == "user")
      return refuse("messages." + std::to_string(at_) +
                    ": user messages must have non-empty content");
    hold(options_.strict.turn_rules, turns_.on_text(role, text, place));
    hold(true, thinking_.on_block(role, "text", {}, place));
    prompt_.add(role + ":text", text, Mark::None, !text.empty());
    text_ = bare_text(text);
  } else if (content.is(Type::Array)) {
    content.each_element([&](wire::JsonValue block) {
      read_block(role, block, place);
      ++place.block;
      return !refusal_;
    });
  } else {
    return refuse("messages." + std::to_string(at_) + ".content: " +
                  (content.exists() ? "Input should be a valid list" : "Field required"));
  }
  thinking_.end_message(role);
  end_message(role);
}

void MessageReader::end_message(const std::string& role) {
  if (role == "assistant") conversation_.assistant_ends();
  if (role == "user") conversation_.user_ends(text_, has_result_);
}

void MessageReader::read_block(const std::string& role, wire::JsonValue block, Place place) {
  const std::string type = block.member("type").string();
  if (type.empty()) return refuse(place.path() + ".type: Field required");
  const Mark mark = mark_of(block);
  const bool is_anthropic = options_.cache == CacheKind::Explicit;
  if (!is_taken(type, options_.rules, request_.model)) {
    if (options_.rules.drops_blocks) return;
    return refuse(place.path() + ".type: unsupported content block type `" + type + "`");
  }
  if (!options_.rules.image_urls) {
    const std::string source = foreign_source(block);
    if (!source.empty())
      return refuse("invalid image source type: " + source + ". Only base64 images are supported.");
  }
  hold(true, thinking_.on_block(role, type, block, place));
  if (type == "text") {
    const std::string text = block.member("text").string();
    if (mark != Mark::None && text.empty() && is_anthropic)
      return refuse(place.path() + ".text: cache_control cannot be set for empty text blocks");
    hold(options_.strict.turn_rules, turns_.on_text(role, text, place));
    prompt_.add(role + ":text", text, mark, !text.empty());
    const std::string bare = bare_text(text);
    if (!bare.empty()) text_ += (text_.empty() ? "" : "\n") + bare;
    return;
  }
  hold(options_.strict.turn_rules, turns_.on_block(role, type, block, place));
  if (type == "tool_result") {
    has_result_ = true;
    request_.now.last_tool_result = result_text(block.member("content"));
  }
  const bool thinking = type == "thinking" || type == "redacted_thinking";
  if (thinking && mark != Mark::None && is_anthropic)
    return refuse(place.path() + "." + type + ".cache_control: Extra inputs are not permitted");
  prompt_.add_json(role + ":" + type, block, mark, !thinking);
}

}  // namespace rlm::sim
