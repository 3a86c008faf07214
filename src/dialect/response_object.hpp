#pragma once
// The JSON objects of the Responses API: a response and its items.

#include <cstdint>
#include <string>
#include <string_view>

#include "dialect/answer_sink.hpp"
#include "dialect/ask.hpp"

namespace rlm::dialect {

/// What an item says; texts are insides of JSON strings.
struct ResponseItem {
  enum class Kind { Message, Refusal, Reasoning, FunctionCall, CustomCall };
  Kind kind = Kind::Message;
  std::string id;
  std::string text;        // the text, summary, arguments or input
  std::string call_id;     // of a call
  std::string name;        // of a call
  std::string name_space;  // of a call; empty: none
  std::string sealed;      // of a reasoning: encrypted_content; empty: null
};

/// Appends the item as it is at its begin (`whole` false: in progress, empty) or end.
void append_item(std::string& out, const ResponseItem& item, bool whole);

/// Appends the content of a message, its refusal, or the summary of a reasoning, with this text.
void append_item_part(std::string& out, ResponseItem::Kind kind, std::string_view inside);

/// How a response stands.
struct ResponseState {
  std::string_view id;  // without prefix
  std::int64_t created_unix_s = 0;
  std::string_view status = "in_progress";
  std::string_view incomplete_reason = {};  // empty: null
  std::string_view error = {};              // JSON; empty: null
  std::string_view items = {};              // JSON, joined by commas
  const AnswerEnd* end = nullptr;           // null: no usage yet
};

void append_response(std::string& out, const Ask& ask, const ResponseState& state);

}  // namespace rlm::dialect
