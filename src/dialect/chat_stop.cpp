#include "dialect/chat_stop.hpp"

namespace rlm::dialect {

StopReason chat_stop(std::string_view finish_reason, bool has_calls, bool refused) {
  if (finish_reason == "length") return {"max_tokens", {}};
  if (finish_reason == "content_filter") return {"refusal", {}};
  if (finish_reason == "stop" || finish_reason == "tool_calls" ||
      finish_reason == "function_call") {
    if (has_calls) return {"tool_use", {}};
    return {refused ? "refusal" : "end_turn", {}};
  }
  if (finish_reason == "insufficient_system_resource") return {{}, "overloaded_error"};  // DeepSeek
  return {{}, "api_error"};
}

}  // namespace rlm::dialect
