#include "config/load_config.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "config/test_configs.hpp"

namespace rlm::config {
namespace {

std::optional<std::string> environment(std::string_view name) {
  if (name == "KEY") return "the-key";
  if (name == "EMPTY") return "";
  return std::nullopt;
}

Result<Config> parse(std::string_view toml) {
  return parse_config(toml, "test.toml", environment);
}

std::string mistakes(std::string_view toml) {
  const auto config = parse(toml);
  if (config) return "";
  EXPECT_EQ(config.error().kind, ErrorKind::BadRequest);
  EXPECT_EQ(config.error().source, Source::Self);
  return config.error().message;
}

TEST(Config, NeedsNoMoreThanAModel) {
  const auto config = parse(kModels);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->listen.address, "127.0.0.1");
  EXPECT_EQ(config->listen.port, 8787);
  EXPECT_EQ(config->table.endpoints.size(), 2u);
  EXPECT_EQ(config->table.endpoints[1].base_url, "https://api.anthropic.com");
  EXPECT_TRUE(config->table.endpoints[1].is_anthropic);
  EXPECT_FALSE(config->table.endpoints[0].is_anthropic);
  EXPECT_EQ(config->table.endpoints[0].api_key.reveal(), "the-key");
  EXPECT_EQ(config->table.passthrough, -1);
  EXPECT_TRUE(config->prices);
}

TEST(Config, AnAnthropicModelWithoutANamePassesAllNamesOn) {
  const auto config = parse("[models.any]\nendpoint = \"anthropic\"\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->table.passthrough, 0);
}

TEST(Config, ReadsWhatListenersLimitsLedgerAndLogMayBe) {
  const auto config = parse(std::string(kModels) + R"(
[listen]
address = "[::1]:0"
threads = 3
api_keys = []
[admin]
address = "127.0.0.1:9000"
hosts = ["me.local"]
[limits]
body_bytes_max = 4096
json_depth_max = 8
in_flight_max = 2
aside_running_max = 3
connections_max = 3
head_bytes_max = 2048
keep_alive_idle_ms = 100
head_timeout_ms = 101
body_idle_ms = 102
write_idle_ms = 103
ping_first_ms = 20
ping_interval_ms = 21
drain_ms = 0
[ledger]
path = ""
journal_bytes = 65536
[log]
level = "warn"
json = true
)");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->listen.address, "::1");
  EXPECT_EQ(config->threads, 3);
  EXPECT_EQ(config->admin.port, 9000);
  EXPECT_EQ(config->admin_hosts, std::vector<std::string>{"me.local"});
  EXPECT_EQ(config->exchange.body_bytes_max, 4096u);
  EXPECT_EQ(config->exchange.json.depth_max, 8u);
  EXPECT_EQ(config->exchange.in_flight_max, 2u);
  EXPECT_EQ(config->exchange.aside.running_max, 3u);
  EXPECT_EQ(config->server.connections_max, 3u);
  EXPECT_EQ(config->server.head.bytes_max, 2048u);
  EXPECT_EQ(config->server.keep_alive_idle.count(), 100);
  EXPECT_EQ(config->server.head_timeout.count(), 101);
  EXPECT_EQ(config->server.body_idle.count(), 102);
  EXPECT_EQ(config->server.write_idle.count(), 103);
  EXPECT_EQ(config->exchange.pings.first.count(), 20);
  EXPECT_EQ(config->exchange.pings.interval.count(), 21);
  EXPECT_EQ(config->drain.count(), 0);
  EXPECT_EQ(config->ledger.path, "");
  EXPECT_EQ(config->log_level, log::Level::Warn);
  EXPECT_TRUE(config->log_json);
}

TEST(Config, ReadsWhatACascadeMayBe) {
  const auto config = parse(std::string(kModels) + R"(
[[cascade]]
name = "mine"
match = ["claude-*"]
draft = "cheap"
verify = "opus"
policy = "off"
on_verify_failure = "serve_draft"
[cascade.paper]
complex_characters_min = 10
keywords = ["zap"]
[cascade.draft_abilities]
images = true
documents = true
structured_output = true
stop_sequences = false
prompt_bytes_max = 99
)");
  ASSERT_TRUE(config) << config.error().message;
  const auto& cascade = config->table.cascades.at(0);
  EXPECT_EQ(cascade.name, "mine");
  EXPECT_EQ(cascade.draft, 0u);
  EXPECT_EQ(cascade.verify, 1u);
  EXPECT_EQ(cascade.policy.preset, route::RoutePolicy::Preset::Off);
  EXPECT_EQ(cascade.on_verify_failure, exchange::OnVerifyFailure::ServeDraft);
  EXPECT_EQ(cascade.policy.paper.complex_characters_min, 10u);
  EXPECT_EQ(cascade.policy.paper.keywords.keywords(), std::vector<std::string>{"zap"});
  EXPECT_TRUE(cascade.policy.draft.images);
  EXPECT_FALSE(cascade.policy.draft.stop_sequences);
  EXPECT_EQ(cascade.policy.draft.prompt_bytes_max, 99u);
}

TEST(Config, ReportsAllMistakesAtOnceEachWithItsPath) {
  const std::string found = mistakes(R"(
colour = "red"
[listen]
address = "everywhere"
thread = 2
[limits]
body_bytes_max = 5
head_timeout_ms = "soon"
[log]
level = "loud"
[models.a]
endpoint = "antropic"
[models.b]
endpoint = "foundry"
api_key = "written-out-secret"
connect_ms = 0
[models.c]
endpoint = "deepseek"
base_url = "ftp://x"
api_key = "${UNSET}"
ca_file = "/nowhere.pem"
[[cascade]]
draft = "nobody"
policy = "papper"
)");
  for (const char* line :
       {"colour: unknown key", "listen.address: \"everywhere\" found; expected address:port",
        "listen.thread: unknown key; did you mean \"threads\"?",
        "limits.body_bytes_max: 5 found; expected a whole number from 1024",
        "limits.head_timeout_ms:",
        "log.level: \"loud\" found; expected one of debug, info, warn, error, off",
        "models.a.endpoint: \"antropic\" found; expected one of anthropic,",
        "models.b.base_url: missing", "models.b.api_key: a secret is written out",
        "models.b.connect_ms: 0 found", "models.c.base_url: \"ftp://x\"",
        "models.c.api_key: the environment variable UNSET is not set",
        "models.c.ca_file:", "cascade[1].match: missing", "cascade[1].draft: \"nobody\" found",
        "cascade[1].verify: missing",
        "cascade[1].policy: \"papper\" found; expected one of paper, off"})
    EXPECT_NE(found.find(line), std::string::npos) << line << "\n--- in\n" << found;
  EXPECT_EQ(found.find("written-out-secret"), std::string::npos);
}

struct MistakeCase {
  std::string name;
  std::string toml;
  std::string says;
};

class Mistaken : public testing::TestWithParam<MistakeCase> {};

TEST_P(Mistaken, IsRefusedWithAReason) {
  const std::string found = mistakes(GetParam().toml);
  EXPECT_NE(found.find(GetParam().says), std::string::npos) << found;
}

std::string with_models(std::string more) {
  return std::string(kModels) + std::move(more);
}

INSTANTIATE_TEST_SUITE_P(
    Config, Mistaken,
    testing::Values(
        MistakeCase{"Nothing", "", "models: none"},
        MistakeCase{"NoToml", "[listen\naddress", "test.toml:"},
        MistakeCase{"ADoubleKey", "[log]\njson = true\njson = true\n", "test.toml:3"},
        MistakeCase{"ModelsIsNoTable", "models = 3\n", "models: 3 found; expected a table"},
        MistakeCase{"AModelIsNoTable", "[models]\na = 1\n", "models.a: expected a table"},
        MistakeCase{"NoEndpoint", "[models.a]\nmodel = \"x\"\n", "models.a.endpoint: missing"},
        MistakeCase{"AnEmptyVariable",
                    "[models.a]\nendpoint = \"anthropic\"\napi_key = \"${EMPTY}\"\n",
                    "EMPTY is not set"},
        MistakeCase{"QuirksOfMessages",
                    "[models.a]\nendpoint = \"anthropic\"\nquirks = \"deepseek\"\n",
                    "models.a.quirks: endpoint \"anthropic\" speaks none of OpenAI's dialects"},
        MistakeCase{"UnknownQuirks",
                    "[models.a]\nendpoint = \"openai\"\nmodel = \"m\"\nquirks = \"x\"\n",
                    "models.a.quirks: \"x\" found"},
        MistakeCase{"AMissingKeyFile",
                    "[models.a]\nendpoint = \"anthropic\"\napi_key = \"file:/nowhere\"\n",
                    "cannot read a key"},
        MistakeCase{"StrangersWithoutKeys", with_models("[listen]\naddress = \"0.0.0.0:1\"\n"),
                    "listen.api_keys: none"},
        MistakeCase{"AdminForStrangers", with_models("[admin]\naddress = \"0.0.0.0:1\"\n"),
                    "admin.address:"},
        MistakeCase{"OurKeysAndTheirs", with_models("[listen]\napi_keys = [\"${KEY}\"]\n"),
                    "models.opus.api_key: missing"},
        MistakeCase{
            "AnUnknownPrice",
            with_models(
                "[models.odd]\nendpoint = \"anthropic\"\nmodel = \"odd\"\n[[cascade]]\nmatch = "
                "[\"a\"]\ndraft = \"cheap\"\nverify = \"odd\"\n"),
            "cascade[1].verify: no price is known"},
        MistakeCase{
            "ADraftWithoutKey",
            with_models("[[cascade]]\nmatch = [\"a\"]\ndraft = \"opus\"\nverify = \"opus\"\n"),
            "has no api_key"},
        MistakeCase{
            "ADraftWithoutModel",
            with_models(
                "[models.any]\nendpoint = \"anthropic\"\napi_key = \"${KEY}\"\n[[cascade]]\nmatch "
                "= [\"a\"]\ndraft = \"any\"\nverify = \"opus\"\n"),
            "names no model"},
        MistakeCase{"CascadeIsOneTable", with_models("[cascade]\nmatch = [\"a\"]\n"),
                    "[[cascade]]"},
        MistakeCase{"NamesAreNumbers",
                    with_models("[[cascade]]\nmatch = [1]\ndraft = \"cheap\"\nverify = \"opus\"\n"),
                    "expected a list of strings"},
        MistakeCase{"NoPromptFile",
                    with_models("[[cascade]]\nmatch = [\"a\"]\ndraft = \"cheap\"\nverify = "
                                "\"opus\"\nverdict_prompt_file = \"/nowhere\"\n"),
                    "cannot read \"/nowhere\""},
        MistakeCase{"NoPriceFile", with_models("[prices]\nfile = \"/nowhere\"\n"),
                    "prices.file: cannot read"},
        MistakeCase{"APortTooHigh", with_models("[listen]\naddress = \"127.0.0.1:65536\"\n"),
                    "listen.address:"},
        MistakeCase{"ABrokenBoolean", with_models("[log]\njson = \"yes\"\n"),
                    "log.json: 'yes' found; expected true or false"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Config, ReadsSecretsAndPromptsFromFiles) {
  const std::string base =
      (std::filesystem::temp_directory_path() / ("rlm-config-" + std::to_string(::getpid())))
          .string();
  std::ofstream(base + ".key") << "from-a-file\n";
  std::ofstream(base + ".prompt") << "Judge: {draft}";
  const auto config = parse(
      "[models.opus]\nendpoint = \"anthropic\"\nmodel = \"claude-opus-4-8\"\napi_key = \"file:" +
      base +
      ".key\"\n[[cascade]]\nmatch = [\"a\"]\ndraft = \"opus\"\nverify = "
      "\"opus\"\nverdict_prompt_file = \"" +
      base + ".prompt\"\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->table.endpoints[0].api_key.reveal(), "from-a-file");
  EXPECT_EQ(config->table.cascades[0].prompt.text, "Judge: {draft}");
  EXPECT_FALSE(config->table.cascades[0].brief_prompt) << "an operator's instruction is alone";
  std::ofstream(base + ".prompt") << "no place";
  EXPECT_NE(mistakes(std::string(kModels) +
                     "[[cascade]]\nmatch = [\"a\"]\ndraft = \"cheap\"\nverify = "
                     "\"opus\"\nverdict_prompt_file = \"" +
                     base + ".prompt\"\n")
                .find("{draft}"),
            std::string::npos);
  std::filesystem::remove(base + ".key");
  std::filesystem::remove(base + ".prompt");
}

TEST(Config, TheDefaultsDependOnTheKeysThatAreThere) {
  const auto nothing = [](std::string_view) { return std::optional<std::string>(); };
  const auto plain = parse_config(default_config_text(nothing), "defaults", nothing);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_TRUE(plain->table.cascades.empty());
  EXPECT_EQ(plain->table.passthrough, 0);
  const auto both = [](std::string_view name) -> std::optional<std::string> {
    if (name == "ANTHROPIC_API_KEY" || name == "DEEPSEEK_API_KEY") return "k";
    if (name == "DEEPSEEK_UPSTREAM_URL") return "http://127.0.0.1:9";
    return std::nullopt;
  };
  const auto cascaded = parse_config(default_config_text(both), "defaults", both);
  ASSERT_TRUE(cascaded) << cascaded.error().message;
  ASSERT_EQ(cascaded->table.cascades.size(), 1u);
  EXPECT_EQ(cascaded->table.endpoints.at(cascaded->table.cascades[0].draft).base_url,
            "http://127.0.0.1:9");
  EXPECT_EQ(cascaded->table.find_cascade("claude-opus-4-8"), &cascaded->table.cascades[0]);
}

TEST(Config, AFileThatIsNotThereIsAMistake) {
  const auto config = load_config("/nowhere/rlm.toml", environment);
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("/nowhere/rlm.toml"), std::string::npos);
}

}  // namespace
}  // namespace rlm::config
