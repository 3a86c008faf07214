#pragma once
// An answer before it is written: blocks, stop reason, pace, or a fault.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sim/fault.hpp"
#include "sim/sim_request.hpp"

namespace rlm::sim {

struct ReplyBlock {
  enum class Kind { Text, Thinking, ToolUse };
  Kind kind = Kind::Text;
  std::string text;  // Text, Thinking: the text. ToolUse: the input, a JSON object
  std::string name;  // ToolUse
  std::string id;    // ToolUse; empty: a fresh one
  /// The block's deltas, exactly so; empty: cut by tokens_per_event.
  std::vector<std::string> deltas;
};

/// What the model answers. Everything that is empty is decided by the model's config.
struct Reply {
  std::vector<ReplyBlock> blocks;
  std::string stop_reason;  // empty: tool_use when there is a tool call, else end_turn
  std::string stop_sequence;
  std::optional<Tokens> output_tokens;  // absent: counted from the blocks
  std::optional<Milliseconds> first_token;
  std::optional<double> tokens_per_second;
  /// Sent as the body of a 200 instead of `blocks`, in one piece: SSE frames or JSON.
  std::string raw_sse;
  std::string raw_json;
  Fault fault;
  /// For scripts: only for a request whose last user text contains this.
  std::string when;

  /// All text blocks joined.
  std::string text() const;

  static Reply of_text(std::string text);
  static Reply of_tool(std::string name, std::string input_json, std::string text_before = {});
  static Reply of_fault(Fault fault);
  static Reply of_raw_sse(std::string frames);
};
using ScriptedReply = Reply;

/// Reads a reply from JSON (docs of the admin endpoint, admin.hpp). BadRequest (Source::Client)
/// naming the field.
Result<Reply> read_reply(wire::JsonValue json);
/// One reply, a list of them, or {"replies": [...]}.
Result<std::vector<Reply>> read_script(std::string_view json);

/// The list `tool_calls`: [{"name", "input", "id"?}, ...] appended as ToolUse blocks.
void append_tool_calls(wire::JsonValue calls, std::vector<ReplyBlock>& blocks);

}  // namespace rlm::sim
