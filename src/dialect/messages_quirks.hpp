#pragma once
// What vendors that speak Anthropic's dialect for models of their own take of it.

#include <span>
#include <string_view>

#include "base/result.hpp"
#include "wire/json_cursor.hpp"
#include "wire/splice.hpp"

namespace rlm::dialect {

struct MessagesQuirks {
  std::string_view name;                       // as of [models.<name>] endpoint
  std::string_view called;                     // for messages
  std::span<const std::string_view> blocks{};  // the types that are taken
  bool system_entries = false;                 // the role system among the messages
  bool formats = false;                        // output_config.format; else it is told in words
  /// It thinks unless told not to, and then wants the thinking before tool calls back.
  bool thinks_unasked = false;
};

/// The quirks of the endpoint with this name; null where all of the dialect is passed on.
const MessagesQuirks* messages_quirks(std::string_view name);

/// Splices into `body`, whose document is the request `root`, what the vendor wants otherwise:
/// documents that are text, search results and tool references become texts; redacted thinking,
/// which only its maker can read, goes, and a message of nothing else with it; system entries among
/// the messages become the user's; a schema of the answer stands in words behind the system text;
/// and thinking is switched off where nothing is said of it and a
/// tool call of the history has lost what was thought before it. All is decided block by block, and
/// all other bytes stay, so that a conversation that grows keeps its prefix. BadRequest
/// (Source::Client) with its place for what the vendor cannot take.
Result<void> fit_messages(wire::JsonValue root, const MessagesQuirks& quirks,
                          wire::SplicedBody& body);

}  // namespace rlm::dialect
