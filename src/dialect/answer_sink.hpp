#pragma once
// An answer of Anthropic's dialect, streamed or whole, told in one way to whoever writes it in
// another.

#include <memory>
#include <string>
#include <string_view>

#include "dialect/answer_translator.hpp"
#include "domain/usage.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

enum class BlockKind { Text, Thinking, RedactedThinking, ToolUse };

/// How an answer ended.
struct AnswerEnd {
  std::string stop_reason;  // as Anthropic's API names it; empty when the upstream did not say
  std::string explanation;  // of a refusal; may be empty
  Usage usage;
  Tokens thinking_tokens = 0;  // part of usage.output
};

/// Told in this order: start, for each block begin, text…, end, then finish; or error at any time,
/// behind which nothing comes. Texts are insides of JSON strings, to be copied as they stand.
/// Blocks of other kinds (what the provider's own tools did) are not told. `out` takes what the
/// client is sent. Views and values live during the call.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;

  /// `id` is Anthropic's, its prefix taken off.
  virtual void start(std::string_view id, std::string& out) = 0;
  /// `block` has a tool call's id and name, and redacted thinking's data.
  virtual void begin_block(BlockKind kind, wire::JsonValue block, std::string& out) = 0;
  /// Text, thinking, or JSON of a tool's input: at least one piece, which may be "{}".
  virtual void text(std::string_view inside, std::string& out) = 0;
  /// Of the open thinking block, once at most; not behind a block that was not told, as the
  /// provider would miss that one when the thinking comes back.
  virtual void signature(std::string_view inside) = 0;
  virtual void end_block(std::string& out) = 0;
  virtual void finish(const AnswerEnd& end, std::string& out) = 0;
  /// An error in place of an answer, or in its middle; `envelope` is Anthropic's.
  virtual void error(std::string_view envelope, std::string& out) = 0;
  /// A ping of the upstream's. Nothing for a whole answer.
  virtual void ping(std::string& out) = 0;
};

/// Reads what our own writers or an upstream send and tells it to `sink`. Of a stream comments pass
/// on as comments as they come, and one with a refusal's category stands before its end. An answer
/// has at most 32 MiB of texts. See AnswerTranslator for the errors; a stream that ended by an
/// error event was not cut.
std::unique_ptr<AnswerTranslator> messages_reader(std::unique_ptr<AnswerSink> sink, bool streamed);

}  // namespace rlm::dialect
