#pragma once
// What holds for every translator from another dialect's answers to Anthropic's, whatever it is
// fed.

#include "wire/anthropic_stream.hpp"
#include "wire/sse.hpp"

#include "fed_in_pieces.hpp"

namespace rlm::fuzz {

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
