#pragma once
// The system texts and turns of a request, in the order in which either dialect tells them.

#include <string>
#include <string_view>

#include "dialect/ask_part.hpp"
#include "dialect/conversation_writer.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// Feeds a ConversationWriter with contents as OpenAI's dialects have them, and collects the system
/// texts that stand before the conversation. Errors are BadRequest (Source::Client).
class AskConversation {
 public:
  AskConversation(CallWords words, const wire::JsonLimits& limits)
      : turns_(words), limits_(limits) {}

  /// A text or a list of texts. Behind the conversation's first word it is told to the user's side
  /// in <system> tags: `system` stands before all else, and whatever changes it makes all caches
  /// cold.
  Result<void> system(const Place& place, wire::JsonValue content);
  Result<void> user(const Place& place, wire::JsonValue content);
  Result<void> assistant(const Place& place, wire::JsonValue content);
  void thinking(std::string_view block) { turns_.thinking(block); }
  /// A function call whose `arguments` are JSON in a string.
  Result<void> call(const Place& place, wire::JsonValue id, std::string_view name,
                    wire::JsonValue arguments);
  /// A custom tool's call, whose `input` is a text.
  Result<void> custom_call(const Place& place, wire::JsonValue id, std::string_view name,
                           wire::JsonValue input);
  Result<void> result(const Place& place, wire::JsonValue id, wire::JsonValue content);
  /// Another system text.
  void instruct(std::string_view text);

  /// `,"system":[…]`, or nothing.
  std::string system_member() const;
  Result<std::string> finish() { return turns_.finish(); }

 private:
  Result<void> add_call(const Place& place, wire::JsonValue id, std::string_view name,
                        std::string_view input);
  void append_arguments(std::string_view inside);

  ConversationWriter turns_;
  const wire::JsonLimits& limits_;
  std::string system_;
  bool begun_ = false;
  std::string block_;          // scratch
  std::string input_;          // scratch
  wire::JsonIndex arguments_;  // scratch: the request's own index is in use
};

}  // namespace rlm::dialect
