#include "respond/rewrite_events.hpp"

#include <gtest/gtest.h>

namespace rlm::respond {
namespace {

using Kind = ContentBlock::Kind;

ContentBlock block(Kind kind) {
  ContentBlock made;
  made.kind = kind;
  return made;
}

// A short notation of events: S0 T0:text I0:json E0.
std::string notation(const std::vector<StreamEvent>& events) {
  std::string text;
  for (const auto& event : events) {
    if (const auto* e = std::get_if<stream::BlockStart>(&event))
      text += "S" + std::to_string(e->index) + " ";
    if (const auto* e = std::get_if<stream::TextDelta>(&event))
      text += "T" + std::to_string(e->index) + ":" + e->text + " ";
    if (const auto* e = std::get_if<stream::InputDelta>(&event))
      text += "I" + std::to_string(e->index) + ":" + e->partial_json + " ";
    if (const auto* e = std::get_if<stream::BlockStop>(&event))
      text += "E" + std::to_string(e->index) + " ";
  }
  return text;
}

std::string run(std::string held, const std::vector<StreamEvent>& input) {
  RewriteEvents rewrite(std::move(held));
  std::string text;
  for (const auto& event : input) text += notation(rewrite.feed(event));
  return text + notation(rewrite.finish());
}

TEST(RewriteEvents, BeginsWithWhatTheGateHeldBack) {
  EXPECT_EQ(run("USE_DRAWER", {stream::TextDelta{1, " is a word"}, stream::BlockStop{1}}),
            "S0 T0:USE_DRAWER T0: is a word E0 ");
}

TEST(RewriteEvents, ClosesABlockThatTheUpstreamLeftOpen) {
  EXPECT_EQ(run("a", {}), "S0 T0:a E0 ");
}

TEST(RewriteEvents, LeavesThinkingOutAndKeepsIndicesContiguous) {
  EXPECT_EQ(run("", {stream::BlockStart{0, block(Kind::Thinking)}, stream::ThinkingDelta{0, "hm"},
                     stream::BlockStop{0}, stream::BlockStart{1, block(Kind::Text)},
                     stream::TextDelta{1, "x"}, stream::BlockStop{1},
                     stream::BlockStart{2, block(Kind::Thinking)}, stream::BlockStop{2},
                     stream::BlockStart{3, block(Kind::ToolUse)}, stream::InputDelta{3, "{}"},
                     stream::BlockStop{3}}),
            "S0 T0:x E0 S1 I1:{} E1 ");
}

TEST(RewriteEvents, GivesNothingForMessageEvents) {
  EXPECT_EQ(run("", {stream::MessageStart{}, stream::Ignored{}, stream::MessageDelta{},
                     stream::MessageStop{}}),
            "");
}

}  // namespace
}  // namespace rlm::respond
