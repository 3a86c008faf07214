#pragma once
// Reads tools, system and messages of a request into its facts and prefix marks.

#include <cstddef>
#include <string>
#include <utility>

#include "domain/request.hpp"
#include "wire/content_block.hpp"
#include "wire/function_ref.hpp"
#include "wire/json_cursor.hpp"
#include "wire/prefix_chain.hpp"

namespace rlm::wire {

/// One per request. To be called in prompt order: tools, system, messages. Errors are BadRequest
/// (Source::Client) and name the place, e.g. "messages.3: Input should be an object (found
/// string)". A copy made between two messages can go on with others.
class MessageReader {
 public:
  /// How many messages are left when Pause is called: the last ones of a conversation change once
  /// more (cache marks move), those before them do not.
  static constexpr std::size_t kUnsettled = 4;
  /// Called before the message that begins at byte `next` of the text; at most once, and not when
  /// the conversation has no more than kUnsettled.
  using Pause = FunctionRef<void(const MessageReader& before, std::size_t next)>;

  /// `facts`: what is known already. `last`: the request's own cache_control, which marks the last
  /// block.
  MessageReader(RequestFacts facts, CacheMark last) : facts_(std::move(facts)), last_(last) {}

  /// An array of tool entries; an absent or null value is no tools.
  Result<void> read_tools(JsonValue tools);
  /// A string or an array of text blocks; absent or null: none.
  Result<void> read_system(JsonValue system);
  /// A non-empty array.
  Result<void> read_messages(JsonValue messages, Pause pause);
  /// For a copy: goes on with other messages than the original did. `messages` is an array whose
  /// text begins at byte `offset` of another body; by `growth` bytes, which may be fewer than none,
  /// what stands behind the messages is moved there.
  Result<void> read_other_messages(JsonValue messages, std::size_t offset, std::ptrdiff_t growth,
                                   Pause pause);
  /// Whether the content of the user's last message is among what was read since the copy was made:
  /// only then can finish() tell its text.
  bool has_user_content() const { return last_user_content_.exists(); }
  /// What is known at the end: with the marks and the last user text.
  RequestFacts finish() &&;

  const RequestFacts& facts() const { return facts_; }
  /// What a copy takes, about.
  std::size_t memory_bytes() const;

 private:
  void begin_section(JsonValue section);
  void end_section(JsonValue section) { facts_.prompt_bytes = bytes_up_to(section); }
  std::size_t bytes_up_to(JsonValue block) const {
    return base_ + offset_ + block.span().end - begin_ - weightless_;
  }

  Result<void> read_system_block(JsonValue block, std::size_t number);
  Result<void> read_each_message(JsonValue messages, Pause pause);
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

  RequestFacts facts_;
  CacheMark last_;
  PrefixChain chain_;
  JsonValue last_user_content_;
  std::size_t begin_ = 0;       // of the section being read
  std::size_t offset_ = 0;      // of the indexed text within the body
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
