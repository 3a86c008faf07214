// Any chunking of a binary stream gives the same events and the same failure; what was decoded, put
// into frames and decoded again is the same. Input: two bytes that choose chunk size and limit,
// then instructions (see build): raw bytes, or frames around pieces of the input.
#include <cstdint>
#include <string>

#include "base/base64.hpp"
#include "dialect/bedrock_frames.hpp"
#include "fed_in_pieces.hpp"

namespace {

using namespace rlm;
using namespace rlm::dialect;
using fuzz::require;
using fuzz::translate;
using fuzz::Translated;

// Random bytes never have a right CRC. Each instruction is a kind, a length and that many bytes.
std::string build(std::string_view input) {
  std::string out;
  while (input.size() >= 2) {
    const unsigned kind = static_cast<unsigned char>(input[0]) % 5;
    const auto text = input.substr(2, static_cast<unsigned char>(input[1]));
    input.remove_prefix(2 + text.size());
    std::string payload = R"({"bytes":")";
    append_base64(payload, text);
    payload += "\"}";
    if (kind == 0) out += text;
    if (kind == 1)
      append_event_frame(out, {{":event-type", "chunk"}, {":message-type", "event"}}, payload);
    if (kind == 2)
      append_event_frame(out, {{":event-type", "chunk"}, {":message-type", "event"}}, text);
    if (kind == 3)
      append_event_frame(
          out, {{":exception-type", "throttlingException"}, {":message-type", "exception"}}, text);
    if (kind == 4) append_event_frame(out, {{text, text}, {":message-type", "event"}}, text);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return -1;
  const std::size_t chunk = 1 + data[0] % 64;
  EventStreamLimits limits;
  if (data[1] != 0) limits.frame_bytes_max = limits.header_bytes_max = 4u * data[1];
  const std::string stream = build({reinterpret_cast<const char*>(data) + 2, size - 2});

  BedrockStreamDecoder whole_decoder(limits);
  BedrockStreamDecoder parts_decoder(limits);
  const Translated whole = translate(whole_decoder, stream, 0);
  require(whole == translate(parts_decoder, stream, chunk));

  BedrockStreamEncoder encoder;
  BedrockStreamEncoder parts_encoder;
  const Translated frames = translate(encoder, whole.out, 0);
  require(!frames.error);
  require(frames == translate(parts_encoder, whole.out, chunk));
  BedrockStreamDecoder again;
  const Translated back = translate(again, frames.out, chunk);
  // Pings are no part of the answer, and an error keeps its kind but not its other fields.
  if (whole.out.find("event: ping\n") == std::string::npos &&
      whole.out.find("event: error\n") == std::string::npos)
    require(back.out == whole.out);
  return 0;
}
