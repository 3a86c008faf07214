#pragma once
// Puts a conversation of OpenAI's form into the strict one of Anthropic's: turns alternate, the
// user speaks first, each call is answered at the head of the turn behind it.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace rlm::dialect {

/// How a dialect tells the client that a call and its result do not meet.
struct CallWords {
  std::string_view no_result;  // of a call that nothing answers
  std::string_view no_call;    // of a result without a call before it
};

/// Fed in order, it writes each turn once: what was written of a conversation is the beginning of
/// what is written of the same one grown longer. Texts are the insides of JSON strings, blocks are
/// whole JSON objects. Errors are BadRequest (Source::Client).
class ConversationWriter {
 public:
  explicit ConversationWriter(CallWords words) : words_(words) {}

  /// A blank text is left out, here and below: Anthropic's API refuses it.
  Result<void> user_text(std::string_view inside);
  Result<void> user_block(std::string_view block);
  Result<void> assistant_text(std::string_view inside);
  /// Thinking that nothing of its own turn follows is left out: it would be refused as well.
  void thinking(std::string_view block);
  /// `id` is the client's; one that an earlier turn had gets a number, as ids must be unique.
  /// `input` is a JSON object.
  Result<void> tool_use(const std::string& id, std::string_view name, std::string_view input);
  /// `content` is a JSON string or list of blocks.
  Result<void> tool_result(const std::string& id, std::string_view content);
  /// The list of messages. To be called once, last.
  Result<std::string> finish();

 private:
  enum class Turn { None, User, Assistant };
  struct Call {
    std::string client_id;
    std::string id;
    bool answered = false;
  };

  Result<void> begin_assistant();
  void begin_user();
  Result<void> end_user_turn();
  void end_assistant_turn();
  void open(std::string_view role);
  std::string unique_id(const std::string& client_id);

  CallWords words_;
  Turn turn_ = Turn::None;
  std::string out_ = "[";
  std::string results_;      // of the user's turn; they must come first
  std::string rest_;         // of the user's turn
  std::string spoken_;       // of the assistant's turn
  std::string thought_;      // waits for what follows it
  std::vector<Call> calls_;  // of the last assistant's turn
  std::unordered_map<std::string, std::size_t> call_of_;  // by the client's id
  std::unordered_map<std::string, int> ids_;              // all so far, each with its next number
};

}  // namespace rlm::dialect
