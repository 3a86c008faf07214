#include "net/chunked.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rlm::net {
namespace {

using Status = ChunkedDecoder::Status;

struct Decoded {
  Status status = Status::More;
  std::string data;
  std::size_t used = 0;
};

// Feeds pieces of `size` bytes (0: all at once).
Decoded decode(const std::string& bytes, std::size_t size = 0) {
  ChunkedDecoder decoder;
  Decoded result;
  const std::size_t step = size == 0 ? std::max<std::size_t>(bytes.size(), 1) : size;
  for (std::size_t at = 0; at < bytes.size() && result.status == Status::More; at += step) {
    std::string piece = bytes.substr(at, step);
    std::size_t data = 0;
    std::size_t used = 0;
    result.status = decoder.decode(piece.data(), piece.size(), data, used);
    if (result.status == Status::Bad) break;
    result.data += piece.substr(0, data);
    result.used += used;
  }
  return result;
}

TEST(Chunked, GivesTheSameDataInAnySplit) {
  const std::string body =
      "5;ext=\"a;b\"\r\nhello\r\n0A \t\r\n0123456789\r\n1\r\n\n\r\n000\r\nTrailer: x\r\nb: "
      "c\r\n\r\n";
  for (std::size_t size = 0; size <= body.size(); ++size) {
    const Decoded one = decode(body + "next", size);
    EXPECT_EQ(one.status, Status::Done) << size;
    EXPECT_EQ(one.data, "hello0123456789\n");
    EXPECT_EQ(one.used, body.size());
  }
}

TEST(Chunked, AsksForMoreUntilTheLastLine) {
  const std::string body = "3\r\nabc\r\n0\r\n\r\n";
  for (std::size_t cut = 0; cut < body.size(); ++cut) {
    const Decoded one = decode(body.substr(0, cut));
    EXPECT_EQ(one.status, Status::More) << cut;
    EXPECT_EQ(one.used, cut);
  }
}

TEST(Chunked, RefusesWhatTwoParsersCouldReadDifferently) {
  for (const std::string body :
       {"\r\n", "x\r\n", "-1\r\n", "+1\r\na", " 1\r\na", "0x1\r\na", "1\nabc", "1;x\nabc", "1\rabc",
        "1\r\nab", "1\r\na\n", "1\r\na\rx", "0\r\n\n", "0\r\nx: y\n\r\n", "0\r\n\rx",
        "fffffffffffffffff\r\n", "20000000000\r\n", "1_0\r\n"})
    EXPECT_EQ(decode(body).status, Status::Bad) << body;
}

TEST(Chunked, HasALimitForExtensionsAndTrailers) {
  EXPECT_EQ(decode("1;" + std::string(16'000, 'x') + "\r\na\r\n0\r\n\r\n").status, Status::Done);
  EXPECT_EQ(decode("1;" + std::string(20'000, 'x') + "\r\na\r\n0\r\n\r\n").status, Status::Bad);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 2000; ++i) trailers += "trailer-" + std::to_string(i) + ": x\r\n";
  EXPECT_EQ(decode(trailers).status, Status::Bad);
}

TEST(Chunked, AChunkMayBeAsLargeAsItsLimit) {
  EXPECT_EQ(decode("10000000000\r\n").status, Status::More);
}

}  // namespace
}  // namespace rlm::net
