#pragma once
// Walks the conversation of a Messages request in the order in which OpenAI's dialects want it.

#include <string_view>
#include <vector>

#include "dialect/quirks.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// One piece of a message. All strings are the inside of JSON strings, escaped as they came; they
/// live during the call that hands them over.
struct PromptPart {
  enum class Kind : std::uint8_t { Text, Image, ImageUrl, Pdf, PdfUrl, Call };
  Kind kind = Kind::Text;
  std::string_view text = {};   // Text: it. Image, Pdf: base64. ImageUrl, PdfUrl: the URL
  std::string_view media = {};  // Image: its media type
  std::string_view name = {};   // Call: the tool's. Pdf, PdfUrl: its title, may be empty
  std::string_view id = {};     // Call
  wire::JsonValue input = {};   // Call
  /// Text: it goes on where the text before it ended.
  bool continues = false;
};

/// Takes the conversation. Each tool call is answered by the results that follow it, before
/// anything else.
class PromptSink {
 public:
  virtual ~PromptSink() = default;
  /// A system message in the middle; only where the upstream takes those.
  virtual void system(std::string_view text) = 0;
  /// Texts, images and files; at least one.
  virtual void user(const std::vector<PromptPart>& parts) = 0;
  /// Texts and calls in their order; at least one.
  virtual void assistant(const std::vector<PromptPart>& parts) = 0;
  virtual void tool_result(std::string_view id, std::string_view text) = 0;
};

struct PromptRules {
  const OpenAiQuirks& quirks;
  std::string_view dialect;  // its name, for messages
  bool pdf_urls = false;
};

/// Hands all messages to `sink`. Neighbours of one role are one turn, as Anthropic reads them. A
/// turn gives the same calls whatever turns follow it. Thinking is left out; an error result begins
/// with "Error: "; images and files of results stand in the user's message behind them. BadRequest
/// (Source::Client) with its place for what the upstream cannot take: blocks of server tools, files
/// by id, images or PDFs where it knows none.
Result<void> walk_messages(wire::JsonValue messages, const PromptRules& rules, PromptSink& sink);
/// The same, to find what cannot be taken.
Result<void> check_messages(wire::JsonValue messages, const PromptRules& rules);

}  // namespace rlm::dialect
