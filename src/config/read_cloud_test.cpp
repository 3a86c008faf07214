#include "config/read_cloud.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialect/quirks.hpp"

namespace rlm::config {
namespace {

using ::testing::HasSubstr;
using Auth = upstream::EndpointConfig::Auth;
using Identity = upstream::CloudConfig::Identity;

Result<Config> with_model(const std::string& lines, bool has_keys = true) {
  return parse_config("[models.m]\n" + lines, "test.toml",
                      [has_keys](std::string_view name) -> std::optional<std::string> {
                        if (name.starts_with("GOOGLE") || !has_keys) return std::nullopt;
                        return "value";
                      });
}

upstream::EndpointConfig endpoint_of(const std::string& lines) {
  const auto config = with_model(lines);
  EXPECT_TRUE(config) << config.error().message;
  return config ? config->table.endpoints.at(0) : upstream::EndpointConfig{};
}

std::string mistakes_of(const std::string& lines, bool has_keys = true) {
  const auto config = with_model(lines, has_keys);
  return config ? "none" : config.error().message;
}

TEST(CloudConfig, VertexFollowsFromProjectAndLocation) {
  const auto regional = endpoint_of(
      "endpoint = \"vertex\"\nmodel = \"m\"\nproject = \"p\"\nlocation = \"us-east5\"\n");
  EXPECT_EQ(regional.dialect, Dialect::Vertex);
  EXPECT_EQ(regional.base_url, "https://us-east5-aiplatform.googleapis.com");
  EXPECT_EQ(regional.price_per_mille, 1100);
  EXPECT_EQ(regional.cloud.identity, Identity::Token) << "the machine's own account";
  EXPECT_FALSE(regional.relays_credential());
  const auto global = endpoint_of("endpoint = \"vertex\"\nmodel = \"m\"\nproject = \"p\"\n");
  EXPECT_EQ(global.base_url, "https://aiplatform.googleapis.com");
  EXPECT_EQ(global.price_per_mille, 1000);
}

TEST(CloudConfig, AwsSignsWithTheKeysOfTheEnvironmentOrItsOwn) {
  const std::string front = "endpoint = \"bedrock\"\nmodel = \"us.m\"\nregion = \"us-east-1\"\n";
  const auto ambient = endpoint_of(front);
  EXPECT_EQ(ambient.cloud.identity, Identity::Aws);
  EXPECT_EQ(ambient.cloud.aws_keys.access_key_id, "value");
  EXPECT_EQ(ambient.cloud.aws_scope.service, "bedrock");
  EXPECT_EQ(ambient.base_url, "https://bedrock-runtime.us-east-1.amazonaws.com");
  EXPECT_EQ(ambient.price_per_mille, 1100);
  const auto own = endpoint_of(front + "access_key_id = \"AK\"\nsecret_access_key = \"${S}\"\n");
  EXPECT_EQ(own.cloud.aws_keys.access_key_id, "AK");
  const auto bearer = endpoint_of(front + "api_key = \"${K}\"\n");
  EXPECT_EQ(bearer.cloud.identity, Identity::Key);
  EXPECT_EQ(bearer.auth, Auth::Bearer);
  const auto global =
      endpoint_of("endpoint = \"bedrock\"\nmodel = \"global.m\"\nregion = \"us-east-1\"\n");
  EXPECT_EQ(global.price_per_mille, 1000);
}

TEST(CloudConfig, FoundryTakesAKeyOrAnApplication) {
  const std::string front =
      "endpoint = \"foundry-openai\"\nmodel = \"d\"\nbase_url = \"https://r.example/openai/v1\"\n";
  const auto key = endpoint_of(front + "api_key = \"${K}\"\n");
  EXPECT_EQ(key.auth, Auth::AzureApiKey);
  EXPECT_EQ(key.cloud.identity, Identity::Key);
  const auto entra =
      endpoint_of(front + "tenant = \"t\"\nclient_id = \"c\"\nclient_secret = \"${S}\"\n");
  EXPECT_EQ(entra.cloud.identity, Identity::Token);
  EXPECT_EQ(entra.auth, Auth::None);
}

TEST(EndpointKinds, AllWithADialectOfOpenAisHaveQuirks) {
  for (const auto& kind : endpoint_kinds())
    EXPECT_EQ(kind.dialect == Dialect::Chat || kind.dialect == Dialect::Responses,
              dialect::quirks_named(kind.quirks) != nullptr)
        << kind.name;
}

TEST(EndpointKinds, AHostOfAnothersModelMaySpeakAsThatOneDoes) {
  const std::string hosted =
      "endpoint = \"foundry-openai\"\nmodel = \"DeepSeek-V3.2\"\n"
      "base_url = \"https://r.example/openai/v1\"\napi_key = \"${K}\"\n";
  EXPECT_EQ(endpoint_of(hosted).quirks, dialect::quirks_named("foundry-openai"));
  EXPECT_EQ(endpoint_of(hosted + "quirks = \"deepseek\"\n").quirks,
            dialect::quirks_named("deepseek"));
}

TEST(EndpointKinds, ALocalServerNeedsNoKeyAndTakesOne) {
  const auto bare = endpoint_of("endpoint = \"ollama\"\nmodel = \"m\"\n");
  EXPECT_EQ(bare.base_url, "http://127.0.0.1:11434/v1");
  EXPECT_FALSE(bare.relays_credential());
  EXPECT_EQ(endpoint_of("endpoint = \"ollama\"\nmodel = \"m\"\napi_key = \"${K}\"\n").auth,
            Auth::Bearer);
}

TEST(EndpointConfig, NamesWhatIsMissingOrWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"endpoint = \"vertex\"\nmodel = \"m\"\n", "models.m.project: missing"},
      {"endpoint = \"bedrock\"\nmodel = \"m\"\n", "models.m.region: missing"},
      {"endpoint = \"bedrock\"\nmodel = \"m\"\nregion = \"r\"\n",
       "models.m.access_key_id: missing"},
      {"endpoint = \"aws-anthropic\"\nregion = \"r\"\n", "models.m.workspace_id: missing"},
      {"endpoint = \"openai\"\n", "models.m.model: missing"},
      {"endpoint = \"openai-compatible\"\nmodel = \"m\"\n", "models.m.base_url: missing"},
      {"endpoint = \"anthropic\"\nalso = [\"x\"]\n", "models.m.also: \"x\" is no other"},
      {"endpoint = \"anthropic\"\nalso = [\"m\"]\n", "models.m.also: \"m\" is no other"},
      {"endpoint = \"anthropic\"\nbalance = \"fair\"\n", "models.m.balance"},
      {"endpoint = \"anthropic\"\nbreaker_failures = 0\n", "models.m.breaker_failures"},
      {"endpoint = \"anthropic\"\nproxy = \"socks5://h:1\"\n", "models.m.proxy"},
      {"endpoint = \"anthropic\"\ncertificate_file = \"/nowhere\"\n", "models.m.certificate_file"},
      {"endpoint = \"vertex\"\nmodel = \"m\"\nproject = \"p\"\ncredentials_file = \"/nowhere\"\n",
       "models.m.credentials_file"},
  };
  for (const auto& [lines, mistake] : cases)
    EXPECT_THAT(mistakes_of(lines, false), HasSubstr(mistake)) << lines;
}

