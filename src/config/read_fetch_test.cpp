#include <gtest/gtest.h>

#include "config/load_config.hpp"

namespace rlm::config {
namespace {

using UrlSources = upstream::EndpointConfig::UrlSources;

Result<Config> parsed(const std::string& text) {
  const Environment nothing = [](std::string_view name) -> std::optional<std::string> {
    if (name.starts_with("AWS_")) return "x";
    return std::nullopt;
  };
  return parse_config(text, "test.toml", nothing);
}

const std::string kModel = "[models.m]\nendpoint = \"anthropic\"\n";

TEST(Fetch, IsOffUntilAModelWantsIt) {
  const auto config = parsed(
      "[models.a]\nendpoint = \"anthropic\"\n"
      "[models.b]\nendpoint = \"bedrock\"\nregion = \"us-east-1\"\nmodel = \"global.m\"\n"
      "[models.c]\nendpoint = \"bedrock\"\nregion = \"us-east-1\"\nmodel = \"global.m\"\n"
      "fetch_urls = true\n"
      "[models.d]\nendpoint = \"ollama\"\nmodel = \"m\"\n"
      "[models.e]\nendpoint = \"vllm\"\nmodel = \"m\"\n"
      "[models.f]\nendpoint = \"anthropic-compatible\"\nbase_url = \"http://x\"\nfetch_urls = "
      "true\n");
  ASSERT_TRUE(config) << config.error().message;
  const std::vector<UrlSources> expected{UrlSources::Passed,  UrlSources::Refused,
                                         UrlSources::Fetched, UrlSources::Refused,
                                         UrlSources::Passed,  UrlSources::Fetched};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(config->table.endpoints[i].url_sources, expected[i])
        << config->table.endpoints[i].name;
}

TEST(Fetch, ReadsWhomToAskAndHowMuch) {
  const auto config = parsed(kModel +
                             "[fetch]\norigins = [\"https://Pictures.example\", "
                             "\"http://10.0.0.7:8080/\"]\nonly_origins = true\n"
                             "image_bytes_max = 1\nrequest_bytes_max = 2\nurls_max = 3\n"
                             "parallel_max = 4\nrequests_max = 5\ntimeout_ms = 6\nkeep_ms = 7\n"
                             "keep_bytes_max = 8\nproxy = \"none\"\n");
  ASSERT_TRUE(config) << config.error().message;
  const fetch::FetchConfig& fetch = config->fetch;
  ASSERT_EQ(fetch.origins.size(), 2u);
  EXPECT_EQ(fetch.origins[0].authority(), "pictures.example");
  EXPECT_TRUE(fetch.origins[0].tls);
  EXPECT_EQ(fetch.origins[1].authority(), "10.0.0.7:8080");
  EXPECT_FALSE(fetch.origins[1].tls);
  EXPECT_TRUE(fetch.only_origins);
  EXPECT_EQ(fetch.image_bytes_max, 1u);
  EXPECT_EQ(fetch.request_bytes_max, 2u);
  EXPECT_EQ(fetch.urls_max, 3u);
  EXPECT_EQ(fetch.parallel_max, 4u);
  EXPECT_EQ(fetch.requests_max, 5u);
  EXPECT_EQ(fetch.timeout, Milliseconds(6));
  EXPECT_EQ(fetch.keep, Milliseconds(7));
  EXPECT_EQ(fetch.keep_bytes_max, 8u);
  EXPECT_EQ(fetch.proxy, "none");
}

TEST(Fetch, NamesEveryMistake) {
  const auto config = parsed(kModel +
                             "[fetch]\norigins = [\"pictures.example\", \"https://a/b\", "
                             "\"https://a/?b\"]\ntimeout_ms = 0\nca_file = \"/none\"\n"
                             "proxy = \"socks5://x\"\norigin = []\n");
  ASSERT_FALSE(config);
  for (const char* line :
       {"fetch.origins: \"pictures.example\" found", "fetch.origins: \"https://a/b\" found",
        "fetch.origins: \"https://a/?b\" found",
        "fetch.timeout_ms:", "fetch.ca_file:", "fetch.proxy:", "fetch.origin:"})
    EXPECT_NE(config.error().message.find(line), std::string::npos) << line << " in\n"
                                                                    << config.error().message;
}

}  // namespace
}  // namespace rlm::config
