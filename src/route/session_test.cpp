#include "route/session.hpp"

#include <gtest/gtest.h>

namespace rlm::route {
namespace {

PrefixMark mark(std::uint64_t hash, std::int32_t message) {
  PrefixMark made;
  made.hash = hash;
  made.message = message;
  return made;
}

struct SessionCase {
  const char* name;
  Headers headers;
  std::string user_id;
  std::string expected;
};

class SessionOf : public testing::TestWithParam<SessionCase> {};

TEST_P(SessionOf, IsTheExpectedOne) {
  Request request;
  request.headers = GetParam().headers;
  request.facts.metadata_user_id = GetParam().user_id;
  EXPECT_EQ(session_of(request), GetParam().expected);
}

const std::string kJson = R"({"device_id":"d1","account_uuid":"","session_id":"json-1"})";
const std::string kOld = "user_0a1b_account_11-22_session_33-44";

INSTANTIATE_TEST_SUITE_P(
    Session, SessionOf,
    testing::Values(
        SessionCase{"Nothing", {}, "", ""},
        SessionCase{"ClaudeCodeHeader", {{"X-Claude-Code-Session-Id", "head-1"}}, kJson, "head-1"},
        SessionCase{"JsonUserId", {}, kJson, "json-1"},
        SessionCase{"JsonUserIdWithEscapes", {}, R"({"session_id":"a\u002db"})", "a-b"},
        SessionCase{"JsonUserIdBeforeOtherHeaders", {{"session-id", "other"}}, kJson, "json-1"},
        SessionCase{"JsonWithoutSession", {}, R"({"device_id":"d1"})", ""},
        SessionCase{"JsonSessionOfAnotherType", {}, R"({"session_id":7})", ""},
        SessionCase{"BrokenJson", {{"session-id", "other"}}, R"({"session_id":)", "other"},
        SessionCase{"OldUserId", {}, kOld, "33-44"},
        SessionCase{"OldUserIdWithoutSession", {}, "user_0a1b_account_11-22", ""},
        SessionCase{"OldUserIdWithEmptySession", {}, "user_0a1b_session_", ""},
        SessionCase{"PlainUserId", {}, "alice", ""},
        SessionCase{"OpencodeHeader", {{"x-session-id", "oc"}}, "alice", "oc"},
        SessionCase{"CodexHeaders", {{"thread-id", "th"}, {"session-id", "se"}}, "", "se"},
        SessionCase{"ThreadAlone", {{"thread-id", "th"}}, "", "th"},
        SessionCase{"UnprintableIsPassedOver",
                    {{"x-claude-code-session-id", "a b"}, {"x-session-id", "ok"}},
                    "",
                    "ok"},
        SessionCase{
            "LongestAllowed", {{"x-session-id", std::string(128, 'a')}}, "", std::string(128, 'a')},
        SessionCase{"TooLong", {{"x-session-id", std::string(129, 'a')}}, "", ""},
        SessionCase{
            "UserIdTooLongToRead", {}, "user_" + std::string(5000, 'a') + "_session_x", ""}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Session, FingerprintStaysWhileTheConversationGrows) {
  Request first;
  first.facts.prefix = {mark(1, -1), mark(2, -1), mark(3, 0), mark(0xabcdef, 0)};
  Request second;
  second.facts.prefix = first.facts.prefix;
  second.facts.prefix.push_back(mark(5, 1));
  second.facts.prefix.push_back(mark(6, 2));
  EXPECT_EQ(session_of(first), "fp_0000000000abcdef");
  EXPECT_EQ(session_of(second), session_of(first));
}

TEST(Session, FingerprintTellsFirstMessagesApart) {
  Request one;
  one.facts.prefix = {mark(1, -1), mark(2, 0)};
  Request other;
  other.facts.prefix = {mark(1, -1), mark(3, 0)};
  EXPECT_NE(session_of(one), session_of(other));
}

TEST(Session, ToolsAndSystemAloneMakeNoFingerprint) {
  Request request;
  request.facts.prefix = {mark(1, -1), mark(2, -1)};
  EXPECT_EQ(session_of(request), "");
}

TEST(Session, AnyNamedSessionGoesBeforeTheFingerprint) {
  Request request;
  request.headers.add("thread-id", "th");
  request.facts.prefix = {mark(1, 0)};
  EXPECT_EQ(session_of(request), "th");
}

TEST(Session, AgentIsThatOfItsHeader) {
  Request request;
  EXPECT_EQ(agent_of(request), "");
  request.headers.add("x-claude-code-agent-id", "agent-7");
  EXPECT_EQ(agent_of(request), "agent-7");
}

}  // namespace
}  // namespace rlm::route
