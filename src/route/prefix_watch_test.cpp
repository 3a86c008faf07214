#include "route/prefix_watch.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "wire/anthropic_request.hpp"

namespace rlm::route {
namespace {

constexpr UnixMs kStart{1'790'000'000'000};
UnixMs minutes(int count) {
  return {kStart.value + count * 60'000ll};
}

/// A prompt as a client would send it; every part is one letter.
struct Prompt {
  std::string tools = "ab";
  std::string system = "c";
  std::string messages = "def";
  bool one_hour = false;

  RequestFacts facts() const {
    std::string body = R"({"model":"m","max_tokens":9,"tools":[)";
    for (std::size_t i = 0; i < tools.size(); ++i)
      body += std::string(i > 0 ? "," : "") + R"({"name":")" + tools[i] + R"("})";
    body += R"(],"system":[{"type":"text","text":")" + system + R"("}],"messages":[)";
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const bool last = i + 1 == messages.size();
      body += std::string(i > 0 ? "," : "") + R"({"role":")" + (i % 2 == 0 ? "user" : "assistant") +
              R"(","content":[{"type":"text","text":")" + messages[i] + '"';
      if (last)
        body += std::string(R"(,"cache_control":{"type":"ephemeral")") +
                (one_hour ? R"(,"ttl":"1h"})" : "}");
      body += "}]}";
    }
    body += "]}";
    wire::JsonIndex index;
    auto facts = wire::read_request_facts(Buffer(body), index, {}, false);
    EXPECT_TRUE(facts) << body;
    return facts ? *facts : RequestFacts{};
  }
};

struct ChangeCase {
  const char* name;
  std::function<void(Prompt&)> change;
  const char* expected;  // empty: nothing changed
};

class PrefixWatchSees : public testing::TestWithParam<ChangeCase> {};

TEST_P(PrefixWatchSees, WhatChanged) {
  PrefixWatch watch;
  Prompt prompt;
  EXPECT_EQ(watch.see(prompt.facts(), kStart), std::nullopt);
  GetParam().change(prompt);
  const auto change = watch.see(prompt.facts(), minutes(1));
  EXPECT_EQ(change ? change->name() : "", GetParam().expected);
  EXPECT_EQ(watch.see(prompt.facts(), minutes(2)), std::nullopt) << "it is told once";
}

INSTANTIATE_TEST_SUITE_P(
    Prefix, PrefixWatchSees,
    testing::Values(
        ChangeCase{"TheSameAgain", [](Prompt&) {}, ""},
        ChangeCase{"Grown", [](Prompt& p) { p.messages += "gh"; }, ""},
        ChangeCase{"Rewound", [](Prompt& p) { p.messages = "d"; }, ""},
        ChangeCase{"AnotherTool", [](Prompt& p) { p.tools = "abx"; }, "prefix_tools"},
        ChangeCase{"AToolLess", [](Prompt& p) { p.tools = "a"; }, "prefix_tools"},
        ChangeCase{"ToolsInAnotherOrder", [](Prompt& p) { p.tools = "ba"; }, "prefix_tools"},
        ChangeCase{"ToolsAreNamedBeforeWhatFollows",
                   [](Prompt& p) { p.tools = p.system = p.messages = "x"; }, "prefix_tools"},
        ChangeCase{"AnotherSystem", [](Prompt& p) { p.system = "x"; }, "prefix_system"},
        ChangeCase{"AnEarlierMessage", [](Prompt& p) { p.messages = "dxfgh"; }, "prefix_message_1"},
        ChangeCase{"TheLastMessage", [](Prompt& p) { p.messages = "dexgh"; }, "prefix_message_2"},
        ChangeCase{"TheFirstMessageOfAGrownConversation", [](Prompt& p) { p.messages = "xefgh"; },
                   "prefix_message_0"},
        ChangeCase{"AnotherConversation", [](Prompt& p) { p.messages = "x"; }, ""}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(PrefixWatch, AChangeCostsNothingOnceTheCacheIsGone) {
  Prompt before, after;
  after.system = "x";
  PrefixWatch watch;
  watch.see(before.facts(), minutes(0));
  EXPECT_EQ(watch.see(after.facts(), minutes(5)), std::nullopt);
  PrefixWatch hour;
  before.one_hour = true;
  hour.see(before.facts(), minutes(0));
  EXPECT_TRUE(hour.see(after.facts(), minutes(59)));
}

TEST(PrefixWatch, CountsTheBytesFromTheChangedPartOn) {
  Prompt grown;
  grown.messages = "defg";
  const auto lost = [&](const std::function<void(Prompt&)>& change) {
    PrefixWatch watch;
    watch.see(Prompt{}.facts(), kStart);
    Prompt prompt = grown;
    change(prompt);
    const auto seen = watch.see(prompt.facts(), kStart);
    return seen ? seen->bytes_lost : 0;
  };
  const std::size_t tools = lost([](Prompt& p) { p.tools = "ax"; });
  const std::size_t system = lost([](Prompt& p) { p.system = "x"; });
  const std::size_t first = lost([](Prompt& p) { p.messages = "xefg"; });
  const std::size_t third = lost([](Prompt& p) { p.messages = "dexg"; });
  EXPECT_EQ(tools, grown.facts().prompt_bytes);
  EXPECT_GT(tools, system);
  EXPECT_GT(system, first);
  EXPECT_GT(first, third);
  EXPECT_GT(third, 0u);
}

TEST(PrefixWatch, FollowsAConversationLongerThanItsMemory) {
  PrefixWatch watch;
  Prompt prompt;
  prompt.messages = std::string(600, 'm');
  watch.see(prompt.facts(), kStart);
  prompt.messages += "n";
  EXPECT_EQ(watch.see(prompt.facts(), kStart), std::nullopt);
  prompt.messages[500] = 'x';
  const auto change = watch.see(prompt.facts(), kStart);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->name(), "prefix_message_500");
}

TEST(PrefixWatch, IgnoresAPromptWithoutMessages) {
  PrefixWatch watch;
  EXPECT_EQ(watch.see(RequestFacts{}, kStart), std::nullopt);
  EXPECT_EQ(watch.see(Prompt{}.facts(), kStart), std::nullopt);
}

}  // namespace
}  // namespace rlm::route
