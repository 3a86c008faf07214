// Files of answers, plain or under zstd.

#include <zstd.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "sim/answers.hpp"

namespace rlm::sim {
namespace {

constexpr std::size_t kFileBytesMax = 1u << 30;

struct StreamFree {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

Result<std::string> decompress(const std::string& packed, const std::string& path) {
  const std::unique_ptr<ZSTD_DStream, StreamFree> stream(ZSTD_createDStream());
  std::string text;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::size_t left = 1;
  while (in.pos < in.size) {
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left) != 0)
      return fail(ErrorKind::BadRequest, Source::Self, path + ": " + ZSTD_getErrorName(left));
    text.append(piece, 0, out.pos);
    if (text.size() > kFileBytesMax)
      return fail(ErrorKind::BadRequest, Source::Self, path + ": more than 1 GiB of answers");
  }
  while (left != 0) {  // what the decoder still holds
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    const std::size_t before = left;
    left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left) != 0 || (out.pos == 0 && left >= before))
      return fail(ErrorKind::BadRequest, Source::Self, path + ": the compressed file is cut off");
    text.append(piece, 0, out.pos);
  }
  return text;
}

}  // namespace

Result<std::string> read_lines_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::BadRequest, Source::Self, path + ": cannot be read");
  std::ostringstream bytes;
  bytes << file.rdbuf();
  std::string text = std::move(bytes).str();
  if (path.ends_with(".zst")) return decompress(text, path);
  return text;
}

}  // namespace rlm::sim
