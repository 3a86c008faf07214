#include "sim/conversation.hpp"

#include "sim/random.hpp"

namespace rlm::sim {

void Conversation::assistant_ends() {
  ++request_.now.assistant_turns;
  request_.now.ends_with_tool_result = false;
}

void Conversation::user_ends(const std::string& text, bool has_result) {
  // What a client says beside a tool's result comes to a model other than Anthropic's as a user
  // text of its own; the turn goes on all the same.
  Standing& now = request_.now;
  if (now.ends_with_tool_result && request_.cache != CacheKind::Explicit &&
      text.find(options_.verdict_marker) == std::string::npos)
    return;
  if (has_result || text.empty()) {
    now.ends_with_tool_result = has_result;
    return;
  }
  request_.before = now;
  const bool goes_on = now.assistant_turns == 0 && !now.turn_text.empty();
  now = Standing();
  now.turn_text = goes_on ? request_.before.turn_text + "\n" + text : text;
  request_.question = std::move(request_.last_user_text);
  request_.last_user_text = text;
}

void seal(SimRequest& request, std::string_view body) {
  request.content =
      mix(hash_of(request.last_user_text), static_cast<std::uint64_t>(request.now.assistant_turns));
  request.body = hash_of(body);
}

}  // namespace rlm::sim
