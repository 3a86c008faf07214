#pragma once
// A model's answer, whole; and the events from which a streamed one is put together.

#include <string>
#include <variant>
#include <vector>

#include "domain/usage.hpp"

namespace rlm {

/// One content block of an answer.
struct ContentBlock {
  enum class Kind { Text, ToolUse, Thinking, Other };
  Kind kind = Kind::Text;
  std::string text;  // Text: the text. ToolUse: the input as JSON. Thinking: the thinking text.
                     // Other: the block's JSON
  std::string id;    // ToolUse
  std::string name;  // ToolUse
};

/// A whole answer as its upstream gave it.
struct Answer {
  std::string id;
  std::string model;
  std::vector<ContentBlock> content;
  std::string stop_reason;    // empty: the stream ended without one
  std::string stop_sequence;  // empty: null
  Usage usage;
  bool complete = false;  // message_stop was seen

  /// All text blocks joined, in order.
  std::string text() const {
    std::string joined;
    for (const auto& block : content)
      if (block.kind == ContentBlock::Kind::Text) joined += block.text;
    return joined;
  }
};

/// The events of an Anthropic stream, reduced to what the cascade acts on. Unknown events become
/// Ignored. Indices are the upstream's; string contents are unescaped.
namespace stream {
struct MessageStart {
  std::string id;
  std::string model;
  Usage usage;
};
struct BlockStart {
  int index = 0;
  ContentBlock block;  // Text may already carry text; Other carries its JSON
};
struct TextDelta {
  int index = 0;
  std::string text;
};
struct InputDelta {
  int index = 0;
  std::string partial_json;
};
struct ThinkingDelta {
  int index = 0;
  std::string text;
};
struct BlockStop {
  int index = 0;
};
struct MessageDelta {
  std::string stop_reason;
  std::string stop_sequence;
  Usage usage;  // cumulative; classes that the event left out are those of MessageStart
};
struct MessageStop {};
struct Failure {  // `event: error`
  std::string type;
  std::string message;
};
struct Ignored {};  // ping, signature, citations, unknown
}  // namespace stream

using StreamEvent =
    std::variant<stream::MessageStart, stream::BlockStart, stream::TextDelta, stream::InputDelta,
                 stream::ThinkingDelta, stream::BlockStop, stream::MessageDelta,
                 stream::MessageStop, stream::Failure, stream::Ignored>;

}  // namespace rlm
