#include "fetch/media_type.hpp"

#include <gtest/gtest.h>

namespace rlm::fetch {
namespace {

using namespace std::string_view_literals;

TEST(MediaType, IsToldByTheFirstBytes) {
  EXPECT_EQ(media_type_of("\xff\xd8\xff\xe0 JFIF"sv), "image/jpeg");
  EXPECT_EQ(media_type_of("\x89PNG\r\n\x1a\n\0\0"sv), "image/png");
  EXPECT_EQ(media_type_of("GIF87a.."), "image/gif");
  EXPECT_EQ(media_type_of("GIF89a.."), "image/gif");
  EXPECT_EQ(media_type_of("RIFF\x10\0\0\0WEBPVP8 "sv), "image/webp");
  EXPECT_EQ(media_type_of("%PDF-1.7\n"), "application/pdf");
}

TEST(MediaType, IsUnknownForEverythingElse) {
  for (const auto bytes : {""sv, "\xff\xd8"sv, "\x89PNG\n"sv, "GIF88a"sv, "RIFF\x10\0\0\0WAVE"sv,
                           "RIFFWEBP"sv, "RIFF....WEB"sv, "<svg xmlns="sv, "<!DOCTYPE html>"sv,
                           "{\"AccessKeyId\":"sv, " %PDF-1.7"sv, "BM...."sv, "II*\0"sv})
    EXPECT_EQ(media_type_of(bytes), "") << bytes;
}

}  // namespace
}  // namespace rlm::fetch
