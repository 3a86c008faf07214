#include "wire/draft_block.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rlm::wire {
namespace {

constexpr const char* kIdBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

std::string block_of(std::string_view json) {
  JsonIndex index;
  Buffer out;
  append_draft_block(out, *index.parse(json));
  return std::string(out.view());
}

TEST(DraftToolId, KeepsWhatAllDialectsTake) {
  for (const std::string& id :
       {std::string("toolu_01AbC-_9"), std::string("a"), std::string(kToolIdMax, 'x')})
    EXPECT_EQ(draft_tool_id(id), id);
}

TEST(DraftToolId, MapsEverythingElseIntoThePatternAlwaysTheSameWay) {
  std::set<std::string> made;
  const std::string bad[] = {"",
                             "functions.Bash:0",
                             "functions.Bash:1",
                             "a b",
                             "ä",
                             std::string(41, 'x'),
                             "t/1",
                             "t\n",
                             "t1\"",
                             std::string(500, 'y'),
                             "call 1",
                             "call.1",
                             "toolu_01:1",
                             std::string("a\0b", 3)};
  for (const std::string& id : bad) {
    const std::string mapped = draft_tool_id(id);
    EXPECT_FALSE(mapped.empty());
    EXPECT_EQ(mapped.find_first_not_of(kIdBytes), std::string::npos) << id;
    EXPECT_LE(mapped.size(), kToolIdMax);
    EXPECT_EQ(draft_tool_id(id), mapped);
    EXPECT_EQ(draft_tool_id(mapped), mapped);
    made.insert(mapped);
  }
  EXPECT_EQ(made.size(), std::size(bad)) << "two ids became one";
}

TEST(DraftBlock, GivesACallAndItsResultTheSameIdHoweverItIsWritten) {
  const std::string call =
      block_of(R"({"type":"tool_use","id":"functions.Bash:0","name":"Bash","input":{}})");
  const std::string result =
      block_of(R"({"type":"tool_result","tool_use_id":"functions\u002eBash:0"})");
  const std::string id = draft_tool_id("functions.Bash:0");
  EXPECT_EQ(call, R"({"type":"tool_use","id":")" + id + R"(","name":"Bash","input":{}})");
  EXPECT_EQ(result, R"({"type":"tool_result","tool_use_id":")" + id + R"("})");
}

TEST(DraftBlock, KeepsWhatItDoesNotKnowButItsCacheMarks) {
  EXPECT_EQ(block_of(R"({"type":"hologram","cache_control":{},"data": [1]})"),
            R"({"type":"hologram","data": [1]})");
  EXPECT_EQ(block_of("{}"), "{}");
  EXPECT_EQ(block_of("7"), "7");
}

}  // namespace
}  // namespace rlm::wire
