// Bytes that were received and not yet taken, whoever fills the scratch area meanwhile.
#include "net/scratch.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace rlm::net {
namespace {

std::string_view receive(Scratch& scratch, std::string_view bytes) {
  scratch.evict();
  std::memcpy(scratch.data(), bytes.data(), bytes.size());
  return {scratch.data(), bytes.size()};
}

TEST(Unread, StaysWhereItCameUntilTheAreaIsFilledAgain) {
  Scratch scratch;
  Unread unread(scratch);
  unread.add(receive(scratch, "head body"));
  unread.consume(5);
  EXPECT_EQ(unread.data(), scratch.data() + 5);
  Unread other(scratch);
  other.add(receive(scratch, "somebody else's"));
  EXPECT_EQ(unread.view(), "body");
  EXPECT_EQ(other.view(), "somebody else's");
  EXPECT_FALSE(scratch.holds(unread.data()));
  EXPECT_TRUE(scratch.holds(other.data()));
}

TEST(Unread, GrowsByWhatComesLater) {
  Scratch scratch;
  Unread unread(scratch);
  for (const char* part : {"one ", "two ", "three"}) unread.add(receive(scratch, part));
  EXPECT_EQ(unread.view(), "one two three");
  unread.consume(4);
  unread.add(" from elsewhere");
  EXPECT_EQ(unread.view(), "two three from elsewhere");
  unread.consume(100);
  EXPECT_TRUE(unread.empty());
}

TEST(Unread, IsTakenToTheAreaFromWhereverItIs) {
  Scratch scratch;
  Unread unread(scratch);
  unread.add(receive(scratch, "still here"));
  auto taken = unread.take_to_scratch();
  EXPECT_EQ(std::string(taken.data(), taken.size()), "still here");
  EXPECT_TRUE(unread.empty());

  const std::string large(Scratch::kBytes + 10, 'x');
  unread.add(large);
  Unread other(scratch);
  other.add(receive(scratch, "kept"));
  taken = unread.take_to_scratch();
  EXPECT_EQ(taken.size(), Scratch::kBytes);
  EXPECT_TRUE(scratch.holds(taken.data()));
  EXPECT_EQ(unread.view(), large.substr(Scratch::kBytes));
  EXPECT_EQ(other.view(), "kept");
}

TEST(Unread, MayGoBeforeWhatItLeftIsTaken) {
  Scratch scratch;
  {
    Unread unread(scratch);
    unread.add(receive(scratch, "forgotten"));
  }
  scratch.evict();
}

}  // namespace
}  // namespace rlm::net
