#include "wire/sse.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace rlm::wire {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

Events events_of(std::string_view stream, std::size_t chunk_bytes) {
  SseParser parser;
  Events events;
  for (std::size_t at = 0; at < stream.size(); at += chunk_bytes) {
    auto fed = parser.feed(
        stream.substr(at, chunk_bytes),
        [&](std::string_view event, std::string_view data) { events.emplace_back(event, data); });
    EXPECT_TRUE(fed.has_value());
  }
  return events;
}

struct SseCase {
  const char* name;
  std::string stream;
  Events events;
};

class SseEvents : public testing::TestWithParam<SseCase> {};

TEST_P(SseEvents, ComeOutTheSameInAnyChunking) {
  for (const std::size_t chunk_bytes :
       {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{1000}})
    EXPECT_EQ(events_of(GetParam().stream, chunk_bytes), GetParam().events)
        << "in chunks of " << chunk_bytes;
}

INSTANTIATE_TEST_SUITE_P(
    Sse, SseEvents,
    testing::Values(
        SseCase{
            "LineFeeds", "event: a\ndata: 1\n\nevent: b\ndata: 2\n\n", {{"a", "1"}, {"b", "2"}}},
        SseCase{"CarriageReturns", "event: a\rdata: 1\r\rdata: 2\r\r", {{"a", "1"}, {"", "2"}}},
        SseCase{"Both", "event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", {{"a", "1"}, {"", "2"}}},
        SseCase{"ByteOrderMark",
                "\xEF\xBB\xBF"
                "data: 1\n\n",
                {{"", "1"}}},
        SseCase{"MarkOnlyAtTheStart",
                "data: 1\n\n\xEF\xBB\xBF"
                "data: 2\n\n",
                {{"", "1"}}},
        SseCase{"CommentsAndIds", ": hello\nid: 7\nretry: 3\ndata: 1\n: there\n\n", {{"", "1"}}},
        SseCase{"SeveralDataLines", "data: 1\ndata:2\ndata\n\n", {{"", "1\n2\n"}}},
        SseCase{"OnlyOneSpaceIsTaken", "data:  x \n\n", {{"", " x "}}},
        SseCase{"EmptyDataIsAnEvent", "data:\n\n", {{"", ""}}},
        SseCase{"NoDataIsNoEvent", "event: a\n\ndata: 1\n\n", {{"", "1"}}},
        SseCase{"LastEventNameWins", "event: a\nevent: b\ndata: 1\n\n", {{"b", "1"}}},
        SseCase{"UnfinishedIsNotReported", "data: 1\n\ndata: 2\n", {{"", "1"}}}),
    [](const auto& each) { return each.param.name; });

TEST(Sse, TellsWhetherItWasCutInsideAnEvent) {
  SseParser parser;
  const auto ignore = [](std::string_view, std::string_view) {};
  EXPECT_FALSE(parser.in_event());
  ASSERT_TRUE(parser.feed("data: 1\n\n", ignore));
  EXPECT_FALSE(parser.in_event());
  ASSERT_TRUE(parser.feed("da", ignore));
  EXPECT_TRUE(parser.in_event());
  ASSERT_TRUE(parser.feed("ta: 2\n", ignore));
  EXPECT_TRUE(parser.in_event());
  ASSERT_TRUE(parser.feed("\n", ignore));
  EXPECT_FALSE(parser.in_event());
}

TEST(Sse, AcceptsAnEventAtTheLimitAndRefusesOneByteMore) {
  const auto ignore = [](std::string_view, std::string_view) {};
  const auto fed = [&](std::size_t data_bytes, std::size_t lines) {
    SseParser parser(SseLimits{.event_bytes_max = 20});
    std::string stream;
    for (std::size_t i = 0; i < lines; ++i)
      stream += "data: " + std::string(data_bytes, 'x') + "\n";
    return parser.feed(stream + "\n", ignore);
  };
  EXPECT_TRUE(fed(14, 1));
  ASSERT_FALSE(fed(15, 1));
  EXPECT_TRUE(fed(6, 3));
  ASSERT_FALSE(fed(7, 3));
  EXPECT_EQ(fed(7, 3).error().kind, ErrorKind::TooLarge);
  EXPECT_EQ(fed(7, 3).error().source, Source::Upstream);
}

TEST(Sse, StaysRefusedOnceALimitWasExceeded) {
  SseParser parser(SseLimits{.event_bytes_max = 4});
  const auto ignore = [](std::string_view, std::string_view) {};
  EXPECT_FALSE(parser.feed("data: 12345", ignore));
  EXPECT_FALSE(parser.feed("\n\n", ignore));
}

TEST(Sse, WritesWhatItReads) {
  std::string out;
  append_sse(out, "ping", R"({"type":"ping"})");
  EXPECT_EQ(out, "event: ping\ndata: {\"type\":\"ping\"}\n\n");
}

TEST(Sse, DataWithLineBreaksCannotForgeAnEvent) {
  std::string out;
  append_sse(out, "a", "1\n\nevent: b\r\ndata: 2");
  EXPECT_EQ(events_of(out, 1000), (Events{{"a", "1\n\nevent: b\ndata: 2"}}));
}

}  // namespace
}  // namespace rlm::wire
