#include "app/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load_config.hpp"

namespace rlm::app {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string config_text(const std::string& policy) {
  return R"([models.opus]
endpoint = "anthropic"
model = "claude-opus-4-8"
api_key = "${KEY}"
[models.cheap]
endpoint = "deepseek"
model = "deepseek-v4-pro"
api_key = "${KEY}"
[models.passing]
endpoint = "anthropic"
[[cascade]]
match = ["claude-opus-*"]
draft = "cheap"
verify = "opus"
)" + policy;
}

std::string explained(const std::string& policy, const std::string& body,
                      std::vector<std::pair<std::string, std::string>> headers = {}) {
  const auto config = config::parse_config(config_text(policy), "test",
                                           [](std::string_view) { return std::string("secret"); });
  if (!config) return config.error().message;
  Request request;
  request.body = Buffer(body);
  for (auto& [name, value] : headers) request.headers.add(name, value);
  auto text = explain(*config, std::move(request));
  return text ? *text : "error: " + text.error().message;
}

const std::string kChat =
    R"({"model":"claude-opus-4-8","max_tokens":900,"messages":[{"role":"user","content":"What is a monad?"}]})";
const std::string kAgent =
    R"({"model":"claude-opus-4-8","max_tokens":900,"tools":[{"name":"Read","input_schema":{"type":"object"}}],)"
    R"("messages":[{"role":"user","content":"Please refactor it"}]})";

TEST(Explain, ShowsThePlanWhatWasSeenAndEveryAlternativeWithItsPrice) {
  const std::string text = explained("policy = \"balanced\"", kChat);
  for (const char* part :
       {"plan              draft_only\n", "reason            cheapest\n",
        "class             chat/simple, trusted before any label\n",
        "new user text     16 characters\n", "verified by opus (claude-opus-4-8)",
        "session           fp_", "signs             none\n", "draft_verify    $0.0",
        "does not fit\n", "chosen\n"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(Explain, NamesWhatTheClassHasNotEarned) {
  const std::string text = explained("policy = \"balanced\"", kAgent);
  EXPECT_THAT(text, HasSubstr("plan              draft_verify\n"));
  EXPECT_THAT(text, HasSubstr("reason            probation\n"));
  EXPECT_THAT(text, HasSubstr("instruction on tool calls, 7"));
  EXPECT_THAT(text, HasSubstr("class             ask/complex, probation before any label\n"));
  EXPECT_THAT(text, HasSubstr("keyword           refactor\n"));
}

// What the draft model cannot be told is seen before it is asked.
TEST(Explain, ShowsWhatTheDraftModelsDialectCannotSay) {
  const std::string stops =
      R"({"model":"claude-sonnet-5","max_tokens":900,"stop_sequences":["a","b","c","d","e"],)"
      R"("messages":[{"role":"user","content":"What is a monad?"}]})";
  const std::string text = explained(R"(policy = "balanced"
[models.spoken]
endpoint = "openai"
model = "gpt-6-luna"
api_key = "${KEY}"
[[cascade]]
match = ["claude-sonnet-*"]
draft = "spoken"
verify = "opus"
policy = "balanced"
)",
                                     stops);
  EXPECT_THAT(text, HasSubstr("plan              direct\n"));
  EXPECT_THAT(text, HasSubstr("reason            stop_sequences\n"));
  EXPECT_THAT(text, HasSubstr("draft model       its dialect cannot say: stop_sequences\n"));
}

TEST(Explain, HasNoPricesToShowForFixedRules) {
  const std::string text = explained("policy = \"paper\"", kChat);
  EXPECT_THAT(text, HasSubstr("plan              draft_only\n"));
  EXPECT_THAT(text, HasSubstr("reason            simple\n"));
  EXPECT_THAT(text, Not(HasSubstr("alternatives")));
}

TEST(Explain, ReadsHeadersAsTheProxyDoes) {
  const std::string text = explained("policy = \"safe\"", kChat,
                                     {{"x-claude-code-session-id", "abc"},
                                      {"x-claude-code-agent-id", "sub"},
                                      {"x-rlm-plan", "draft_only"}});
  EXPECT_THAT(text, HasSubstr("session           abc\n"));
  EXPECT_THAT(text, HasSubstr("agent             sub\n"));
  EXPECT_THAT(text, HasSubstr("reason            forced\n"));
}

TEST(Explain, SaysWhyThereIsNothingToExplain) {
  EXPECT_THAT(explained("", R"({"model":"claude-opus-4-8"})"), HasSubstr("error: "));
  EXPECT_THAT(explained("", "no json"), HasSubstr("error: "));
  EXPECT_THAT(
      explained("",
                R"({"model":"other","max_tokens":1,"messages":[{"role":"user","content":"x"}]})"),
      HasSubstr("no_cascade"));
}

}  // namespace
}  // namespace rlm::app
