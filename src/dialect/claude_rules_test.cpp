#include "dialect/claude_rules.hpp"

#include <gtest/gtest.h>

namespace rlm::dialect {
namespace {

TEST(ClaudeRules, FollowFromTheName) {
  const struct {
    const char* model;
    bool sampling, forced, effort, adaptive, may_not_think;
  } cases[] = {
      {"claude-3-5-sonnet-20241022", true, true, false, false, true},
      {"claude-sonnet-4-20250514", true, true, false, false, true},
      {"claude-opus-4-5-20251101", true, true, true, false, true},
      {"claude-haiku-4-5", true, true, false, false, true},
      {"us.anthropic.claude-sonnet-4-6-v1:0", true, true, true, true, true},
      {"anthropic/claude-opus-4.8", false, true, true, true, true},
      {"claude-opus-5", false, true, true, true, true},
      {"claude-sonnet-5@20260801", false, true, true, true, true},
      {"claude-opus-5-5", false, false, true, true, false},
      {"claude-fable-5-2", false, false, true, true, false},
      {"gpt-5-codex", false, false, true, true, false},
      {"opus", false, false, true, true, false},
  };
  for (const auto& [model, sampling, forced, effort, adaptive, may_not_think] : cases) {
    const ClaudeRules rules = claude_rules(model);
    EXPECT_EQ(rules.takes_sampling, sampling) << model;
    EXPECT_EQ(rules.takes_forced_tool, forced) << model;
    EXPECT_EQ(rules.takes_effort, effort) << model;
    EXPECT_EQ(rules.takes_adaptive, adaptive) << model;
    EXPECT_EQ(rules.may_not_think, may_not_think) << model;
  }
}

}  // namespace
}  // namespace rlm::dialect
