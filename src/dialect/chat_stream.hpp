#pragma once
// The chunks of a streamed answer of Chat Completions as Anthropic's events.

#include <string>
#include <vector>

#include "dialect/openai_stream.hpp"

namespace rlm::dialect {

class ChatStream final : public OpenAiStream {
 public:
  using OpenAiStream::OpenAiStream;

 protected:
  Result<void> on_object(wire::JsonValue root, std::string& out) override;
  Result<void> on_done(std::string& out) override;

 private:
  /// One tool call, as its fragments name it.
  struct Call {
    std::int64_t index;  // -1: the server numbers none
    std::string id;
  };
  /// A fragment of a tool call.
  struct Fragment {
    std::int64_t index = -1;
    std::string id;
    std::string name;
    wire::JsonValue arguments;
  };

  Result<void> on_choice(wire::JsonValue choice, std::string& out);
  Result<void> on_text(wire::JsonValue content, std::string& out);
  Result<void> on_calls(wire::JsonValue calls, std::string& out);
  Result<void> on_fragment(const Fragment& fragment, std::string& out);
  std::size_t call_of(const Fragment& fragment) const;

  std::vector<Call> calls_;
  std::string finish_reason_;
  Usage usage_;
  bool has_usage_ = false;
  bool refused_ = false;
};

}  // namespace rlm::dialect
