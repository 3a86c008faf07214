#include "dialect/spoken_chat.hpp"

#include <gtest/gtest.h>

namespace rlm::dialect {
namespace {

std::string fitted(std::string_view text, std::string_view upstream) {
  wire::JsonIndex index;
  const auto root = index.parse(text);
  EXPECT_TRUE(root);
  wire::SplicedBody body(text);
  fit_spoken_chat(*root, *quirks_named(upstream), body);
  std::string out;
  for (const std::string_view segment : body.segments()) out += segment;
  return out;
}

std::string message(std::string_view role, std::string_view content) {
  return R"({"role":")" + std::string(role) + R"(","content":)" + std::string(content) + "}";
}

std::string asking(const std::string& messages, std::string_view more = "") {
  return R"({"messages":[)" + messages + "]" + std::string(more) + "}";
}

TEST(SpokenChat, GivesSystemMessagesBehindTheFirstToTheUserWhereTheyAreRefused) {
  const std::string first = message("system", "\"S\"") + "," + message("user", "\"a\"") + ",";
  for (const char* role : {"system", "developer"}) {
    const std::string later = asking(first + message(role, "\"b\""));
    EXPECT_EQ(fitted(later, "vllm"), asking(first + message("user", R"("[System message]\nb")")));
    EXPECT_EQ(fitted(later, "openai"), later);
  }
  EXPECT_EQ(
      fitted(asking(first + message("system", R"([{"type":"text","text":"b"}])")), "llama.cpp"),
      asking(first + message("user", R"([{"type":"text","text":"[System message]\nb"}])")));
  EXPECT_EQ(fitted(asking(message("developer", "\"S\"")), "vllm"),
            asking(message("system", "\"S\"")));
}

TEST(SpokenChat, NamesAnEffortThatTheUpstreamKnows) {
  const auto effort = [](std::string_view word, std::string_view upstream) {
    const std::string front = asking(message("user", "\"a\""), R"(,"reasoning_effort":")");
    const std::string head = front.substr(0, front.size() - 1);
    const std::string out = fitted(head + std::string(word) + "\"}", upstream);
    return out.substr(head.size(), out.size() - head.size() - 2);
  };
  for (const char* known : {"none", "low", "medium", "high"})
    EXPECT_EQ(effort(known, "ollama"), known);
  EXPECT_EQ(effort("minimal", "ollama"), "low");
  EXPECT_EQ(effort("xhigh", "ollama"), "high");
  EXPECT_EQ(effort("max", "ollama"), "high");
  EXPECT_EQ(effort("enormous", "ollama"), "enormous");
  EXPECT_EQ(effort("minimal", "openai"), "minimal");
  EXPECT_EQ(effort("xhigh", "vllm"), "xhigh");
}

}  // namespace
}  // namespace rlm::dialect
