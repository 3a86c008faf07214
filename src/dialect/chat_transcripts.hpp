#pragma once
// For tests: answers of Chat Completions, and what is read from their translation.

#include <initializer_list>
#include <string>
#include <string_view>

#include "dialect/chat_answer.hpp"
#include "dialect/translated.hpp"

namespace rlm::dialect::chat_transcripts {

inline Translated read(std::string_view bytes, bool streamed = true, std::size_t first = 0,
                       std::size_t step = 1u << 30) {
  return translated(*chat_answer(streamed, {"claude-opus-5", "msg_1"}), bytes, first, step);
}

inline std::string frames(std::initializer_list<std::string_view> chunks) {
  std::string out;
  for (const auto chunk : chunks) out += "data: " + std::string(chunk) + "\n\n";
  return out;
}

/// A chunk of the first choice.
inline std::string delta(std::string_view members) {
  return R"(data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{)" +
         std::string(members) + "}}]}\n\n";
}

inline std::string finish(std::string_view reason) {
  return R"(data: {"choices":[{"index":0,"delta":{},"finish_reason":")" + std::string(reason) +
         "\"}]}\n\n";
}

inline const std::string kUsage =
    R"(data: {"choices":[],"usage":{"prompt_tokens":120,"completion_tokens":9,"total_tokens":129,"prompt_tokens_details":{"cached_tokens":64}}})"
    "\n\n";
inline const std::string kDone = "data: [DONE]\n\n";

inline std::string of_stream(const std::string& stream) {
  const auto made = read(stream);
  if (made.error) return "error: " + made.why.message;
  const auto answer = assembled(made.out);
  if (answer.error) return "error event: " + answer.error->body;
  return (answer.answer.complete ? "" : "cut: ") + summary(answer.answer);
}

inline std::string of_whole(const std::string& body) {
  const auto made = read(body, false);
  if (made.error) return "error: " + (made.why.body.empty() ? made.why.message : made.why.body);
  wire::JsonIndex index;
  const auto answer = wire::read_answer(made.out, index);
  return answer ? summary(*answer) : "unreadable: " + made.out;
}

struct Case {
  const char* name;
  std::string stream;
  const char* expected;
};

inline std::string call(std::string_view members) {
  return delta(R"("tool_calls":[{)" + std::string(members) + "}]");
}

// openai-mapping.md §12.
inline const std::string kExample = frames(
    {R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})",
     R"({"choices":[{"index":0,"delta":{"content":"Missing"}}]})",
     R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"run_cmd","arguments":""}}]}}]})",
     R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"cmd\":\"ls\"}"}}]}}]})",
     R"({"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})",
     R"({"choices":[],"usage":{"prompt_tokens":120,"completion_tokens":9,"total_tokens":129,"prompt_tokens_details":{"cached_tokens":64}}})",
     "[DONE]"});

}  // namespace rlm::dialect::chat_transcripts
