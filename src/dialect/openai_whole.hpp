#pragma once
// What whole answers of Chat Completions and of Responses have in common.

#include <string>
#include <string_view>

#include "dialect/answer_translator.hpp"
#include "dialect/message_names.hpp"
#include "domain/answer.hpp"

namespace rlm::dialect {

/// JSON in (white space before it counts for nothing: it keeps connections alive), Anthropic's JSON
/// out. An error inside a 200 is UpstreamStatus with its body in Anthropic's envelope. Protocol
/// (Source::Upstream) for what is no answer of the dialect, and for a tool call whose arguments are
/// no JSON object, unless max_tokens cut them: then its input is {}. TooLarge beyond kBodyBytesMax.
class OpenAiWhole : public AnswerTranslator {
 public:
  static constexpr std::size_t kBodyBytesMax = 32u << 20;

  explicit OpenAiWhole(MessageNames names) : names_(std::move(names)) {}

  Result<void> feed(std::string_view bytes, wire::JsonIndex& index, std::string& out) final;
  Result<void> finish(wire::JsonIndex& index, std::string& out) final;

 protected:
  /// Reads content, stop reason and usage. A tool call's id is the upstream's, its text the
  /// arguments as they came.
  virtual Result<void> read(wire::JsonValue root, Answer& answer) = 0;

 private:
  MessageNames names_;
  std::string body_;
};

/// Adds to the last block when that is text, else makes one. Nothing for an empty `text`.
void add_text(Answer& answer, std::string text);

/// The estimate for an answer whose usage nobody told, from its bytes.
Tokens estimated_output(const Answer& answer);

/// An answer that ended for a reason without an equivalent; `type` is Anthropic's error type.
tl::unexpected<Error> ended_oddly(std::string_view type);

}  // namespace rlm::dialect
