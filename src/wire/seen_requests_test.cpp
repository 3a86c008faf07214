#include "wire/seen_requests.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rlm::wire {
namespace {

using Messages = std::vector<std::string>;

std::string user(const std::string& text, bool marked = false) {
  return R"({"role":"user","content":[{"type":"text","text":")" + text + '"' +
         (marked ? R"(,"cache_control":{"type":"ephemeral"})" : "") + "}]}";
}

std::string call(int number) {
  return R"({"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},)"
         R"({"type":"tool_use","id":"toolu_)" +
         std::to_string(number) + R"(","name":"Read","input":{"path":"a"}}]})";
}

std::string result(int number, bool failed = false) {
  return R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_)" +
         std::to_string(number) + R"(","is_error":)" + (failed ? "true" : "false") +
         R"(,"content":[{"type":"text","text":"done"}]}]})";
}

std::string joined(const Messages& messages, const char* comma = ",") {
  std::string text;
  for (const std::string& one : messages) text += (text.empty() ? "" : comma) + one;
  return text;
}

std::string body_with(const std::string& messages, const std::string& model = "claude") {
  return R"({"model":")" + model + R"(","messages":[)" + messages +
         R"(],"system":[{"type":"text","text":"You are a coding agent."}],"tools":[{"name":"Read"}],)"
         R"("stop_sequences":["END"],"thinking":{"type":"adaptive"},"tool_choice":{"type":"auto"},)"
         R"("metadata":{"user_id":"u"},"max_tokens":64,"stream":true,"cache_control":{"type":"ephemeral","ttl":"1h"}})";
}

Messages conversation(int turns) {
  Messages messages{user("please <system-reminder>r</system-reminder> look")};
  for (int turn = 0; turn < turns; ++turn) {
    messages.push_back(call(turn));
    messages.push_back(result(turn, turn % 3 == 1));
  }
  return messages;
}

/// Reads bodies of any size, and holds each answer against that of a reader that knows nothing.
class SeenRequestsOf : public testing::Test {
 protected:
  void read(const std::string& text, const std::string& owner = "key") {
    SCOPED_TRACE("…" + text.substr(text.size() / 2));
    Buffer body(text);
    const auto seen = seen_.read(body, owner, index_, limits_);
    EXPECT_EQ(body.view(), text) << "the body is as it was";
    JsonIndex other;
    const auto fresh = read_request_facts(body, other, limits_, false);
    ASSERT_EQ(seen.has_value(), fresh.has_value());
    if (fresh)
      EXPECT_TRUE(*seen == *fresh);
    else
      EXPECT_TRUE(seen.error().message == fresh.error().message &&
                  seen.error().kind == fresh.error().kind);
  }
  void read(const Messages& messages) { read(body_with(joined(messages))); }

  JsonLimits limits_;
  JsonIndex index_;
  SeenRequests seen_{SeenRequests::Config{.body_bytes_min = 0, .entries_max = 3}};
};

TEST_F(SeenRequestsOf, AConversationThatGrowsIsReadOnceAndThenCompared) {
  for (int turns = 0; turns <= 12; ++turns) read(conversation(turns));
  EXPECT_EQ(seen_.repeated(),
            10u);  // all but those too short to have settled messages, and the first
}

TEST_F(SeenRequestsOf, ARequestThatIsTriedAgainIsCompared) {
  for (int tries = 0; tries < 3; ++tries) read(conversation(5));
  EXPECT_EQ(seen_.repeated(), 2u);
}

TEST_F(SeenRequestsOf, CacheMarksThatMoveWithEachTurnAreInWhatIsReadAgain) {
  for (int turns = 3; turns <= 9; ++turns) {
    Messages messages = conversation(turns);
    messages.push_back(user("and now?", true));
    read(messages);
  }
  EXPECT_EQ(seen_.repeated(), 6u);
}

TEST_F(SeenRequestsOf, AnythingElseThatDiffersIsReadWhole) {
  const std::string text = body_with(joined(conversation(6)));
  read(text);
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    other.replace(other.find(from), from.size(), to);
    read(other);
  };
  changed("look", "LOOK");              // a settled message
  changed("coding", "COding");          // behind the messages
  changed("\"claude\"", "\"CLAUDE\"");  // before them
  changed("\"max_tokens\":64", "\"max_tokens\":-1");
  changed("\"stream\":true", "\"stream\":\"no\"");
  EXPECT_EQ(seen_.repeated(), 0u);
}

TEST_F(SeenRequestsOf, AnotherOwnersBodyIsReadWhole) {
  const std::string text = body_with(joined(conversation(6)));
  read(text, "one key");
  read(text, "another key");
  EXPECT_EQ(seen_.repeated(), 0u);
  read(text, "one key");
  EXPECT_EQ(seen_.repeated(), 1u);
}

