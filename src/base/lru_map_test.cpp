#include "base/lru_map.hpp"

#include <gtest/gtest.h>

namespace rlm {
namespace {

TEST(LruMap, ForgetsWhatWasUnusedLongest) {
  LruMap<int> map(2);
  map["a"] = 1;
  map["b"] = 2;
  EXPECT_EQ(map["a"], 1);
  map["c"] = 3;
  EXPECT_EQ(map.size(), 2u);
  EXPECT_EQ(map.find("b"), nullptr);
  ASSERT_NE(map.find("a"), nullptr);
  EXPECT_EQ(*map.find("a"), 1);
  EXPECT_EQ(*map.find("c"), 3);
}

TEST(LruMap, LookingIsNoUse) {
  LruMap<int> map(2);
  map["a"] = 1;
  map["b"] = 2;
  EXPECT_NE(map.find("a"), nullptr);
  map["c"] = 3;
  EXPECT_EQ(map.find("a"), nullptr);
}

TEST(LruMap, KeepsWhatIsNamedAgain) {
  LruMap<std::string> map(1);
  map["a"] = "kept";
  EXPECT_EQ(map["a"], "kept");
  EXPECT_EQ(map["b"], "");
  EXPECT_EQ(map["a"], "");
}

}  // namespace
}  // namespace rlm
