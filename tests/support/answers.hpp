#pragma once
// Reads what a client got, apart from src/wire: events, texts, fields, and whether a stream keeps
// the grammar.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rlm::test {

/// One server-sent event. A stream that ends in the middle of one gives it the name "(cut)".
struct SseEvent {
  std::string name;
  std::string data;
};

/// Comments are passed over.
std::vector<SseEvent> sse_events(std::string_view stream);
/// The names joined by blanks: "message_start ping content_block_start …".
std::string names_of(std::string_view stream);

/// What breaks the provider's grammar in a stream that should be whole; empty when nothing does.
/// Checked: every event is named as its type says and is JSON; message_start first but for pings;
/// blocks contiguous from 0, closed before the next; deltas only within their block and of its
/// kind; one message_delta with a stop reason and usage, message_stop last.
std::string grammar_mistake(std::string_view stream);

/// All text of an answer, streamed or whole.
std::string text_of(std::string_view body);

/// A value of a JSON text by path ("usage.output_tokens", "content.0.text"): strings unescaped, the
/// rest as written; "(none)" when it is not there.
std::string json_at(std::string_view json, std::string_view path);
std::int64_t number_at(std::string_view json, std::string_view path);
/// True for a well-formed error of the provider's shape with this type.
bool is_error(std::string_view json, std::string_view type);

/// `text` as a JSON string with its quotes.
std::string json_quoted(std::string_view text);
/// A request body with one user text, for a model of the cascade.
std::string user_body(std::string_view text, bool stream = false, std::string_view more = "",
                      std::string_view model = "claude-opus-4-8");

}  // namespace rlm::test
