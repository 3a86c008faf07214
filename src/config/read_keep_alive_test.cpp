#include "config/read_keep_alive.hpp"

#include <gtest/gtest.h>

#include "config/test_configs.hpp"

namespace rlm::config {
namespace {

TEST(KeepAliveConfig, IsOffUnlessToldOtherwise) {
  const auto config = with_cascade("");
  ASSERT_TRUE(config) << config.error().message;
  const auto& policy = config->table.cascades.at(0).keep_alive;
  EXPECT_FALSE(policy.enabled);
  EXPECT_EQ(policy.per_idle_spell_max, 2);
}

TEST(KeepAliveConfig, ReadsEveryKey) {
  const auto config = with_cascade(
      "[cascade.keep_alive]\nenabled = true\nper_idle_spell_max = 1\nsessions_max = 7\n"
      "bytes_max = 1000\n");
  ASSERT_TRUE(config) << config.error().message;
  const auto& policy = config->table.cascades.at(0).keep_alive;
  EXPECT_TRUE(policy.enabled);
  EXPECT_EQ(policy.per_idle_spell_max, 1);
  EXPECT_EQ(policy.sessions_max, 7u);
  EXPECT_EQ(policy.bytes_max, 1'000u);
}

TEST(KeepAliveConfig, IsCheckedWithItsPlace) {
  const auto wrong = with_cascade("[cascade.keep_alive]\nper_idle_spell_max = 9\nsessions = 1\n");
  ASSERT_FALSE(wrong);
  for (const char* part : {"cascade[1].keep_alive.per_idle_spell_max: 9 found",
                           "cascade[1].keep_alive.sessions: unknown key"})
    EXPECT_NE(wrong.error().message.find(part), std::string::npos) << wrong.error().message;
}

}  // namespace
}  // namespace rlm::config
