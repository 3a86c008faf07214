#pragma once
// The events of a streamed answer of Responses as Anthropic's.

#include <string>
#include <vector>

#include "dialect/openai_stream.hpp"

namespace rlm::dialect {

/// How a response ended, by its status and why it is incomplete.
StopReason responses_stop(std::string_view status, std::string_view incomplete_reason,
                          bool has_calls, bool refused);

class ResponsesStream final : public OpenAiStream {
 public:
  using OpenAiStream::OpenAiStream;

 protected:
  Result<void> on_object(wire::JsonValue root, std::string& out) override;
  Result<void> on_done(std::string& out) override;

 private:
  struct Call {
    std::int64_t output;  // its item's place in the output; -1: not told
    std::string item_id;
    bool has_arguments = false;
  };

  Result<void> on_event(std::string_view type, wire::JsonValue event, std::string& out);
  Result<void> on_text(wire::JsonValue event, wire::JsonValue text, std::string& out);
  Result<void> on_whole_text(wire::JsonValue event, wire::JsonValue text, std::string& out);
  Result<void> on_arguments(Call& call, wire::JsonValue arguments, std::string& out);
  Result<void> on_item(std::int64_t output, wire::JsonValue item, bool is_done, std::string& out);
  Result<void> on_message(std::int64_t output, wire::JsonValue item, std::string& out);
  Result<void> on_end(std::string_view event, wire::JsonValue response, std::string& out);
  Call* call_of(std::int64_t output, std::string_view item_id);

  std::vector<Call> calls_;
  std::vector<std::uint64_t> texts_;  // keys of the parts that came in deltas
  bool has_unplaced_text_ = false;    // a delta did not tell its part
  bool refused_ = false;
};

}  // namespace rlm::dialect
