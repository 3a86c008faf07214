#include "sim/thinking_rules.hpp"

namespace rlm::sim {
namespace {

using Thoughts = MessagesRules::Thoughts;

bool is_thinking(std::string_view type) {
  return type == "thinking" || type == "redacted_thinking";
}

}  // namespace

void ThinkingRules::begin_message(std::string_view role, std::uint64_t binding) {
  if (role == "system") return;
  if (role != speaker_) {
    turn_has_result_ = false;
    if (role == "assistant") {
      turn_binding_ = binding;
      turn_has_thinking_ = false;
      ++turns_;
    }
  }
  speaker_ = role;
}

Wrong ThinkingRules::on_block(std::string_view role, std::string_view type, wire::JsonValue block,
                              const Place& place) {
  if (type == "tool_result") turn_has_result_ = true;
  if (role != "assistant") return std::nullopt;
  if (loop_first_type_.empty()) {
    loop_first_type_ = type;
    loop_begin_ = place;
  }
  if (type == "tool_use") ++calls_;
  if (!is_thinking(type)) return std::nullopt;
  if (!turn_has_thinking_) ++thinking_turns_;
  turn_has_thinking_ = true;
  const bool checks = options_.strict.signatures && options_.rules.thoughts == Thoughts::Signed;
  return checks ? wrong_signature(block, place) : std::nullopt;
}

Wrong ThinkingRules::wrong_signature(wire::JsonValue block, const Place& place) const {
  if (block.member("type").equals("redacted_thinking"))  // none is ever made here
    return place.path() + ": Invalid `data` in `redacted_thinking` block";
  const std::string wanted =
      signature_of(options_.signature_seed, turn_binding_, block.member("thinking").string());
  if (block.member("signature").string() == wanted) return std::nullopt;
  return place.path() +
         ": Invalid `signature` in `thinking` block. The block is bound to a different "
         "conversation. Remove the block, or set thinking.block_binding.prefix_mismatch_behavior "
         "to \"drop_block\"";
}

void ThinkingRules::end_message(std::string_view role) {
  if (role == "user" && !turn_has_result_) loop_first_type_.clear();
}

Wrong ThinkingRules::end() const {
  if (!options_.strict.thinking || options_.rules.thoughts == Thoughts::Free) return std::nullopt;
  return options_.rules.thoughts == Thoughts::Signed ? unbegun_loop() : uneven_reasoning();
}

Wrong ThinkingRules::unbegun_loop() const {
  if (request_.thinking != "enabled" || loop_first_type_.empty() || is_thinking(loop_first_type_))
    return std::nullopt;
  return loop_begin_.path() + ".type: Expected `thinking` or `redacted_thinking`, but found `" +
         loop_first_type_ +
         "`. When `thinking` is enabled, a final `assistant` message must start with a thinking "
         "block (preceeding the lastmost set of `tool_use` and `tool_result` blocks).";
}

Wrong ThinkingRules::uneven_reasoning() const {
  const bool thinks = request_.thinking != "disabled";  // on unless switched off
  const bool mixed = thinking_turns_ > 0 && thinking_turns_ < turns_;
  const bool missing = thinks && calls_ > 0 && thinking_turns_ < turns_;
  if (!mixed && !missing) return std::nullopt;
  return "The `content[].thinking` in the thinking mode must be passed back to the API.";
}

}  // namespace rlm::sim
