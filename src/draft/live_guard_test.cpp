#include "draft/live_guard.hpp"

#include <gtest/gtest.h>

namespace rlm::draft {
namespace {

using State = LiveGuard::State;

stream::BlockStart block(ContentBlock::Kind kind, std::string text = {}) {
  stream::BlockStart start;
  start.block.kind = kind;
  start.block.text = std::move(text);
  return start;
}

State feed_text(LiveGuard& guard, std::string_view text, std::size_t chunk = 7) {
  guard.feed(block(ContentBlock::Kind::Text));
  for (std::size_t at = 0; at < text.size(); at += chunk)
    guard.feed(stream::TextDelta{0, std::string(text.substr(at, chunk))});
  return guard.state();
}

std::string long_text(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += "Sentence " + std::to_string(i * i) + ". ";
  text.resize(bytes);
  return text;
}

TEST(LiveGuard, OpensAtExactlyTheConfiguredCharacters) {
  const RequestFacts facts;
  for (const std::size_t chunk : {1, 7, 1000}) {
    LiveGuard below(facts, 200);
    EXPECT_EQ(feed_text(below, long_text(199), chunk), State::Holding);
    LiveGuard at(facts, 200);
    EXPECT_EQ(feed_text(at, long_text(200), chunk), State::Open);
  }
}

TEST(LiveGuard, CountsCharactersNotBytes) {
  const RequestFacts facts;
  std::string text;
  for (int i = 0; i < 199; ++i) text += "é";
  LiveGuard guard(facts, 200);
  EXPECT_EQ(feed_text(guard, text, 1), State::Holding);
  EXPECT_EQ(guard.feed(stream::TextDelta{0, "x"}), State::Open);
}

TEST(LiveGuard, OpensEarlierOnceItsTimeIsUp) {
  const RequestFacts facts;
  LiveGuard guard(facts, 200);
  feed_text(guard, "A few");
  EXPECT_EQ(guard.state(), State::Holding);
  EXPECT_EQ(guard.time_is_up(), State::Open);
}

struct HeldCase {
  const char* name;
  std::string text;
  State state;  // after it came and its time is up
  std::string_view cause;
};

class Held : public testing::TestWithParam<HeldCase> {};

TEST_P(Held, KeepsBackWhatAnEarlyCauseMayStillTake) {
  RequestFacts facts;
  facts.last_user_text = "Please explain why this function is slow on large inputs.";
  LiveGuard guard(facts, 60);
  feed_text(guard, GetParam().text);
  guard.time_is_up();
  EXPECT_EQ(guard.state(), GetParam().state);
  EXPECT_EQ(guard.cause(), GetParam().cause);
}

std::string in_chinese() {
  std::string text;
  for (int i = 0; i < 4; ++i) text += std::to_string(i) + "这个函数在处理大输入时很慢请解释原因";
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    LiveGuard, Held,
    testing::Values(
        HeldCase{"Nothing", "", State::Holding, ""},
        HeldCase{"Blanks", "            \n\n      ", State::Holding, ""},
        HeldCase{"TheFirstLetterOfAnApology", "I", State::Holding, ""},
        HeldCase{"HalfAnApology", "I'm sor", State::Holding, ""},
        HeldCase{"ARefusal", "I'm sorry, but I can't help with that request.", State::Holding, ""},
        HeldCase{"ARefusalThatGoesOn",
                 "I'm sorry, but I can't help with that request. " + long_text(300), State::Holding,
                 ""},
        HeldCase{"AnApologyThatBecameAnAnswer",
                 "I'm sorry, but I can't help with that request. " + long_text(700), State::Open,
                 ""},
        HeldCase{"AnApologyBeforeAnAnswer",
                 "Sorry for the confusion: the loop is quadratic, see below.", State::Open, ""},
        HeldCase{"AnAnswer", "It is quadratic", State::Open, ""},
        HeldCase{"TheWrongScript", in_chinese(), State::Refused, "language_script"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(LiveGuard, RefusesBlocksThatADraftMayNotHold) {
  RequestFacts facts;
  LiveGuard other(facts, 10);
  EXPECT_EQ(other.feed(block(ContentBlock::Kind::Other)), State::Refused);
  EXPECT_EQ(other.cause(), "unknown_block");
  LiveGuard tool(facts, 10);
  feed_text(tool, "I look at the file first.");
  EXPECT_EQ(tool.feed(block(ContentBlock::Kind::ToolUse)), State::Refused);
  EXPECT_EQ(tool.cause(), "unexpected_tool_call");
  facts.tool_count = 1;
  LiveGuard offered(facts, 10);
  EXPECT_EQ(offered.feed(block(ContentBlock::Kind::ToolUse)), State::Refused);
  EXPECT_EQ(offered.cause(), "unproven_tool_call");
  LiveGuard thinking(facts, 10);
  EXPECT_EQ(thinking.feed(block(ContentBlock::Kind::Thinking)), State::Holding);
}

TEST(LiveGuard, StopsALoopWhileItIsBeingWrittenAtTheSameByteInAnyChunking) {
  const RequestFacts facts;
  std::string text = long_text(5000);
  for (int i = 0; i < 400; ++i) text += "Let me check this once more.\n";
  for (const std::size_t chunk : {1, 100, 5000, 20000}) {
    LiveGuard guard(facts, 200);
    std::size_t at = 0;
    while (at < text.size() && guard.state() != State::Refused) {
      guard.feed(stream::TextDelta{0, text.substr(at, chunk)});
      at += chunk;
    }
    EXPECT_EQ(guard.cause(), "repetition") << chunk;
    EXPECT_LT(at, 5000 + 4096 + chunk) << chunk;
  }
}

TEST(LiveGuard, StaysRefused) {
  const RequestFacts facts;
  LiveGuard guard(facts, 10);
  guard.feed(block(ContentBlock::Kind::Other));
  EXPECT_EQ(feed_text(guard, long_text(300)), State::Refused);
  EXPECT_EQ(guard.time_is_up(), State::Refused);
}

}  // namespace
}  // namespace rlm::draft
