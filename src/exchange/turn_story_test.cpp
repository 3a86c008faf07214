#include "exchange/turn_story.hpp"

#include <gtest/gtest.h>

namespace rlm::exchange {
namespace {

std::string used(std::string_view id, std::string_view name, std::string_view input) {
  return R"({"role":"assistant","content":[{"type":"text","text":"I do that."},{"type":"tool_use","id":")" +
         std::string(id) + R"(","name":")" + std::string(name) + R"(","input":)" +
         std::string(input) + "}]}";
}
std::string result(std::string_view id, std::string_view text, bool failed = false) {
  return R"({"role":"user","content":[{"type":"tool_result","tool_use_id":")" + std::string(id) +
         R"(","content":")" + std::string(text) + (failed ? R"(","is_error":true)" : "\"") + "}]}";
}
std::string user(std::string_view text) {
  return R"({"role":"user","content":")" + std::string(text) + "\"}";
}

/// A session with one turn behind it and one going on.
Buffer session_body() {
  const std::vector<std::string> messages = {
      user("<system-reminder>be brief</system-reminder>Write a cache."),
      used("t1", "Write", R"({"file_path":"/r/cache.c","content":"int a;"})"),
      result("t1", "written"),
      R"({"role":"assistant","content":"It is written."})",
      user("Make it safe."),
      used("t2", "Read", R"({"file_path":"/r/cache.c"})"),
      result("t2", "     1→int a;"),
      used("t3", "Edit", R"({"file_path":"/r/cache.c","old_string":"int a","new_string":"int b"})"),
      result("t3", "updated"),
      used("t4", "Bash", R"({"command":"make test"})"),
      result("t4", "1 failed", true)};
  std::string joined;
  for (const auto& message : messages) joined += (joined.empty() ? "" : ",") + message;
  return Buffer(R"({"model":"m","messages":[)" + joined + "]}");
}

class TurnStory : public testing::Test {
 protected:
  Buffer body_ = session_body();
  std::unique_ptr<draft::SessionFacts> session_ = draft::SessionFacts::read(body_, {});
};

TEST_F(TurnStory, IsTheTurnThatIsGoingOnWithTheWordsBeforeIt) {
  ASSERT_NE(session_, nullptr);
  const verify::TurnStory story = story_of(*session_, "It is safe.");
  EXPECT_EQ(story.before, "user: Write a cache.\nassistant: I do that.\nassistant: It is written.");
  EXPECT_EQ(story.task, "Make it safe.");
  EXPECT_EQ(story.answer, "It is safe.");
  ASSERT_EQ(story.actions.size(), 3u);
  EXPECT_EQ(story.actions[0].tool, "Read");
  EXPECT_EQ(story.actions[0].result, "int a;");
  EXPECT_TRUE(story.actions[0].edits.empty());
  ASSERT_EQ(story.actions[1].edits.size(), 1u);
  EXPECT_EQ(story.actions[1].edits[0].path, "/r/cache.c");
  EXPECT_EQ(story.actions[1].edits[0].before, "int a");
  EXPECT_EQ(story.actions[1].edits[0].after, "int b");
  EXPECT_TRUE(story.actions[2].runs_tests);
  EXPECT_TRUE(story.actions[2].failed);
}

Answer calling(std::vector<std::pair<std::string, std::string>> calls) {
  Answer answer;
  for (auto& [name, input] : calls) {
    ContentBlock block;
    block.kind = ContentBlock::Kind::ToolUse;
    block.name = std::move(name);
    block.text = std::move(input);
    answer.content.push_back(std::move(block));
  }
  return answer;
}

TEST_F(TurnStory, AStepIsNewWhenTheTurnHasNotMadeAllOfItsCalls) {
  const auto again = step_of(calling({{"Read", R"({ "file_path" : "/r/cache.c" })"}}), *session_);
  EXPECT_FALSE(again.brings_news) << "the same input, spaced otherwise";
  const auto fresh = step_of(calling({{"Read", R"({"file_path":"/r/b.c"})"}}), *session_);
  EXPECT_TRUE(fresh.brings_news);
  EXPECT_NE(again.calls_hash, fresh.calls_hash);
  EXPECT_TRUE(
      step_of(calling({{"Write", R"({"file_path":"/r/cache.c","content":"int a;"})"}}), *session_)
          .brings_news)
      << "that was an earlier turn's";
  EXPECT_TRUE(step_of(calling({{"Read", "no json"}}), *session_).brings_news);
}

}  // namespace
}  // namespace rlm::exchange
