#include <gtest/gtest.h>

#include "wire/anthropic_request.hpp"

namespace rlm::wire {
namespace {

std::string draft_of(const std::string& json) {
  JsonIndex index;
  const auto body = draft_body(Buffer(json), index, {}, "draft-1");
  EXPECT_TRUE(body) << json;
  if (!body) return {};
  EXPECT_TRUE(index.parse(body->view())) << body->view();
  return std::string(body->view());
}

const std::string kHead = R"({"model":"draft-1","stream":true,"thinking":{"type":"disabled"})";

TEST(DraftBody, PutsMessagesLastAndKeepsTheBytesOfValues) {
  EXPECT_EQ(
      draft_of(
          R"({"model":"m","messages":[{"role":"user","content":[{"text":"a\u0041", "type":"text"}]}],"max_tokens":1.0e1,"system":"s","temperature":0.50})"),
      kHead +
          R"(,"max_tokens":1.0e1,"temperature":0.50,"system":"s","messages":[{"role":"user","content":[{"type":"text","text":"a\u0041"}]}]})");
}

TEST(DraftBody, PassesOnOnlyTheMembersThatEveryEndpointKnows) {
  EXPECT_EQ(
      draft_of(
          R"({"model":"m","tools":[{"type":"custom","name":"t","eager_input_streaming":true,"input_schema":{"type":"object"},"strict":true,"description":"d"}],)"
          R"("messages":[{"role":"user","content":[{"type":"text","text":"a","citations":null}]},)"
          R"({"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"t","input":{"a": 1},"caller":{"type":"direct"}}]},)"
          R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","toolset_name":"x","is_error":true,"content":[{"type":"text","text":"r","new":1}]},{"type":"text","text":""}]},)"
          R"({"role":"ctx","content":"c"}]})"),
      kHead +
          R"(,"tools":[{"name":"t","input_schema":{"type":"object"},"description":"d"}],)"
          R"("messages":[{"role":"user","content":[{"type":"text","text":"a"}]},)"
          R"({"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"t","input":{"a": 1}}]},)"
          R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":[{"type":"text","text":"r"}]}]},)"
          R"({"role":"user","content":[{"type":"text","text":"c"}]}]})");
}

TEST(DraftBody, LeavesOutWhatOnlyTheProviderKnows) {
  const std::string body = draft_of(
      R"({"model":"m","stream":false,"thinking":{"type":"adaptive"},"context_management":{},"output_config":{},"safeguards":[{"classifier_context":"home"}],)"
      R"("metadata":{"user_id":"u"},"mcp_servers":[],"container":"c","speed":"fast","service_tier":"auto","cache_control":{},"from_tomorrow":1,)"
      R"("max_tokens":5,"messages":[{"role":"user","content":"x","output_config":{}}]})");
  EXPECT_EQ(
      body,
      kHead +
          R"(,"max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]})");
}

TEST(DraftBody, PassesOnTheFormOfTheAnswerAlone) {
  const std::string format = R"({"type":"json_schema", "schema":{"type":"object"}})";
  const auto asked = [](const std::string& more) {
    return draft_of(R"({"model":"m",)" + more +
                    R"(,"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]})");
  };
  const std::string tail =
      R"(,"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]})";
  const std::string expected = kHead + R"(,"output_config":{"format":)" + format + "}" + tail;
  EXPECT_EQ(asked(R"("output_config":{"effort":"max","format":)" + format + "}"), expected);
  EXPECT_EQ(asked(R"("output_format":)" + format), expected);
  EXPECT_EQ(asked(R"("output_config":{"format":null},"output_format":)" + format), expected);
  EXPECT_EQ(asked(R"("output_config":{"format":null},"output_format":null)"), kHead + tail);
}

TEST(DraftBody, TakesThinkingAndMessagesOfNothingElseOut) {
  EXPECT_EQ(
      draft_of(
          R"({"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"s"},)"
          R"({"type":"text","text":"b"}]},{"role":"assistant","content":[{"type":"redacted_thinking","data":"d"}]},{"role":"user","content":[]}]})"),
      kHead +
          R"(,"messages":[{"role":"user","content":[{"type":"text","text":"a"}]},{"role":"assistant","content":[{"type":"text","text":"b"}]}]})");
}

TEST(DraftBody, MakesSystemEntriesTheUsersAndDropsTheAttribution) {
  EXPECT_EQ(
      draft_of(
          R"({"model":"m","system":[{"type":"text","text":"x-anthropic-billing-header: v;"},{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],)"
          R"("messages":[{"role":"system","content":"env"}]})"),
      kHead +
          R"(,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":[{"type":"text","text":"env"}]}]})");
  EXPECT_EQ(
      draft_of(
          R"({"model":"m","system":[{"type":"text","text":"x-anthropic-billing-header: v;"}],"messages":[]})"),
      kHead + R"(,"messages":[]})");
}

TEST(DraftBody, DropsCacheMarksWhereverTheyStandInABlock) {
  const std::string expected =
      kHead +
      R"(,"tools":[{"name":"t"}],"messages":[{"role":"user","content":[{"type":"tool_result","content":[{"type":"text","text":"r"}]},{}]}]})";
  EXPECT_EQ(
      draft_of(
          R"({"model":"m","tools":[{"name":"t","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[)"
          R"({"cache_control":null,"type":"tool_result","content":[{"type":"text","cache_control":{"a":[1]},"text":"r"}]},{"cache_control":{}}]}]})"),
      expected);
  EXPECT_EQ(
      draft_of(
          R"({"model":"m","tools":[{"name":"t"}],"messages":[{"role":"user","content":[)"
          R"({"type":"tool_result", "content":[{"type":"text","text":"r"} ],"cache_control":{}},{ }]}]})"),
      expected.substr(0, expected.size() - 6) + "{ }]}]}");
}

TEST(DraftBody, GrowsAtItsEndOnlyAsTheConversationGrows) {
  const std::string head = R"({"model":"m","messages":[{"role":"user","content":)";
  const std::string tail = R"(],"tools":[{"name":"t"}],"max_tokens":9})";
  const std::string one = draft_of(
      head + R"([{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]})" + tail);
  const std::string two = draft_of(head + R"("a"},{"role":"assistant","content":"b"})" + tail);
  const std::string shared = one.substr(0, one.size() - 2);  // without the brackets that close it
  EXPECT_EQ(two.substr(0, shared.size()), shared);
}

TEST(DraftBody, RefusesWhatIsNoObject) {
  JsonIndex index;
  EXPECT_FALSE(draft_body(Buffer("[1]"), index, {}, "d"));
  EXPECT_FALSE(draft_body(Buffer("{"), index, {}, "d"));
}

}  // namespace
}  // namespace rlm::wire
