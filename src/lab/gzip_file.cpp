#include "lab/gzip_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>

namespace rlm::lab {

namespace {

constexpr std::size_t kStepBytes = std::size_t{1} << 20;
constexpr unsigned kBufferBytes = 1u << 18;

struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose_r(file); }
};

}  // namespace

Result<std::string> read_maybe_gzip(const std::string& path, std::size_t bytes_max) {
  const auto refuse = [&](ErrorKind kind, const char* why) {
    return fail(kind, Source::Self, path + ": " + why);
  };
  const std::unique_ptr<gzFile_s, CloseGzip> file(gzopen(path.c_str(), "rb"));
  if (!file) return refuse(ErrorKind::BadRequest, "cannot be read");
  gzbuffer(file.get(), kBufferBytes);
  std::string bytes;
  for (;;) {
    const std::size_t old = bytes.size();
    bytes.resize(old + kStepBytes);
    const int got = gzread(file.get(), bytes.data() + old, static_cast<unsigned>(kStepBytes));
    bytes.resize(old + static_cast<std::size_t>(std::max(got, 0)));
    if (bytes.size() > bytes_max) return refuse(ErrorKind::TooLarge, "is too large");
    int code = Z_OK;
    gzerror(file.get(), &code);  // an early end is told by its code alone
    if (code == Z_BUF_ERROR) return refuse(ErrorKind::BadRequest, "ends early");
    if (code == Z_ERRNO) return refuse(ErrorKind::BadRequest, "cannot be read");
    if (got < 0 || code != Z_OK) return refuse(ErrorKind::BadRequest, "is damaged");
    if (got == 0) return bytes;
  }
}

}  // namespace rlm::lab
