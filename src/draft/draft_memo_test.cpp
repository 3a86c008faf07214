#include "draft/draft_memo.hpp"

#include <gtest/gtest.h>

namespace rlm::draft {
namespace {

std::shared_ptr<const Remembered> draft_of(std::size_t bytes) {
  Remembered known;
  known.draft.emplace();
  known.draft->answer.content.emplace_back().text.assign(bytes, 'x');
  return std::make_shared<const Remembered>(std::move(known));
}

Request request_of(std::string_view body, std::string_view key = "key-1") {
  Request request;
  request.body = Buffer(body);
  request.headers.add("x-api-key", key);
  return request;
}

MemoKey key_of(std::string_view body) {
  return memo_key("cascade 1", Plan::DraftOnly, request_of(body));
}

TEST(MemoKey, IsTheSameOnlyForTheSameRequestOfTheSameClient) {
  const MemoKey key = key_of("body");
  EXPECT_EQ(key, key_of("body"));
  EXPECT_NE(key, key_of("body "));
  EXPECT_NE(key, memo_key("cascade 2", Plan::DraftOnly, request_of("body")));
  EXPECT_NE(key, memo_key("cascade 1", Plan::DraftVerify, request_of("body")));
  EXPECT_NE(key, memo_key("cascade 1", Plan::DraftOnly, request_of("body", "key-2")));
  EXPECT_NE(memo_key("ab", Plan::DraftOnly, request_of("c")),
            memo_key("a", Plan::DraftOnly, request_of("bc")));
}

struct Memo : testing::Test {
  FakeClock clock;
  DraftMemo memo{MemoConfig{.entries_max = 3, .bytes_max = 10'000, .life = Milliseconds(1000)}};

  void put(std::string_view body, std::size_t bytes = 10) {
    memo.put(key_of(body), draft_of(bytes), clock.steady());
  }
  bool knows(std::string_view body) { return memo.find(key_of(body), clock.steady()) != nullptr; }
};

TEST_F(Memo, KeepsWhatItWasGivenUntilItIsForgotten) {
  EXPECT_FALSE(knows("a"));
  put("a");
  EXPECT_TRUE(knows("a"));
  EXPECT_FALSE(knows("b"));
  memo.forget(key_of("a"));
  EXPECT_FALSE(knows("a"));
  memo.forget(key_of("a"));
}

TEST_F(Memo, ForgetsByItselfWhenItsTimeIsOver) {
  put("a");
  clock.advance(Milliseconds(999));
  put("b");
  EXPECT_TRUE(knows("a"));
  clock.advance(Milliseconds(1));
  EXPECT_FALSE(knows("a"));
  EXPECT_TRUE(knows("b"));
  EXPECT_EQ(memo.size(), 1u);
}

TEST_F(Memo, ForgetsTheOldestBeyondItsCount) {
  for (const char* body : {"a", "b", "c"}) put(body);
  EXPECT_TRUE(knows("a"));
  put("d");
  EXPECT_FALSE(knows("a"));
  EXPECT_TRUE(knows("b"));
  EXPECT_EQ(memo.size(), 3u);
}

TEST_F(Memo, ForgetsTheOldestBeyondItsBytesAndKeepsNothingThatIsTooLarge) {
  put("a", 4000);
  put("b", 4000);
  EXPECT_TRUE(knows("a"));
  put("c", 4000);
  EXPECT_FALSE(knows("a"));
  EXPECT_TRUE(knows("c"));
  put("d", 10'001);
  EXPECT_FALSE(knows("d"));
  EXPECT_TRUE(knows("c"));
}

TEST_F(Memo, ReplacesWhatWasKnown) {
  put("a", 4000);
  put("a", 5000);
  put("b", 3000);
  EXPECT_TRUE(knows("a"));
  EXPECT_EQ(memo.find(key_of("a"), clock.steady())->draft->answer.text().size(), 5000u);
}

}  // namespace
}  // namespace rlm::draft
