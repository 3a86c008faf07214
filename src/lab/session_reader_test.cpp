#include "lab/session_reader.hpp"

#include <gtest/gtest.h>

#include "lab/test_sessions.hpp"

namespace rlm::lab {
namespace {

std::string with(std::string line, const std::string& old_text, const std::string& new_text) {
  const std::size_t at = line.find(old_text);
  EXPECT_NE(at, std::string::npos) << old_text;
  return line.replace(at, old_text.size(), new_text);
}

TEST(SessionReader, GroupsCallsByThreadInOrderOfTheirEnds) {
  const auto threads =
      read_sessions(session_line("a", 50) + session_line("b", 0, "mixed", "codex") + "\n" +
                    session_line("a", 10, "tool_result"));
  ASSERT_TRUE(threads.has_value()) << threads.error().message;
  ASSERT_EQ(threads->size(), 2u);
  const SessionThread& first = threads->front();
  EXPECT_EQ(first.source, SessionSource::ClaudeCode);
  ASSERT_EQ(first.calls.size(), 2u);
  EXPECT_EQ(first.calls[0].start_s, 10);
  EXPECT_EQ(first.calls[0].last, LastMessage::ToolResult);
  EXPECT_EQ(first.calls[1].prompt(), 1'000);
  EXPECT_EQ(first.calls[1].output, 50);
  EXPECT_FALSE(first.calls[1].tool_error);
  EXPECT_EQ(threads->back().source, SessionSource::Codex);
}

TEST(SessionReader, TakesTheEndWhereTheStartIsUnknown) {
  const auto threads = read_sessions(with(session_line("a", 7), "7.000000", "null"));
  ASSERT_TRUE(threads.has_value()) << threads.error().message;
  EXPECT_EQ(threads->front().calls.front().start_s, 8);
}

struct BadLine {
  const char* name;
  const char* old_text;
  const char* new_text;
  const char* says;
};

class ReadsNoBadLine : public testing::TestWithParam<BadLine> {};

TEST_P(ReadsNoBadLine, NamesTheLineAndTheField) {
  const BadLine& bad = GetParam();
  const std::string good = session_line("a", 0);
  const auto threads = read_sessions(good + with(good, bad.old_text, bad.new_text) + good);
  ASSERT_FALSE(threads.has_value());
  EXPECT_EQ(threads.error().kind, ErrorKind::BadRequest);
  EXPECT_EQ(threads.error().message.rfind("line 2: ", 0), 0u) << threads.error().message;
  EXPECT_NE(threads.error().message.find(bad.says), std::string::npos) << threads.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    SessionReader, ReadsNoBadLine,
    testing::Values(
        BadLine{"Cut", "\"last_msg\":\"user_text\",\"model\":\"m\"}", "\"last_msg\":\"us",
                "not JSON"},
        BadLine{"AnArray", "{\"session\":\"a\"", "[]", "not JSON"},
        BadLine{"Missing", "\"cache_read\":0,", "", "\"cache_read\": is missing"},
        BadLine{"Negative", "\"cache_read\":0", "\"cache_read\":-1",
                "\"cache_read\": need a whole"},
        BadLine{"Fraction", "\"output_tokens\":50", "\"output_tokens\":5.5",
                "\"output_tokens\": need"},
        BadLine{"Enormous", "\"output_tokens\":50", "\"output_tokens\":99999999999999999999",
                "\"output_tokens\": need"},
        BadLine{"Text", "\"output_tokens\":50", "\"output_tokens\":\"50\"",
                "\"output_tokens\": need"},
        BadLine{"NoEnd", "\"t_end\":1.000000", "\"t_end\":null", "\"t_end\": need a number"},
        BadLine{"EndlessEnd", "\"t_end\":1.000000", "\"t_end\":1e300", "\"t_end\": need a number"},
        BadLine{"Twice", "\"cache_read\":0", "\"cache_read\":0,\"cache_read\":0",
                "\"cache_read\": appears twice"},
        BadLine{"ForeignAgent", "claude-code", "emacs", "\"agent\": need one of \"claude-code\""},
        BadLine{"AnotherAgent", "claude-code", "codex", "\"agent\": another one"},
        BadLine{"UnknownLast", "user_text", "image", "\"last_msg\": need one of"},
        BadLine{"NoFlag", "\"is_side\":false", "\"is_side\":0", "\"is_side\": need true or false"},
        BadLine{"NoSession", "\"session\":\"a\"", "\"session\":\"\"", "\"session\": need a short"}),
    [](const auto& tested) { return tested.param.name; });

TEST(SessionReader, RefusesATextWithoutCalls) {
  EXPECT_FALSE(read_sessions("").has_value());
  EXPECT_FALSE(read_sessions("\n \n").has_value());
}

TEST(SharedPrefixes, AreReadKeptOnExpiryAndLostOnAChange) {
  const SessionThread thread = thread_of({
      call_at(0, 10'000, 4'000, 1),      // first: what it read
      call_at(10, 12'000, 10'000, 1),    // all of the previous prompt
      call_at(1'000, 13'000, 0, 1),      // expired: shared, although not read
      call_at(1'010, 14'000, 5'000, 1),  // within the TTL and yet not read: changed
      call_at(2'000, 6'000, 5'000, 1),   // a compaction: too short to be only expired
  });
  std::vector<Tokens> shared;
  std::vector<bool> broke;
  for (const auto& call : thread.calls) {
    shared.push_back(call.shared);
    broke.push_back(call.prefix_broke);
  }
  EXPECT_EQ(shared, (std::vector<Tokens>{4'000, 10'000, 11'997, 5'000, 5'000}));
  EXPECT_EQ(broke, (std::vector<bool>{false, false, false, true, true}));
}

TEST(SharedPrefixes, LastAnHourWhereMarksDo) {
  auto calls = std::vector<SessionCall>{call_at(0, 10'000, 0, 1), call_at(1'000, 12'000, 0, 1)};
  for (auto& call : calls) std::swap(call.cache_write_5m, call.cache_write_1h);
  const SessionThread thread = thread_of(calls);
  EXPECT_EQ(thread.calls[1].shared, 0);
  EXPECT_TRUE(thread.calls[1].prefix_broke);
}

}  // namespace
}  // namespace rlm::lab
