#pragma once
// Reads tools, system and messages of a request into its facts and prefix marks.

#include <string>

#include "domain/request.hpp"
#include "wire/content_block.hpp"
#include "wire/json_cursor.hpp"
#include "wire/prefix_chain.hpp"

namespace rlm::wire {

/// One per request. To be called in prompt order: tools, system, messages. Errors are BadRequest
/// (Source::Client) and name the place, e.g. "messages.3: Input should be an object (found
/// string)".
class MessageReader {
 public:
  explicit MessageReader(RequestFacts& facts) : facts_(facts) {}

  /// An array of tool entries; an absent or null value is no tools.
  Result<void> read_tools(JsonValue tools);
  /// A string or an array of text blocks; absent or null: none.
  Result<void> read_system(JsonValue system);
  /// A non-empty array.
  Result<void> read_messages(JsonValue messages);
  /// Sets what is known at the end only: the marks (the request's own cache_control marks the last
  /// block) and the last user text.
  void finish(JsonValue cache_control);

 private:
  void begin_section(JsonValue section);
  void end_section(JsonValue section) {
    facts_.prompt_bytes = base_ + section.span().size() - weightless_;
  }
  std::size_t bytes_up_to(JsonValue block) const {
    return base_ + block.span().end - begin_ - weightless_;
  }

  Result<void> read_system_block(JsonValue block, std::size_t number);
  Result<void> read_message(JsonValue message);
  Result<void> read_content(JsonValue content, Section section);
  void end_message();
  Result<void> read_block(JsonValue block, Section section, std::size_t number);
  void note_kind(const BlockMembers& block);
  void weigh_media(const BlockMembers& block);
  JsonValue note_tool_result(const BlockMembers& block);
  void note_source(JsonValue source);
  void note_citations(JsonValue citations);
  std::string place(std::size_t block) const;

  RequestFacts& facts_;
  PrefixChain chain_;
  JsonValue last_user_content_;
  std::size_t begin_ = 0;       // of the section being read
  std::size_t base_ = 0;        // prompt bytes before it
  std::size_t weightless_ = 0;  // bytes of it that are no tokens
  std::size_t message_ = 0;
  bool has_tool_result_ = false;
  bool turn_has_result_ = false;  // the user's entries since the assistant's last
  bool tool_failed_ = false;
};

/// "messages: Input should be a valid list (found string)".
tl::unexpected<Error> wrong_type(const std::string& place, const char* expected, JsonValue found);
tl::unexpected<Error> twice(const std::string& place);

}  // namespace rlm::wire
