#include "respond/whole_events.hpp"

#include <gtest/gtest.h>

namespace rlm::respond {
namespace {

const std::string kOne = "event: a\ndata: 1\n\n";
const std::string kTwo = "event: b\r\ndata: 2\r\n\r\n";

TEST(WholeEvents, HoldsBackWhatFollowsTheLastWholeEvent) {
  WholeEvents events;
  EXPECT_EQ(events.feed(kOne + "event: b"), kOne);
  EXPECT_EQ(events.feed("\ndata: 2"), "");
  EXPECT_EQ(events.feed("\n\n" + kOne), "event: b\ndata: 2\n\n" + kOne);
  EXPECT_FALSE(events.inside_event());
}

TEST(WholeEvents, GivesTheSameBytesInAnySplitAndNeverEndsInsideAnEvent) {
  const std::string stream = ": hi\n\n" + kOne + kTwo + "\n\n" + kOne + "data: last";
  for (std::size_t size = 1; size < stream.size(); ++size) {
    WholeEvents events;
    std::string out;
    for (std::size_t at = 0; at < stream.size(); at += size) {
      out += events.feed(std::string_view(stream).substr(at, size));
      EXPECT_TRUE(out.empty() || out.ends_with("\n\n") || out.ends_with("\n\r\n")) << out;
      EXPECT_FALSE(events.inside_event());
    }
    EXPECT_EQ(out, stream.substr(0, stream.size() - 10)) << size;
    out += events.finish("!");
    EXPECT_EQ(out, stream + "!");
  }
}

TEST(WholeEvents, GivesTheLastBytesWithoutWaitingForTheirEnd) {
  WholeEvents events;
  EXPECT_EQ(events.finish("data: 1"), "data: 1");
}

TEST(WholeEvents, LetsAnEventBeyondTheLimitPassInParts) {
  for (const std::size_t size : {WholeEvents::kHeldMax - 6, WholeEvents::kHeldMax - 5}) {
    WholeEvents events;
    const std::string large = "data: " + std::string(size, 'x');
    const bool passes = large.size() > WholeEvents::kHeldMax;
    EXPECT_EQ(events.feed(large).size(), passes ? large.size() : 0u);
    EXPECT_EQ(events.inside_event(), passes);
    events.feed("\n\n");
    EXPECT_EQ(events.inside_event(), false);
  }
  WholeEvents pieces;
  std::size_t out = 0;
  for (int i = 0; i < 3000; ++i) out += pieces.feed(std::string(100, 'x')).size();
  EXPECT_GT(out, 200'000u);
  EXPECT_TRUE(pieces.inside_event());
}

}  // namespace
}  // namespace rlm::respond
