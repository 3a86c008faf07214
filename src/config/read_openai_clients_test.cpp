#include <gmock/gmock.h>

#include "config/load_config.hpp"

namespace rlm::config {
namespace {

using ::testing::HasSubstr;

Result<Config> parsed(const std::string& lines) {
  const Environment nothing = [](std::string_view) { return std::nullopt; };
  return parse_config("[models.m]\nendpoint = \"anthropic\"\n" + lines, "test.toml", nothing);
}

TEST(OpenAiClients, HaveALimitAndNoWebSearchUnlessToldOtherwise) {
  const auto silent = parsed("");
  ASSERT_TRUE(silent) << silent.error().message;
  EXPECT_EQ(silent->exchange.openai_clients.max_tokens, 32'000);
  EXPECT_EQ(silent->exchange.openai_clients.web_search, "");
  const auto told =
      parsed("[openai_clients]\nmax_tokens = 64000\nweb_search = \"web_search_20250305\"\n");
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->exchange.openai_clients.max_tokens, 64'000);
  EXPECT_EQ(told->exchange.openai_clients.web_search, "web_search_20250305");
  EXPECT_TRUE(parsed("[openai_clients]\nweb_search = \"\"\n"));
}

TEST(OpenAiClients, NameEveryMistake) {
  const auto config =
      parsed("[openai_clients]\nmax_tokens = 0\nweb_search = \"web_search\"\nweb_serch = 1\n");
  ASSERT_FALSE(config);
  for (const char* line :
       {"openai_clients.max_tokens:", "openai_clients.web_search: \"web_search\" found",
        "openai_clients.web_serch:"})
    EXPECT_THAT(config.error().message, HasSubstr(line));
  for (const char* type : {"web_search_2025030", "web_search_2025-305", "web_fetch_20250305"})
    EXPECT_FALSE(parsed("[openai_clients]\nweb_search = \"" + std::string(type) + "\"\n")) << type;
}

}  // namespace
}  // namespace rlm::config
