#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/test_configs.hpp"

namespace rlm::config {
namespace {

using testing::HasSubstr;

TEST(TurnRulesConfig, ReadsEveryKey) {
  const auto config = with_cascade(
      "[cascade.turn]\nerrors_max = 1\nrepeats_max = 4\nidle_calls_max = 0\ncalls_max = 9\n"
      "micro_usd_max = 250000\ndigest_tokens_max = 6000\n"
      "judge = \"conversation\"\n");
  ASSERT_TRUE(config) << config.error().message;
  const route::TurnRules& rules = config->table.cascades.at(0).policy.turn;
  EXPECT_EQ(rules.errors_max, 1);
  EXPECT_EQ(rules.repeats_max, 4);
  EXPECT_EQ(rules.idle_calls_max, 0);
  EXPECT_EQ(rules.calls_max, 9);
  EXPECT_EQ(rules.money_max, NanoUsd{250'000'000});
  EXPECT_EQ(rules.digest_tokens_max, 6'000);
  EXPECT_EQ(rules.judge, route::JudgeRule::Conversation);
}

TEST(TurnRulesConfig, NamesMistakes) {
  const auto config = with_cascade(
      "[cascade.turn]\nerrors_max = 3\ndigest_tokens_max = 1\nverdict_prompt_file = "
      "\"/nowhere\"\nerrors = 1\n");
  ASSERT_FALSE(config);
  for (const char* key : {"cascade[1].turn.errors_max", "cascade[1].turn.digest_tokens_max",
                          "cascade[1].turn.verdict_prompt_file", "cascade[1].turn.errors"})
    EXPECT_THAT(config.error().message, HasSubstr(key));
}

}  // namespace
}  // namespace rlm::config
