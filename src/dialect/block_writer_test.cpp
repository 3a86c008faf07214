#include "dialect/block_writer.hpp"

#include <gtest/gtest.h>

#include "dialect/chat_answer.hpp"
#include "dialect/openai_whole.hpp"

namespace rlm::dialect {
namespace {

using State = ObjectScan::State;

struct ScanCase {
  const char* name;
  std::string text;
  State state;
  std::string_view part;  // what belongs to the object
};

TEST(ObjectScan, KnowsWhereTheObjectEnds) {
  const ScanCase cases[] = {
      {"nothing", "", State::Empty, ""},
      {"white space", " \n", State::Empty, ""},
      {"begun", R"({"a":{)", State::Open, R"({"a":{)"},
      {"whole", R"( {"a":[{}]} )", State::Whole, R"({"a":[{}]})"},
      {"brackets in a string", R"({"}\"]":"{"})", State::Whole, R"({"}\"]":"{"})"},
      {"an escape at the end", R"({"a\)", State::Open, R"({"a\)"},
      {"no object", "[1]", State::Broken, ""},
      {"a wrong bracket", "{]", State::Broken, "{]"},
      {"more behind it", "{}{}", State::Broken, "{}"},
      {"as deep as allowed", "{" + std::string(127, '['), State::Open, "{"},
      {"deeper", "{" + std::string(128, '['), State::Broken, "{"},
  };
  for (const ScanCase& one : cases) {
    ObjectScan whole;
    const std::string_view part = whole.feed(one.text);
    EXPECT_EQ(whole.state(), one.state) << one.name;
    EXPECT_TRUE(part.starts_with(one.part)) << one.name;
    ObjectScan bytes;
    for (const char& c : one.text) bytes.feed({&c, 1});
    EXPECT_EQ(bytes.state(), one.state) << one.name << ", byte by byte";
  }
}

TEST(BlockWriter, TakesAsManyBlocksAsItsLimitAndNoMore) {
  BlockWriter writer({"m", "msg_1"});
  std::string out;
  for (std::size_t i = 0; i < BlockWriter::kBlocksMax; ++i) {
    ASSERT_TRUE(writer.text(i, "a", out).has_value()) << i;
    out.clear();
  }
  const auto over = writer.text(BlockWriter::kBlocksMax, "a", out);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().kind, ErrorKind::TooLarge);
  EXPECT_EQ(over.error().source, Source::Upstream);
}

TEST(BlockWriter, LetsAsManyBytesWaitAsItsLimitAndNoMore) {
  BlockWriter writer({"m", "msg_1"});
  std::string out;
  ASSERT_TRUE(writer.begin_call(0, "a", "f", out).has_value());
  ASSERT_TRUE(writer.begin_call(1, "b", "f", out).has_value());
  const std::string most(BlockWriter::kWaitingBytesMax, '{');
  EXPECT_TRUE(writer.arguments(1, most, out).has_value());
  const auto over = writer.arguments(1, "{", out);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().kind, ErrorKind::TooLarge);
}

TEST(OpenAiWhole, HoldsAsManyBytesAsItsLimitAndNoMore) {
  const auto translator = chat_answer(false, {"m"});
  wire::JsonIndex index;
  std::string out;
  const std::string most(OpenAiWhole::kBodyBytesMax, 'x');
  EXPECT_TRUE(translator->feed("  \n", index, out).has_value());  // counts for nothing
  EXPECT_TRUE(translator->feed(most, index, out).has_value());
  const auto over = translator->feed("x", index, out);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().kind, ErrorKind::TooLarge);
}

}  // namespace
}  // namespace rlm::dialect
