#include "app/simulate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace rlm::app {
namespace {

using testing::HasSubstr;

Result<sim::SimConfig> config_of(const std::string& arguments) {
  CLI::App command;
  SimulateOptions options;
  add_simulate_options(command, options);
  command.parse(arguments);
  money::PriceTable prices;
  return simulate_config(options, prices);
}

TEST(Simulate, ReadsSpeedsFaultsAndVerdicts) {
  const auto config = config_of(
      "--role draft --model sim-draft --first-token-ms 600,1500 --tokens-per-second 90 --seed 7 "
      "--accuracy 0.8 --verdict-accept 0.7 --verdict-edit 0.4 --fault 429:0.05 --fault reset@200");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->side, sim::Side::Draft);
  EXPECT_EQ(config->name, "draft");
  EXPECT_EQ(config->first_token_ms.median, 600);
  EXPECT_EQ(config->first_token_ms.p95, 1500);
  EXPECT_EQ(config->tokens_per_second.median, 90);
  EXPECT_EQ(config->verdict.accept_unknown, 0.7);
  EXPECT_EQ(config->verdict.edit, 0.4);
  ASSERT_EQ(config->faults.size(), 2u);
  EXPECT_EQ(config->faults[0].probability, 0.05);
  EXPECT_EQ(config->faults[1].fault.at, 200u);
}

TEST(Simulate, ServesAModelNamedAfterItsRoleWhenNoneIsGiven) {
  const auto config = config_of("");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->models, std::vector<std::string>{"sim-verify"});
  EXPECT_EQ(config->name, "verify");
}

TEST(Simulate, SpeaksAsTheProviderThatIsNamed) {
  const auto config = config_of("--provider deepseek");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->provider, sim::Provider::DeepSeek);
  EXPECT_THAT(config_of("--provider acme").error().message,
              HasSubstr("--provider \"acme\": need one of anthropic, openai"));
}

TEST(Simulate, ReadsWhoMayAskACloud) {
  const auto config = config_of(
      "--provider bedrock --aws-region us-east-1 --aws-access-key-id A --aws-secret-access-key S");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->aws.secret_access_key, "S");
  EXPECT_THAT(config_of("--provider bedrock --aws-access-key-id A").error().message,
              HasSubstr("need both or none"));
  EXPECT_THAT(config_of("--provider vertex --vertex-public-key no-such.pem").error().message,
              HasSubstr("--vertex-public-key no-such.pem: cannot be read"));
}

TEST(Simulate, ReportsAllMistakesAtOnce) {
  const auto config =
      config_of("--model nobody --first-token-ms fast --accuracy 3 --fault explode");
  ASSERT_FALSE(config.has_value());
  for (const char* part : {"nobody", "--first-token-ms", "accuracy", "explode"})
    EXPECT_THAT(config.error().message, HasSubstr(part));
}

}  // namespace
}  // namespace rlm::app
