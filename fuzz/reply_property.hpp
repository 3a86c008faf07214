#pragma once
// What holds for every translation of an answer to a client.

#include "wire/sse.hpp"

#include "fed_in_pieces.hpp"

namespace rlm::fuzz {

inline void require_json(std::string_view text) {
  static wire::JsonIndex index;
  require(index.parse(text).has_value());
}

/// `make()` makes a translator of one form; both forms write JSON only.
template <class Make>
void check_reply(Make&& make, bool streamed, std::string_view answer, std::size_t chunk) {
  const Translated whole = translate(*make(), answer, 0);
  require(whole == translate(*make(), answer, chunk));
  if (whole.error) return;
  if (!streamed) return require_json(whole.out);
  wire::SseParser parser;
  const auto parsed = parser.feed(whole.out, [](std::string_view, std::string_view data) {
    if (data != "[DONE]") require_json(data);
  });
  require(parsed && !parser.in_event());
}

}  // namespace rlm::fuzz
