#pragma once
// For tests: what a translator makes of bytes, and what a client reads from that.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "dialect/answer_translator.hpp"
#include "domain/answer.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/sse.hpp"

namespace rlm::dialect {

struct Translated {
  std::string out;
  std::optional<ErrorKind> error;
  Error why;
  friend bool operator==(const Translated& a, const Translated& b) {
    return a.out == b.out && a.error == b.error;
  }
};

/// Feeds `bytes`, cut behind the first `first` of them and then every `step`.
inline Translated translated(AnswerTranslator& translator, std::string_view bytes,
                             std::size_t first = 0, std::size_t step = 1u << 30) {
  Translated result;
  wire::JsonIndex index;
  Result<void> done;
  std::size_t size = first;
  for (; done && !bytes.empty(); size = step) {
    const std::string piece(bytes.substr(0, size));  // its own memory: nothing may be kept of it
    done = translator.feed(piece, index, result.out);
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
  if (done) done = translator.finish(index, result.out);
  if (!done) {
    result.error = done.error().kind;
    result.why = done.error();
  }
  return result;
}

/// The answer in a stream, and how reading it failed.
struct Assembled {
  Answer answer;
  std::optional<Error> error;
};

inline Assembled assembled(std::string_view stream) {
  Assembled result;
  wire::SseParser parser;
  wire::JsonIndex index;
  wire::AnswerAssembler assembler;
  const auto parsed = parser.feed(stream, [&](std::string_view, std::string_view data) {
    if (result.error) return;
    const auto event = wire::read_stream_event(data, index);
    if (!event) {
      result.error = event.error();
    } else if (const auto fed = assembler.feed(*event); !fed) {
      result.error = fed.error();
    }
  });
  if (!parsed) result.error = parsed.error();
  result.answer = assembler.take();
  return result;
}

/// Blocks, stop reason and usage as one line.
inline std::string summary(const Answer& answer) {
  std::string out;
  for (const ContentBlock& block : answer.content) {
    if (block.kind == ContentBlock::Kind::Text) out += "text(" + block.text + ") ";
    if (block.kind == ContentBlock::Kind::ToolUse)
      out += "call(" + block.id + " " + block.name + " " + block.text + ") ";
  }
  const Usage& usage = answer.usage;
  return out + answer.stop_reason + " in " + std::to_string(usage.input) + " read " +
         std::to_string(usage.cache_read) + " written " + std::to_string(usage.cache_write_5m) +
         " out " + std::to_string(usage.output);
}

}  // namespace rlm::dialect
