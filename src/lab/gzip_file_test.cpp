#include "lab/gzip_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

namespace rlm::lab {
namespace {

class GzipFile : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path); }

  void write_packed(const std::string& bytes) const {
    gzFile file = gzopen(path.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    EXPECT_EQ(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())),
              static_cast<int>(bytes.size()));
    EXPECT_EQ(gzclose(file), Z_OK);
  }
  void write_plain(const std::string& bytes) const {
    std::ofstream(path, std::ios::binary) << bytes;
  }

  const std::string path =
      (std::filesystem::temp_directory_path() / ("rlm-gzip-test-" + std::to_string(::getpid())))
          .string();
  const std::string text = [] {
    std::string lines;
    for (int i = 0; i < 200'000; ++i) lines += std::to_string(i * 7919) + "\n";
    return lines;
  }();
};

TEST_F(GzipFile, IsUnpacked) {
  write_packed(text);
  const auto read = read_maybe_gzip(path);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_TRUE(*read == text);
}

TEST_F(GzipFile, ThatIsNoneIsReadAsItIs) {
  write_plain("plain\n");
  EXPECT_EQ(read_maybe_gzip(path).value_or(""), "plain\n");
  write_plain("");
  EXPECT_EQ(read_maybe_gzip(path).value_or("x"), "");
}

TEST_F(GzipFile, ThatEndsEarlyOrIsDamagedIsRefused) {
  write_packed(text);
  const auto size = std::filesystem::file_size(path);
  for (const auto kept : {size - 1, size - 9, size / 2, std::uintmax_t{20}}) {
    std::filesystem::resize_file(path, kept);
    EXPECT_FALSE(read_maybe_gzip(path).has_value()) << kept;
  }
  write_packed(text);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(size / 2)) << "damaged";
  file.close();
  EXPECT_FALSE(read_maybe_gzip(path).has_value());
}

TEST_F(GzipFile, MayNotUnpackToMoreThanItsLimit) {
  write_packed(text);
  EXPECT_TRUE(read_maybe_gzip(path, text.size()).has_value());
  const auto refused = read_maybe_gzip(path, text.size() - 1);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::TooLarge);
}

TEST_F(GzipFile, ThatIsAbsentOrAFolderIsRefused) {
  EXPECT_FALSE(read_maybe_gzip(path).has_value());
  EXPECT_FALSE(read_maybe_gzip(std::filesystem::temp_directory_path().string()).has_value());
}

}  // namespace
}  // namespace rlm::lab
