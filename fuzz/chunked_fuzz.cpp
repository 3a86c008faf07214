// A chunked body in any split gives the same data and the same end; what was put into chunks comes
// out again. Input: two bytes that choose the splits, then the body, and once more as data.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/chunked.hpp"

namespace {

using rlm::net::ChunkedDecoder;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Decoded {
  ChunkedDecoder::Status status = ChunkedDecoder::Status::More;
  std::string data;
  std::size_t used = 0;
};

Decoded decode(std::string_view bytes, std::size_t step) {
  Decoded all;
  ChunkedDecoder decoder;
  while (!bytes.empty() && all.status == ChunkedDecoder::Status::More) {
    std::string piece(bytes.substr(0, step));
    bytes.remove_prefix(piece.size());
    std::size_t data = 0;
    std::size_t used = 0;
    all.status = decoder.decode(piece.data(), piece.size(), data, used);
    if (all.status == ChunkedDecoder::Status::Bad) break;
    require(used <= piece.size() && data <= used);
    require(used == piece.size() || all.status == ChunkedDecoder::Status::Done);
    all.data.append(piece, 0, data);
    all.used += used;
  }
  return all;
}

std::string encode(std::string_view data, std::size_t step) {
  std::string out;
  for (; !data.empty(); data.remove_prefix(std::min(step, data.size()))) {
    const std::string_view chunk = data.substr(0, step);
    char line[24];
    std::snprintf(line, sizeof line, "%zx\r\n", chunk.size());
    out.append(line).append(chunk).append("\r\n");
  }
  return out + "0\r\n\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return -1;
  const std::size_t step = 1 + data[0] % 64;
  const std::size_t chunk = 1 + data[1];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);

  const Decoded whole = decode(bytes, bytes.size() + 1);
  const Decoded parts = decode(bytes, step);
  require(whole.status == parts.status);
  if (whole.status != ChunkedDecoder::Status::Bad)
    require(whole.data == parts.data && whole.used == parts.used);

  const std::string body = encode(bytes, chunk);
  const Decoded back = decode(body + "next", step);
  require(back.status == ChunkedDecoder::Status::Done);
  require(back.data == bytes && back.used == body.size());
  return 0;
}
