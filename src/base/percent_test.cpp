#include "base/percent.hpp"

#include <gtest/gtest.h>

namespace rlm {
namespace {

TEST(Percent, EncodesAllButUnreservedCharactersAndThoseKept) {
  EXPECT_EQ(percent_encoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encoded("a b/c:\xc3\xa9%"), "a%20b%2Fc%3A%C3%A9%25");
  EXPECT_EQ(percent_encoded("a@b/c", "@"), "a@b%2Fc");
  EXPECT_EQ(percent_encoded(""), "");
}

TEST(Percent, DecodesWhatItEncoded) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decoded(percent_encoded(all)), all);
}

TEST(Percent, LeavesABrokenEscapeAsItIs) {
  EXPECT_EQ(percent_decoded("%4a%4A+"), "JJ+");
  for (const char* broken : {"%", "%4", "%4g", "%g4", "a%", "%%"})
    EXPECT_EQ(percent_decoded(broken), broken);
  EXPECT_EQ(percent_decoded("%%41"), "%A");
}

}  // namespace
}  // namespace rlm
