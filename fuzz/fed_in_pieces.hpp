#pragma once
// Any translator, fed in any pieces.

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "dialect/answer_translator.hpp"

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
    const std::string piece(bytes.substr(0, size));  // ends where its memory does
    done = translator.feed(piece, index, result.out);
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
  if (done) done = translator.finish(index, result.out);
  if (!done) result.error = done.error().kind;
  return result;
}

}  // namespace rlm::fuzz
