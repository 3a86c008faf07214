#include <gtest/gtest.h>

#include "config/load_config.hpp"

namespace rlm::config {
namespace {

Result<Config> with(std::string_view lines) {
  const std::string toml =
      "[models.opus]\nendpoint = \"anthropic\"\nmodel = \"claude-opus-4-8\"\n"
      "[models.cheap]\nendpoint = \"deepseek\"\nmodel = \"deepseek-v4-pro\"\napi_key = \"${KEY}\"\n"
      "[[cascade]]\nmatch = [\"claude-*\"]\ndraft = \"cheap\"\nverify = \"opus\"\n";
  return parse_config(toml + std::string(lines), "test.toml",
                      [](std::string_view) { return std::optional<std::string>("key"); });
}

TEST(HoldBack, Is200CharactersOr300MillisecondsUnlessToldOtherwise) {
  const auto usual = with("");
  ASSERT_TRUE(usual) << usual.error().message;
  EXPECT_EQ(usual->table.cascades.at(0).hold_back.characters, 200u);
  EXPECT_EQ(usual->table.cascades.at(0).hold_back.time, Milliseconds(300));
  const auto told = with("hold_back_characters = 0\nhold_back_ms = 0\n");
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->table.cascades.at(0).hold_back.characters, 0u);
  EXPECT_EQ(told->table.cascades.at(0).hold_back.time, Milliseconds(0));
}

TEST(HoldBack, IsCheckedWithItsPlace) {
  const auto wrong = with("hold_back_characters = -1\nhold_back_ms = 60001\n");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("hold_back_characters"), std::string::npos);
  EXPECT_NE(wrong.error().message.find("hold_back_ms"), std::string::npos);
}

}  // namespace
}  // namespace rlm::config
