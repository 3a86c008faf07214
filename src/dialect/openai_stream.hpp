#pragma once
// What streams of Chat Completions and of Responses have in common.

#include <string>
#include <string_view>

#include "dialect/answer_translator.hpp"
#include "dialect/block_writer.hpp"
#include "wire/sse.hpp"

namespace rlm::dialect {

/// Server-sent events in, Anthropic's stream out. What the upstream reports as an error, whenever
/// it does, becomes `event: error`; so does an answer that is cut after it began. Protocol
/// (Source::Upstream) for what is no stream of the dialect, and for a body without any event.
class OpenAiStream : public AnswerTranslator {
 public:
  explicit OpenAiStream(MessageNames names) : blocks_(std::move(names)) {}

  Result<void> feed(std::string_view bytes, wire::JsonIndex& index, std::string& out) final;
  Result<void> finish(wire::JsonIndex& index, std::string& out) final;

 protected:
  virtual Result<void> on_object(wire::JsonValue root, std::string& out) = 0;
  /// `[DONE]`, or the end of the body: ends the message if nothing is missing.
  virtual Result<void> on_done(std::string& out) = 0;

  /// Ends the message; nothing that comes behind it is looked at.
  Result<void> end(std::string_view stop_reason, const Usage* usage, std::string& out);
  void fail_with(const MessagesError& error, std::string& out);
  /// The answer stopped before its end.
  void fail_cut(std::string& out);
  /// It ended for a reason that has no equivalent; `type` is Anthropic's error type.
  void fail_oddly(std::string_view type, std::string& out);
  /// The meaning of a JSON string; lives until the next call.
  std::string_view text_of(wire::JsonValue value);

  BlockWriter blocks_;

 private:
  Result<void> on_data(std::string_view data, wire::JsonIndex& index, std::string& out);

  wire::SseParser parser_;
  std::string text_;
  bool ended_ = false;
  bool finishing_ = false;
};

}  // namespace rlm::dialect