TEST(CloudConfig, AuthSaysHowAKeyIsShownAndNothingBesideSignaturesAndTokens) {
  const std::string vertex = "endpoint = \"vertex\"\nmodel = \"m\"\nproject = \"p\"\n";
  const std::string bedrock = "endpoint = \"bedrock\"\nmodel = \"m\"\nregion = \"r\"\n";
  const std::string foundry =
      "endpoint = \"foundry\"\nmodel = \"m\"\nbase_url = \"https://r.example/anthropic\"\n";
  const std::string entra = "tenant = \"t\"\nclient_id = \"c\"\nclient_secret = \"${S}\"\n";
  const std::string key = "api_key = \"${K}\"\n";
  for (const std::string& lines : {vertex, bedrock, foundry + entra})
    EXPECT_THAT(mistakes_of(lines + "auth = \"bearer\"\n"),
                HasSubstr("models.m.auth: calls there are signed or bear a token; leave it out"))
        << lines;
  EXPECT_EQ(endpoint_of(vertex + key).auth, Auth::Bearer);
  EXPECT_EQ(endpoint_of(bedrock + key + "auth = \"api_key\"\n").auth, Auth::ApiKey);
  EXPECT_EQ(endpoint_of(foundry + key).auth, Auth::ApiKey);
  EXPECT_EQ(endpoint_of(foundry + key + "auth = \"azure_api_key\"\n").auth, Auth::AzureApiKey);
  EXPECT_THAT(mistakes_of(foundry + key + "auth = \"none\"\n"),
              HasSubstr("models.m.auth: \"none\" beside an api_key"));
  EXPECT_THAT(mistakes_of(foundry + "auth = \"key\"\n"), HasSubstr("models.m.auth"));
}

TEST(EndpointConfig, ABreakerMayStayOpenForAnHour) {
  EXPECT_EQ(endpoint_of("endpoint = \"anthropic\"\nbreaker_open_ms = 3600000\n").breaker.open_for,
            Milliseconds(3'600'000));
  EXPECT_THAT(mistakes_of("endpoint = \"anthropic\"\nbreaker_open_ms = 3600001\n"),
              HasSubstr("models.m.breaker_open_ms"));
}

TEST(EndpointConfig, AllMistakesOfAGroupAreToldAtOnce) {
  const std::string mistakes = mistakes_of(
      "endpoint = \"anthropic\"\napi_key = \"${K}\"\nalso = [\"nobody\", \"bare\", \"named\", "
      "\"good\"]\n"
      "[models.bare]\nendpoint = \"foundry\"\nbase_url = \"https://r.example/anthropic\"\n"
      "[models.named]\nendpoint = \"vertex\"\nproject = \"p\"\nmodel = \"m\"\n"
      "[models.good]\nendpoint = \"anthropic\"\napi_key = \"${K}\"\nalso = [\"m\", \"bare\"]\n");
  for (const char* one :
       {"models.m.also: \"nobody\" is no other [models.<name>]",
        "models.m.also: \"bare\" has no api_key; a client's own key goes to no other provider",
        "models.m.also: \"named\" and this must both name a model, or neither",
        "models.good.also: \"bare\" has no api_key"})
    EXPECT_THAT(mistakes, HasSubstr(one));
  EXPECT_THAT(mistakes, ::testing::Not(HasSubstr("\"good\"")));
  EXPECT_THAT(mistakes, ::testing::Not(HasSubstr("models.good.also: \"m\"")));
}

TEST(EndpointConfig, AGroupIsOfOneVendor) {
  const auto config = with_model(
      "endpoint = \"anthropic\"\nalso = [\"n\"]\n[models.n]\nendpoint = \"openai\"\nmodel = \"g\"\n"
      "api_key = \"${K}\"\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("is not the same vendor's model"));
}

}  // namespace
}  // namespace rlm::config
