#pragma once
// What holds for every translation of an answer to a client.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "dialect/answer_translator.hpp"
#include "wire/sse.hpp"

namespace rlm::fuzz {

struct Reply {
  std::string text;
  std::optional<ErrorKind> error;
  friend bool operator==(const Reply&, const Reply&) = default;
};

inline Reply reply_to(dialect::AnswerTranslator& translator, std::string_view bytes,
                      std::size_t chunk) {
  static wire::JsonIndex index;
  Reply reply;
  Result<void> done;
  for (std::size_t step = 0; done && !bytes.empty(); ++step) {
    const std::size_t size = chunk == 0 ? bytes.size() : 1 + (chunk + step * 7) % (2 * chunk);
    const std::string piece(bytes.substr(0, size));
    done = translator.feed(piece, index, reply.text);
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
  if (done) done = translator.finish(index, reply.text);
  if (!done) reply.error = done.error().kind;
  return reply;
}

inline void require_json(std::string_view text) {
  static wire::JsonIndex index;
  if (!index.parse(text)) std::abort();
}

/// `make()` makes a translator of one form; both forms write JSON only.
template <class Make>
void check_reply(Make&& make, bool streamed, std::string_view answer, std::size_t chunk) {
  const Reply whole = reply_to(*make(), answer, 0);
  if (!(whole == reply_to(*make(), answer, chunk))) std::abort();
  if (whole.error) return;
  if (!streamed) return require_json(whole.text);
  wire::SseParser parser;
  const auto parsed = parser.feed(whole.text, [](std::string_view, std::string_view data) {
    if (data != "[DONE]") require_json(data);
  });
  if (!parsed || parser.in_event()) std::abort();
}

}  // namespace rlm::fuzz