TEST_F(SeenRequestsOf, WhatIsWrongInNewMessagesIsToldAsAlways) {
  const std::string settled = joined(conversation(6));
  read(body_with(settled));
  for (const char* wrong :
       {"", "17", "{\"role\":\"user\"", "{\"role\":\"user\",\"role\":\"user\"}", "]", "}",
        "{}],[{}", "\"\xff\"",
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"text\":\"b\"}]}",
        "{} {}", ",{}", "nul"})
    read(body_with(settled + "," + wrong));
}

TEST_F(SeenRequestsOf, NewMessagesWithoutOneOfTheUserAreReadWhole) {
  Messages messages = conversation(6);
  read(messages);
  messages.resize(messages.size() - 4);
  for (int i = 0; i < 5; ++i) messages.push_back(call(i));
  read(messages);
  EXPECT_EQ(seen_.repeated(), 0u);
}

TEST_F(SeenRequestsOf, WhiteSpaceStandsWhereItLikes) {
  const auto spaced = [](int turns) {
    return body_with(" \n" + joined(conversation(turns), " \t,\r\n ") + "\n");
  };
  for (int turns = 4; turns <= 8; ++turns) read(spaced(turns));
  EXPECT_EQ(seen_.repeated(), 4u);
}

TEST_F(SeenRequestsOf, NestingIsCountedFromTheBodysOwnBraces) {
  limits_.depth_max = 8;
  const auto nested = [](int deep) {
    Messages messages = conversation(6);
    messages.push_back(R"({"role":"user","content":[{"type":"x","x":)" + std::string(deep, '[') +
                       std::string(deep, ']') + "}]}");
    return messages;
  };
  for (const int deep : {1, 2, 3, 4}) read(nested(deep));
  EXPECT_EQ(seen_.repeated(), 2u);  // 2 and 3 are within, 4 is not
}

TEST_F(SeenRequestsOf, TheOneUnusedLongestIsForgotten) {
  const auto of = [&](const char* model) { read(body_with(joined(conversation(6)), model)); };
  of("m1");
  of("m2");
  of("m3");
  of("m1");
  EXPECT_EQ(seen_.repeated(), 1u);
  of("m4");  // m2 goes
  of("m1");
  of("m3");
  EXPECT_EQ(seen_.repeated(), 3u);
  of("m2");
  EXPECT_EQ(seen_.repeated(), 3u);
}

TEST_F(SeenRequestsOf, TheFirstNewMessageMayBeTheLastSettledOneOfTheNext) {
  Messages messages{user(std::string(100, 'x')), "{}", "{}", "{}", user("a")};
  for (const char* more : {"b", "c", "d"}) {
    read(messages);
    messages.push_back(user(more));
  }
  EXPECT_EQ(seen_.repeated(), 2u);
}

TEST_F(SeenRequestsOf, WhatIsReadWholeAgainTakesNoPlaceOfOthers) {
  const auto other = [&] { read(body_with(joined(conversation(7)), "other")); };
  other();
  Messages messages = conversation(6);
  for (int i = 0; i < 5; ++i) messages.push_back(call(i));
  for (int tries = 0; tries < 5; ++tries) read(messages);
  EXPECT_EQ(seen_.repeated(), 0u);
  other();
  EXPECT_EQ(seen_.repeated(), 1u);
}

TEST_F(SeenRequestsOf, EachByteOfALongBodyIsCompared) {
  std::uint64_t repeated = 0;
  for (const std::size_t first : {100u, 4000u, 4096u, 8200u}) {
    Messages messages = conversation(5);
    messages.insert(messages.begin(), user(std::string(first, 'x')));
    std::string text = body_with(joined(messages));
    text.replace(text.find("agent"), 5, std::string(first, 'y'));
    read(text);
    read(text);
    EXPECT_EQ(seen_.repeated(), ++repeated);
    for (std::size_t at = 0; at < text.size(); at += 97) {
      std::string other = text;
      other[at] = other[at] == 'x' ? 'z' : 'x';
      read(other);
      read(text);
    }
    repeated = seen_.repeated();
  }
}

TEST_F(SeenRequestsOf, SmallBodiesAreReadEachTime) {
  SeenRequests seen;
  for (int tries = 0; tries < 2; ++tries) {
    Buffer body(body_with(joined(conversation(6))));
    ASSERT_LT(body.size(), SeenRequests::Config{}.body_bytes_min);
    EXPECT_TRUE(seen.read(body, "key", index_, limits_));
  }
  EXPECT_EQ(seen.repeated(), 0u);
}

TEST_F(SeenRequestsOf, WhatWouldTakeTooMuchMemoryIsNotRemembered) {
  SeenRequests seen(SeenRequests::Config{.body_bytes_min = 0, .entry_bytes_max = 2048});
  const std::string long_stop(4096, 's');
  std::string text = body_with(joined(conversation(6)));
  text.replace(text.find("END"), 3, long_stop);
  for (int tries = 0; tries < 2; ++tries) {
    Buffer body(text);
    EXPECT_TRUE(seen.read(body, "key", index_, limits_));
  }
  EXPECT_EQ(seen.repeated(), 0u);
}

}  // namespace
}  // namespace rlm::wire
