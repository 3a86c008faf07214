#pragma once
// Anthropic's stream grammar: events in, answers out, and back.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/answer.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// Reads the data of one SSE event. Unknown types become Ignored; any usage field may be null or
/// missing. A message_delta's usage has -1 in the input classes that it left out. Protocol
/// (Source::Upstream) when the data is no JSON object or has no `type`.
Result<StreamEvent> read_stream_event(std::string_view data, JsonIndex& index);

/// Puts an Answer together from its events. Blocks keep their order; a delta for a block that is
/// not open or of another kind is a Protocol error (Source::Upstream), as is anything before
/// message_start or behind message_stop, an index that is not contiguous, or an answer beyond
/// `answer_bytes_max`. A Failure becomes UpstreamStatus with the status of its type and its body.
/// Deltas for a block of kind Other are dropped.
class AnswerAssembler {
 public:
  explicit AnswerAssembler(std::size_t answer_bytes_max = 16u << 20)
      : bytes_max_(answer_bytes_max) {}

  Result<void> feed(const StreamEvent& event);
  const Answer& answer() const { return answer_; }
  Answer take() { return std::move(answer_); }

 private:
  Result<void> on(const stream::MessageStart& event);
  Result<void> on(const stream::BlockStart& event);
  Result<void> on(const stream::TextDelta& event);
  Result<void> on(const stream::InputDelta& event);
  Result<void> on(const stream::ThinkingDelta& event);
  Result<void> on(const stream::BlockStop& event);
  Result<void> on(const stream::MessageDelta& event);
  Result<void> on(const stream::MessageStop& event);
  Result<void> on(const stream::Failure& event);
  Result<void> on(const stream::Ignored&) { return {}; }
  Result<void> append(int index, ContentBlock::Kind kind, const std::string& text);
  Result<void> count(std::size_t bytes);

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  bool started_ = false;
  bool input_from_start_ = false;  // the open tool block's input came whole with its start
  int open_block_ = -1;
  Answer answer_;
};

/// The content block that a content_block_start or a whole message holds.
ContentBlock read_block(JsonValue block);

/// Writers of single events, SSE framing included. They append to `out`. `usage` is written with
/// all cache classes.
void append_message_start(std::string& out, std::string_view id, std::string_view model,
                          const Usage& usage);
void append_block_start(std::string& out, int index,
                        const ContentBlock& block);  // Text and ToolUse start empty
void append_text_delta(std::string& out, int index, std::string_view text);
void append_input_delta(std::string& out, int index, std::string_view partial_json);
void append_block_stop(std::string& out, int index);
/// A usage whose `input` is negative tells its output alone: what the start told holds.
void append_message_delta(std::string& out, std::string_view stop_reason,
                          std::string_view stop_sequence, const Usage& usage);
void append_message_stop(std::string& out);
void append_ping(std::string& out);

/// A whole answer as a stream with the exact event grammar (contiguous indices, usage in
/// message_delta, message_stop last). Thinking blocks are left out: they are bound to a prompt that
/// the client does not have.
std::string write_stream(const Answer& answer, std::string_view id, std::string_view model,
                         const Usage& usage);

/// A whole answer as the JSON body of a non-streaming response. Thinking blocks are left out.
std::string write_answer(const Answer& answer, std::string_view id, std::string_view model,
                         const Usage& usage);

/// Reads a non-streaming response body (leading whitespace allowed). Protocol (Source::Upstream)
/// when it is no message.
Result<Answer> read_answer(std::string_view body, JsonIndex& index);

/// A fresh message id, `msg_` and 24 characters.
std::string new_message_id();

}  // namespace rlm::wire
