#pragma once
// What a session has done so far, as its request tells: calls, their results, files read and
// changed.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/buffer.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::draft {

/// A tool as the request offers it.
struct OfferedTool {
  std::string name;
  std::string_view schema;  // its input_schema as it stands in the body
};

/// A call of the session with what came of it.
struct PastCall {
  std::string id;
  std::string name;
  wire::JsonValue input;
  wire::JsonValue result;  // the content of its tool_result; absent while there is none
  bool answered = false;
  bool failed = false;
};

/// Words of the conversation.
struct Said {
  bool by_user = false;
  wire::JsonValue content;
};

/// Which calls the request lets the model make.
struct ToolChoice {
  bool allowed = true;  // false: tool_choice none
  std::string only;     // the one tool that must be called; empty: any
  bool parallel = true;
};

/// Reads one request. Not copyable: its values point into its own index and the caller's body.
class SessionFacts {
 public:
  /// Null when the body is not JSON within the limits. `body` must outlive the result.
  static std::unique_ptr<SessionFacts> read(const Buffer& body, const wire::JsonLimits& limits);

  const std::vector<OfferedTool>& tools() const { return tools_; }
  const OfferedTool* find_tool(std::string_view name) const;
  const std::vector<PastCall>& calls() const { return calls_; }
  const ToolChoice& choice() const { return choice_; }
  bool has_id(std::string_view id) const { return ids_.count(std::string(id)) > 0; }
  /// Everything with words in it, in order.
  const std::vector<Said>& said() const { return said_; }
  /// Where the turn begins that is going on: the user's last words in said(), and the first of
  /// calls() that was made behind them.
  std::size_t turn_in_said() const { return turn_in_said_; }
  std::size_t turn_in_calls() const { return turn_in_calls_; }
  /// Failed tool results since the user last said something.
  std::size_t errors_in_turn() const { return errors_in_turn_; }
  /// As the client's own words in the system prompt or the first message tell it; empty: unknown.
  const std::string& working_directory() const { return working_directory_; }

  /// The text that the session last read or wrote of a file, edits since then applied. Nothing when
  /// it was never read, or changed in a way that cannot be followed.
  std::optional<std::string> known_text(std::string_view path) const;
  /// The path stands somewhere in the messages.
  bool has_seen(std::string_view path) const;

 private:
  void read_root(wire::JsonValue root);
  void read_message(wire::JsonValue message);
  void begin_turn();
  void read_result(wire::JsonValue block);

  wire::JsonIndex index_;
  std::vector<OfferedTool> tools_;
  std::vector<PastCall> calls_;
  std::unordered_set<std::string> ids_;
  ToolChoice choice_;
  std::vector<Said> said_;
  std::size_t turn_in_said_ = 0;
  std::size_t turn_in_calls_ = 0;
  std::size_t errors_in_turn_ = 0;
  std::string working_directory_;
  std::string_view messages_;
};

/// A call's text fields under the names that different clients give them.
std::string old_text_of(wire::JsonValue input);
std::string new_text_of(wire::JsonValue input);
/// The edit is meant for every place where its old text stands.
bool replaces_all(wire::JsonValue edit);

/// How often `part` occurs in `text`, places may overlap; counts to 2 at most. 0 for an empty part.
int occurrences(std::string_view text, std::string_view part);

/// The text of a file as a tool result shows it: line numbers ("   12→", "12\t", "00012| ") and
/// reminders taken off.
std::string shown_text(wire::JsonValue result);

}  // namespace rlm::draft
