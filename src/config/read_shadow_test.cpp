#include "config/read_shadow.hpp"

#include <gtest/gtest.h>

#include "config/test_configs.hpp"

namespace rlm::config {
namespace {

exchange::Cascade cascade_of(const std::string& lines) {
  const auto config = with_cascade(lines);
  EXPECT_TRUE(config) << config.error().message;
  return config ? config->table.cascades.at(0) : exchange::Cascade{};
}

TEST(ShadowConfig, PlansAsBalancedAndServesEverythingDirect) {
  const auto cascade = cascade_of("policy = \"shadow\"\n");
  EXPECT_TRUE(cascade.shadow.serves_all);
  EXPECT_EQ(cascade.policy.preset, route::RoutePolicy::Preset::Balanced);
  EXPECT_EQ(
      cascade.policy.quality.of({route::TurnKind::Chat, route::Complexity::Simple}, Risk::None),
      route::Trust::Trusted);
  EXPECT_DOUBLE_EQ(cascade.shadow.share, 0.1);
  EXPECT_EQ(cascade.shadow.usd_per_day.value, 0);
  EXPECT_TRUE(cascade.shadow.judges_unseen);
}

TEST(ShadowConfig, IsOffUnderEveryOtherPolicy) {
  EXPECT_FALSE(cascade_of("policy = \"balanced\"\n").shadow.serves_all);
  EXPECT_FALSE(cascade_of("").shadow.serves_all);
}

TEST(ShadowConfig, ReadsItsTable) {
  const auto shadow = cascade_of(
                          "policy = \"shadow\"\n[cascade.shadow]\nshare = 1\nusd_per_day = 2.5\n"
                          "seed = 7\njudge_unseen = false\nanswer_bytes_max = 100\n")
                          .shadow;
  EXPECT_DOUBLE_EQ(shadow.share, 1);
  EXPECT_EQ(shadow.usd_per_day.value, 2'500'000'000);
  EXPECT_EQ(shadow.seed, 7u);
  EXPECT_FALSE(shadow.judges_unseen);
  EXPECT_EQ(shadow.answer_bytes_max, 100u);
}

TEST(ShadowConfig, IsCheckedWithItsPlace) {
  const auto wrong = with_cascade(
      "policy = \"shadow\"\n[cascade.shadow]\nshare = 1.5\nusd_per_day = \"2\"\nshares = 1\n");
  ASSERT_FALSE(wrong);
  const std::string& message = wrong.error().message;
  EXPECT_NE(message.find("cascade[1].shadow.share: 1.5 found; expected a number from 0 to 1"),
            std::string::npos)
      << message;
  EXPECT_NE(
      message.find("cascade[1].shadow.usd_per_day: '2' found; expected a number from 0 to 1000000"),
      std::string::npos)
      << message;
  EXPECT_NE(message.find("shares"), std::string::npos) << message;
}

}  // namespace
}  // namespace rlm::config
