#include "sim/conversation.hpp"

#include "sim/random.hpp"

namespace rlm::sim {

void Conversation::assistant_ends() {
  ++request_.assistant_turns;
  request_.ends_with_tool_result = false;
}

void Conversation::user_ends(const std::string& text, bool has_result) {
  // What a client says beside a tool's result comes to a model other than Anthropic's as a user
  // text of its own; the turn goes on all the same.
  if (request_.ends_with_tool_result && request_.cache != CacheKind::Explicit &&
      text.find(options_.verdict_marker) == std::string::npos)
    return;
  request_.ends_with_tool_result = has_result;
  if (has_result || text.empty()) return;
  const bool goes_on = request_.assistant_turns == 0 && !request_.turn_text.empty();
  request_.turn_text = goes_on ? request_.turn_text + "\n" + text : text;
  request_.question = std::move(request_.last_user_text);
  request_.last_user_text = text;
  request_.assistant_turns = 0;
  request_.last_tool_result.clear();
}

void seal(SimRequest& request, std::string_view body) {
  request.content =
      mix(hash_of(request.last_user_text), static_cast<std::uint64_t>(request.assistant_turns));
  request.body = hash_of(body);
}

}  // namespace rlm::sim
