#include "wire/prefix_chain.hpp"

#include <gtest/gtest.h>

#include "wire/anthropic_request.hpp"

namespace rlm::wire {
namespace {

RequestFacts facts_of(const std::string& members) {
  JsonIndex index;
  auto facts = read_request_facts(Buffer(R"({"model":"m","max_tokens":1,)" + members + "}"), index,
                                  {}, false);
  EXPECT_TRUE(facts) << members;
  return facts ? *facts : RequestFacts{};
}

std::uint64_t last_hash(const std::string& members) {
  const RequestFacts facts = facts_of(members);
  return facts.prefix.empty() ? 0 : facts.prefix.back().hash;
}

std::string user(const std::string& content) {
  return R"("messages":[{"role":"user","content":)" + content + "}]";
}

TEST(PrefixMarks, OneForEachToolSystemBlockAndContentBlockInPromptOrder) {
  const RequestFacts facts = facts_of(
      R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"text","text":"b"},{"type":"tool_use"}]}],)"
      R"("system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}],"tools":[{"name":"t"},{"name":"u"}])");
  ASSERT_EQ(facts.prefix.size(), 6u);
  const std::int32_t messages[] = {-1, -1, -1, 0, 1, 1};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(facts.prefix[i].message, messages[i]) << i;
    EXPECT_EQ(facts.prefix[i].breakpoint, i == 2) << i;
    EXPECT_EQ(facts.prefix[i].one_hour, i == 2) << i;
    EXPECT_TRUE(i == 0 || facts.prefix[i].bytes > facts.prefix[i - 1].bytes) << i;
  }
  EXPECT_LE(facts.prefix.back().bytes, facts.prompt_bytes);
}

TEST(PrefixMarks, GrowWithTheConversationWithoutChangingEarlierOnes) {
  const RequestFacts before = facts_of(R"("messages":[{"role":"user","content":"a"}])");
  const RequestFacts after =
      facts_of(R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}])");
  ASSERT_EQ(after.prefix.size(), 2u);
  EXPECT_EQ(before.prefix[0].hash, after.prefix[0].hash);
  EXPECT_NE(after.prefix[0].hash, after.prefix[1].hash);
}

TEST(PrefixMarks, StayTheSameWhenACacheMarkMovesAway) {
  const std::uint64_t text = last_hash(user(R"("x\n")"));
  EXPECT_EQ(text, last_hash(user(R"([{"type":"text","text":"x\n"}])")));
  EXPECT_EQ(
      text,
      last_hash(user(R"([{"type":"text","text":"x\n","cache_control":{"type":"ephemeral"}}])")));
  EXPECT_EQ(text, last_hash(user(R"([{"cache_control":null,"text":"x\n","type":"text"}])")));
  const std::uint64_t result = last_hash(
      user(R"([{"type":"tool_result","tool_use_id":"i","content":[{"type":"text","text":"r"}]}])"));
  EXPECT_EQ(
      result,
      last_hash(user(
          R"([{"type":"tool_result","tool_use_id":"i","content":[{"type":"text","text":"r"}],"cache_control":{"type":"ephemeral"}}])")));
  EXPECT_EQ(
      result,
      last_hash(user(
          R"([{"cache_control":{"type":"ephemeral"},"type":"tool_result","tool_use_id":"i","content":[{"type":"text","text":"r","cache_control":{}}]}])")));
  const std::string tail = R"(,"messages":[{"role":"user","content":""}])";
  EXPECT_EQ(last_hash(R"("tools":[{"name":"t"}])" + tail),
            last_hash(R"("tools":[{"name":"t","cache_control":{}}])" + tail));
  EXPECT_EQ(last_hash(R"("system":"s")" + tail),
            last_hash(R"("system":[{"type":"text","text":"s"}])" + tail));
}

TEST(PrefixMarks, DifferWhenThePromptDiffers) {
  const std::uint64_t one = last_hash(user(R"("x")"));
  EXPECT_NE(one, last_hash(user(R"("y")")));
  EXPECT_NE(one, last_hash(R"("messages":[{"role":"assistant","content":"x"}])"));
  EXPECT_NE(one, last_hash(R"("messages":[{"role":"system","content":"x"}])"));
  EXPECT_NE(one, last_hash(R"("system":"s",)" + user(R"("x")")));
  EXPECT_NE(one, last_hash(user(R"([{"type":"text","text":"x","citations":[1]}])")));
  EXPECT_NE(last_hash(user(R"([{"type":"text","text":"ab"}])")),
            last_hash(user(R"([{"type":"text","text":"a"},{"type":"text","text":"b"}])")));
}

TEST(PrefixMarks, PassOverTheAttributionBlock) {
  const std::string rest = R"({"type":"text","text":"s"}],)" + user(R"("x")");
  const std::uint64_t without = last_hash(R"("system":[)" + rest);
  EXPECT_EQ(
      without,
      last_hash(R"("system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=1;"},)" +
                rest));
  EXPECT_EQ(
      without,
      last_hash(R"("system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2;"},)" +
                rest));
}

TEST(PrefixMarks, AutomaticCachingMarksTheLastBlock) {
  const RequestFacts facts =
      facts_of(R"("cache_control":{"type":"ephemeral"},)" +
               user(R"([{"type":"text","text":"a"},{"type":"text","text":"b"}])"));
  ASSERT_EQ(facts.prefix.size(), 2u);
  EXPECT_FALSE(facts.prefix[0].breakpoint);
  EXPECT_TRUE(facts.prefix[1].breakpoint);
  EXPECT_FALSE(facts.prefix[1].one_hour);
  EXPECT_FALSE(facts_of(R"("cache_control":null,)" + user(R"("a")")).prefix[0].breakpoint);
}

TEST(PrefixMarks, AMarkInsideAToolResultIsABreakpoint) {
  const RequestFacts facts = facts_of(user(
      R"([{"type":"tool_result","content":[{"type":"text","text":"r","cache_control":{"type":"ephemeral","ttl":"1h"}}]}])"));
  EXPECT_TRUE(facts.prefix[0].breakpoint);
  EXPECT_TRUE(facts.prefix[0].one_hour);
}

std::string many_blocks(std::size_t count, std::size_t marked) {
  std::string content = "[";
  for (std::size_t i = 0; i < count; ++i) {
    content += i == 0 ? "" : ",";
    content += R"({"type":"text","text":")" + std::to_string(i) + "\"";
    content += i < marked ? R"(,"cache_control":{"type":"ephemeral"}})" : "}";
  }
  return user(content + "]");
}

TEST(PrefixMarks, KeepTheLastOnesAndTheBreakpointsBeyondTheLimit) {
  EXPECT_EQ(facts_of(many_blocks(kPrefixMarksMax, 1)).prefix.size(), kPrefixMarksMax);
  const RequestFacts over = facts_of(many_blocks(kPrefixMarksMax + 1, 2));
  ASSERT_EQ(over.prefix.size(), kPrefixMarksMax / 2 + 3);
  EXPECT_TRUE(over.prefix[0].breakpoint);
  EXPECT_TRUE(over.prefix[1].breakpoint);
  EXPECT_FALSE(over.prefix[2].breakpoint);
  EXPECT_EQ(over.prefix.back().hash, last_hash(many_blocks(kPrefixMarksMax + 1, 0)));
  EXPECT_LE(facts_of(many_blocks(3 * kPrefixMarksMax, 3 * kPrefixMarksMax)).prefix.size(),
            kPrefixMarksMax);
}

}  // namespace
}  // namespace rlm::wire
