#include "config/read_tool_rules.hpp"

#include <gtest/gtest.h>

#include "config/test_configs.hpp"

namespace rlm::config {
namespace {

Result<Config> load(const std::string& policy, const std::string& tools) {
  return with_cascade("policy = \"" + policy + "\"\n" + tools);
}

struct AllowCase {
  const char* name;
  const char* policy;
  const char* tools;
  bool write;
  bool execute;
};

class ToolRulesOf : public testing::TestWithParam<AllowCase> {};

TEST_P(ToolRulesOf, ACascade) {
  const auto config = load(GetParam().policy, GetParam().tools);
  ASSERT_TRUE(config) << config.error().message;
  const draft::ToolRules& rules = config->table.cascades.at(0).tools;
  EXPECT_EQ(rules.allows_write, GetParam().write);
  EXPECT_EQ(rules.allows_execute, GetParam().execute);
  EXPECT_TRUE(config->table.cascades.at(0).policy.quality.can_validate);
}

INSTANTIATE_TEST_SUITE_P(
    Config, ToolRulesOf,
    testing::Values(AllowCase{"OfThePaper", "paper", "", false, false},
                    AllowCase{"Safe", "safe", "", false, false},
                    AllowCase{"Balanced", "balanced", "", true, true},
                    AllowCase{"MaxSavings", "max_savings", "", true, true},
                    AllowCase{"MaxSavingsThatOnlyReads", "max_savings",
                              "[cascade.tools]\nallow = [\"read\"]\n", false, false},
                    AllowCase{"Writing", "paper",
                              "[cascade.tools]\nallow = [\"read\", \"write\"]\n", true, false},
                    AllowCase{"WithOtherKeysOnly", "max_savings",
                              "[cascade.tools]\ncheck_count = true\n", true, true}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(ToolRulesConfig, ReadsEveryKey) {
  const auto config = load("paper",
                           "[cascade.tools]\nread_tools = [\"look_up\"]\ncheck_count = true\n"
                           "repeats_within = 3\n");
  ASSERT_TRUE(config) << config.error().message;
  const draft::ToolRules& rules = config->table.cascades.at(0).tools;
  EXPECT_EQ(rules.read_tools, std::vector<std::string>{"look_up"});
  EXPECT_TRUE(rules.checks_count);
  EXPECT_EQ(rules.repeats_within, 3u);
}

TEST(ToolRulesConfig, NamesMistakes) {
  const auto config =
      load("paper", "[cascade.tools]\nallow = [\"destructive\"]\nrepeats_within = -1\nx = 1\n");
  ASSERT_FALSE(config);
  const std::string& message = config.error().message;
  EXPECT_NE(message.find("cascade[1].tools.allow: \"destructive\" found"), std::string::npos)
      << message;
  EXPECT_NE(message.find("cascade[1].tools.repeats_within"), std::string::npos);
  EXPECT_NE(message.find("cascade[1].tools.x"), std::string::npos);
}

}  // namespace
}  // namespace rlm::config
