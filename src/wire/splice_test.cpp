#include "wire/splice.hpp"

#include <gtest/gtest.h>

namespace rlm::wire {
namespace {

std::string text_of(const SplicedBody& body) {
  return std::string(body.joined().view());
}

TEST(Splice, AnUntouchedBodyIsOneSegmentOfTheOriginalBytes) {
  const std::string original = "abc";
  const SplicedBody body(original);
  ASSERT_EQ(body.segments().size(), 1u);
  EXPECT_EQ(body.segments()[0].data(), original.data());
  EXPECT_EQ(body.size(), 3u);
}

TEST(Splice, EditsInAnyOrderComeOutByPlace) {
  SplicedBody body("0123456789");
  body.replace({8, 9}, "EIGHT");
  body.replace({0, 1}, "");
  body.replace({4, 4}, "<");
  EXPECT_EQ(text_of(body), "123<4567EIGHT9");
  EXPECT_EQ(body.size(), text_of(body).size());
}

TEST(Splice, InsertionsAtOnePlaceKeepTheirOrder) {
  SplicedBody body("ab");
  body.replace({1, 1}, "1");
  body.replace({1, 1}, "2");
  body.replace({1, 2}, "B");
  EXPECT_EQ(text_of(body), "a12B");
}

TEST(Splice, AnEmptyBodyCanBeFilled) {
  SplicedBody body("");
  EXPECT_TRUE(body.segments().empty());
  body.replace({0, 0}, "x");
  EXPECT_EQ(text_of(body), "x");
}

TEST(SpliceDeathTest, OverlappingOrOutlyingEditsAreOurMistake) {
  SplicedBody body("0123456789");
  body.replace({2, 5}, "x");
  EXPECT_DEATH(body.replace({4, 6}, "y"), "");
  EXPECT_DEATH(body.replace({1, 3}, "y"), "");
  EXPECT_DEATH(body.replace({9, 11}, "y"), "");
}

}  // namespace
}  // namespace rlm::wire
