#include "wire/cache_read_body.hpp"

#include <gtest/gtest.h>

#include "wire/anthropic_request.hpp"

namespace rlm::wire {
namespace {

std::optional<std::string> read_of(std::string_view text) {
  const Buffer body(text);
  JsonIndex index;
  const auto facts = read_request_facts(body, index, {}, false);
  EXPECT_TRUE(facts) << facts.error().message;
  const auto spliced = cache_read_body(body, *facts, index, {});
  if (!spliced) return std::nullopt;
  return std::string(spliced->joined().view());
}

constexpr const char* kMessages = R"("messages":[{"role":"user","content":"hi"}])";

struct ReadCase {
  const char* name;
  std::string before;
  std::string after;  // empty: none
};

class CacheReadBody : public testing::TestWithParam<ReadCase> {};

TEST_P(CacheReadBody, ChangesNothingButLengthAndStream) {
  const auto read = read_of("{" + GetParam().before + "," + kMessages + "}");
  if (GetParam().after.empty()) {
    EXPECT_FALSE(read) << *read;
  } else {
    EXPECT_EQ(read, "{" + GetParam().after + "," + kMessages + "}");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Wire, CacheReadBody,
    testing::Values(
        ReadCase{"Whole", R"("model":"m", "max_tokens" : 32000)",
                 R"("model":"m", "max_tokens" : 0)"},
        ReadCase{"Streamed", R"("stream":true,"model":"m","max_tokens":1)",
                 R"("stream":false,"model":"m","max_tokens":0)"},
        ReadCase{"NotStreamedInSoManyWords", R"("max_tokens":1,"stream": false,"model":"m")",
                 R"("max_tokens":0,"stream": false,"model":"m")"},
        ReadCase{"AdaptiveThinkingStays",
                 R"("model":"m","max_tokens":9,"thinking":{"type":"adaptive"})",
                 R"("model":"m","max_tokens":0,"thinking":{"type":"adaptive"})"},
        ReadCase{"AFreeChoiceStays", R"("model":"m","max_tokens":9,"tool_choice":{"type":"auto"})",
                 R"("model":"m","max_tokens":0,"tool_choice":{"type":"auto"})"},
        ReadCase{
            "NotWithEnabledThinking",
            R"("model":"m","max_tokens":9999,"thinking":{"type":"enabled","budget_tokens":1024})",
            ""},
        ReadCase{
            "NotWithAFormat",
            R"("model":"m","max_tokens":9,"output_config":{"format":{"type":"json_schema","schema":{}}})",
            ""},
        ReadCase{"NotWithAnyTool", R"("model":"m","max_tokens":9,"tool_choice":{"type":"any"})",
                 ""},
        ReadCase{"NotWithOneTool",
                 R"("model":"m","max_tokens":9,"tool_choice":{"type":"tool","name":"x"})", ""},
        ReadCase{"NotInAContainer", R"("model":"m","max_tokens":9,"container":"c")", ""}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace rlm::wire
