#include "upstream/stream_beginning.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rlm::upstream {
namespace {

struct BeginningCase {
  std::string bytes;
  Beginning open;  // while more may come
  Beginning end;   // when nothing follows
};

constexpr auto kUnclear = Beginning::Unclear;
constexpr auto kAnswer = Beginning::Answer;
constexpr auto kFailure = Beginning::Failure;

TEST(StreamBeginning, IsToldByTheFirstLine) {
  for (const BeginningCase& one :
       {BeginningCase{"", kUnclear, kUnclear},
        {"\r\n\n", kUnclear, kUnclear},
        {"e", kUnclear, kUnclear},
        {"event: ", kUnclear, kUnclear},
        {"event: err", kUnclear, kUnclear},
        {"event: error", kUnclear, kUnclear},
        {"event: errors\n", kAnswer, kAnswer},
        {"event: m", kAnswer, kAnswer},
        {"event: message_start\nda", kAnswer, kAnswer},
        {"event: ping\n", kAnswer, kAnswer},
        {": comment", kAnswer, kAnswer},
        {"id: 7\n", kAnswer, kAnswer},
        {"event: error\n", kUnclear, kFailure},
        {"event: error\ndata: {}\n", kUnclear, kFailure},
        {"event: error\ndata: {}\n\n", kFailure, kFailure},
        {"event:error\r\ndata: {}\r\n\r\n", kFailure, kFailure},
        {"\n\nevent: error\ndata: {}\n\nevent: x", kFailure, kFailure},
        {"data: {\"type\":\"error\",\"error\":{}}\n\n", kFailure, kFailure},
        {"data:{\"type\": \"error\"", kUnclear, kFailure},
        {"data: {\"type\":\"err", kUnclear, kUnclear},
        {"data: {\"type\":\"message_start\"", kAnswer, kAnswer},
        {"data: {}\n\n", kAnswer, kAnswer}}) {
    EXPECT_EQ(beginning_of(one.bytes, false), one.open) << one.bytes;
    EXPECT_EQ(beginning_of(one.bytes, true), one.end) << one.bytes;
  }
}

TEST(StreamBeginning, IsNotWaitedForBeyondItsLimit) {
  EXPECT_EQ(beginning_of("event: error\n" + std::string(70'000, 'x'), false), kAnswer);
}

}  // namespace
}  // namespace rlm::upstream
