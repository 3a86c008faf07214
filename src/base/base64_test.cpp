#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace rlm {
namespace {

std::string encoded(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes);
  return text;
}

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
  const std::pair<std::string_view, std::string_view> kVectors[] = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : kVectors) {
    EXPECT_EQ(encoded(bytes), text);
    std::string back = "before ";
    EXPECT_TRUE(append_from_base64(back, text)) << text;
    EXPECT_EQ(back, "before " + std::string(bytes));
  }
}

TEST(Base64, EveryByteAtEveryPlaceComesBackAlsoWithoutPadding) {
  for (std::size_t size = 1; size <= 7; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (int byte = 0; byte < 256; ++byte) {
        std::string bytes(size, '\xa5');
        bytes[at] = static_cast<char>(byte);
        std::string text = encoded(bytes);
        while (text.ends_with('=')) text.pop_back();
        std::string back;
        ASSERT_TRUE(append_from_base64(back, text));
        ASSERT_EQ(back, bytes);
      }
}

TEST(Base64, WhatIsNoBase64IsRefusedAtEveryPlace) {
  const std::string good = "Zm9vYmFyZm8";
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const char bad : {' ', '-', '_', '=', '\n', '\0', '\x80', '\xff'}) {
      std::string text = good;
      text[at] = bad;
      std::string out;
      EXPECT_FALSE(append_from_base64(out, text)) << at << " " << int(bad);
    }
  std::string out;
  EXPECT_FALSE(append_from_base64(out, "Zm9vY"));
  EXPECT_FALSE(append_from_base64(out, "===="));
}

TEST(Base64, OfUrlsHasTwoOtherLettersAndNoPadding) {
  EXPECT_EQ(base64url("\xfb\xff\xfe?"), "-__-Pw");
}

}  // namespace
}  // namespace rlm
