#pragma once
// What holds for every translator from another dialect's answers to Anthropic's, whatever it is
// fed.

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "dialect/answer_translator.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/sse.hpp"

namespace rlm::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

struct Translated {
  std::string out;
  std::optional<ErrorKind> error;
  friend bool operator==(const Translated&, const Translated&) = default;
};

/// Feeds pieces whose sizes vary around `chunk`; all at once when it is 0.
inline Translated translate(dialect::AnswerTranslator& translator, std::string_view bytes,
                            std::size_t chunk) {
  static wire::JsonIndex index;
  Translated result;
  Result<void> done;
  for (std::size_t step = 0; done && !bytes.empty(); ++step) {
    const std::size_t size = chunk == 0 ? bytes.size() : 1 + (chunk + step * 7) % (2 * chunk);
    done = translator.feed(bytes.substr(0, size), index, result.out);
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
  if (done) done = translator.finish(index, result.out);
  if (!done) result.error = done.error().kind;
  return result;
}

/// The stream obeys Anthropic's grammar; it ends with message_stop or an error event unless the
/// translator failed.
inline void require_grammar(const Translated& translated) {
  static wire::JsonIndex index;
  wire::SseParser parser;
  wire::AnswerAssembler assembler;
  bool failed = false;
  const auto parsed = parser.feed(translated.out, [&](std::string_view, std::string_view data) {
    require(!failed);
    const auto event = wire::read_stream_event(data, index);
    require(event.has_value());
    const auto fed = assembler.feed(*event);
    failed = !fed;
    require(fed || fed.error().kind == ErrorKind::UpstreamStatus);
  });
  require(parsed.has_value() && !parser.in_event());
  if (translated.error) return;
  require(failed || (assembler.answer().complete && !assembler.answer().stop_reason.empty()));
}

/// A whole answer is a message that can be read.
inline void require_message(const Translated& translated) {
  static wire::JsonIndex index;
  require(translated.error.has_value() == translated.out.empty());
  if (translated.error) return;
  const auto answer = wire::read_answer(translated.out, index);
  require(answer && !answer->stop_reason.empty());
}

}  // namespace rlm::fuzz
