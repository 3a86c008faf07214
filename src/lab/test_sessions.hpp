#pragma once
// Small made-up sessions for tests.

#include <string>

#include "lab/session_calls.hpp"

namespace rlm::lab {

/// A call that took a second from `start_s` on and read `read` of its `prompt` from the cache.
inline SessionCall call_at(double start_s, Tokens prompt, Tokens read, Tokens output,
                           LastMessage last = LastMessage::ToolResult, bool tool_error = false) {
  SessionCall call;
  call.start_s = start_s;
  call.end_s = start_s + 1;
  call.cache_read = read;
  call.cache_write_5m = prompt - read;
  call.output = output;
  call.last = last;
  call.tool_error = tool_error;
  return call;
}

inline SessionThread thread_of(std::vector<SessionCall> calls) {
  SessionThread thread;
  thread.calls = std::move(calls);
  find_shared_prefixes(thread);
  return thread;
}

/// A turn of `calls` calls from `start_s` on, each ten seconds behind the other; the prompt begins
/// with `prompt` tokens, of which `read` were cached, and grows by 1,000 a call.
inline void add_turn(std::vector<SessionCall>& to, double start_s, int calls, Tokens prompt,
                     Tokens read) {
  for (int i = 0; i < calls; ++i)
    to.push_back(call_at(start_s + i * 10, prompt + i * 1'000,
                         i == 0 ? read : prompt + (i - 1) * 1'000, 100,
                         i == 0 ? LastMessage::UserText : LastMessage::ToolResult));
}

/// A line as recordings have it.
inline std::string session_line(const std::string& session, double start_s,
                                const std::string& last = "user_text",
                                const std::string& agent = "claude-code") {
  return R"({"session":")" + session + R"(","thread":"main","agent":")" + agent +
         R"(","is_side":false,"t_start":)" + std::to_string(start_s) + R"(,"t_end":)" +
         std::to_string(start_s + 1) +
         R"(,"input_tokens":2,"cache_write_5m":998,"cache_write_1h":0,"cache_read":0,)"
         R"("output_tokens":50,"last_user_chars":12,"own_tools_error":null,"last_msg":")" +
         last + "\",\"model\":\"m\"}\n";
}

}  // namespace rlm::lab
