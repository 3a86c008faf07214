#include "base/recycled_memory.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "base/buffer.hpp"

namespace rlm {
namespace {

#if defined(RLM_SANITIZED)
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif

TEST(RecycledMemory, GivesTheLastOfItsSizeFirst) {
  void* first = take_memory(1000);
  void* second = take_memory(1000);
  EXPECT_NE(first, second);
  give_back_memory(first, 1000);
  give_back_memory(second, 1000);
  void* next = take_memory(1001);  // the same class
  EXPECT_EQ(next == second, kKeeps);
  give_back_memory(next, 1001);
  void* huge = take_memory(8u << 20);
  give_back_memory(huge, 8u << 20);
}

TEST(RecycledMemory, SizesGrowByAQuarterAtMostAndStayWhatTheyAre) {
  std::size_t before = 0;
  for (std::size_t bytes = 1; bytes < 600'000; bytes += bytes / 7 + 1) {
    const std::size_t given = recycled_size(bytes);
    EXPECT_GE(given, bytes);
    EXPECT_GE(given, before);
    EXPECT_LE(given, bytes + bytes / 4 + 64);
    EXPECT_EQ(recycled_size(given), given);
    before = given;
  }
}

TEST(Buffer, KeepsItsBytesWhileItGrows) {
  Buffer buffer;
  std::string expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string part(static_cast<std::size_t>(i % 700), static_cast<char>('a' + i % 26));
    buffer.append(part);
    expected += part;
  }
  EXPECT_EQ(buffer.view(), expected);
  EXPECT_GE(buffer.capacity(), buffer.size());
  std::memset(buffer.data() + buffer.size(), 0, Buffer::kPadding);
  buffer.release();
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0u);
}

}  // namespace
}  // namespace rlm
