// Whatever bytes an upstream sends as an answer of Chat Completions: any two chunkings give the
// same bytes and the same failure, and what comes out obeys Anthropic's grammar. Input: a byte that
// chooses the chunk size and whether the answer is streamed, then the answer.
#include "dialect/chat_answer.hpp"

#include <cstdint>

#include "translated_answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rlm;
  if (size < 1) return -1;
  const bool streamed = data[0] % 2 == 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto read = [&](std::size_t chunk) {
    return fuzz::translate(*dialect::chat_answer(streamed, {"m", "msg_1"}), bytes, chunk);
  };
  const fuzz::Translated whole = read(0);
  fuzz::require(whole == read(1 + data[0] / 4u));
  if (streamed)
    fuzz::require_grammar(whole);
  else
    fuzz::require_message(whole);
  return 0;
}
