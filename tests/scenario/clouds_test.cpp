// The ways to clouds: tokens for a service account, and a corporate proxy.

#include <gmock/gmock.h>

#include "base/log.hpp"
#include "credential/test_keys.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_upstream.hpp"
#include "tests/support/scene.hpp"
#include "tests/support/tunnel_proxy.hpp"
#include "tests/support/world.hpp"

namespace rlm::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string public_pem() {
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(out, credential::test::rsa_key().get());
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  std::string pem(bytes, static_cast<std::size_t>(size));
  BIO_free(out);
  return pem;
}

/// How a test's Vertex AI differs from a plain one.
struct VertexOptions {
  std::string email = "sa@p1.iam.gserviceaccount.com";  // of the key file
  sim::SimConfig model = Scene::verify_config();
  std::string lines{};  // further ones of [models.opus]
  std::string more{};   // further tables
};

/// Claude on a simulated Vertex AI, and the proxy with a service account's key file.
struct Vertex {
  explicit Vertex(VertexOptions options = {}) {
    sim::SimConfig config = std::move(options.model);
    config.provider = sim::Provider::Vertex;
    config.vertex.project = "p1";
    config.vertex.client_email = "sa@p1.iam.gserviceaccount.com";
    config.vertex.public_key = public_pem();
    model = start_model(std::move(config));
    const std::string file = folder.file("key.json");
    write_file(
        file,
        R"({"type":"service_account","project_id":"p1","private_key_id":"1","client_email":)" +
            json_quoted(options.email) + ",\"private_key\":" +
            json_quoted(credential::test::pem_of(credential::test::rsa_key())) +
            ",\"token_uri\":" + json_quoted(model->base_url() + "/token") + "}");
    proxy = std::make_unique<Proxy>(
        "[listen]\naddress = \"127.0.0.1:0\"\nthreads = 1\n[log]\nlevel = \"off\"\n[ledger]\n"
        "path = \"\"\n[limits]\ndrain_ms = 0\n[models.opus]\nendpoint = \"vertex\"\nretries = 0\n"
        "project = \"p1\"\nmodel = \"sim-verify\"\nbase_url = \"" +
        model->base_url() + "\"\ncredentials_file = \"" + file + "\"\n" + options.lines +
        options.more);
  }
  Reply post_as(std::string target) {
    Ask request;
    request.target = std::move(target);
    request.body =
        R"({"model":"opus","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";
    return ask(proxy->port(), request);
  }
  Reply post() { return post_as("/v1/messages"); }
  std::size_t asked(std::string_view what) const {
    std::size_t count = 0;
    for (const auto& seen : model->requests())
      count += seen.target.find(what) != std::string::npos ? 1 : 0;
    return count;
  }

  TempFolder folder;
  std::unique_ptr<sim::SimulatedModel> model;
  std::unique_ptr<Proxy> proxy;
};

TEST(Clouds, AServiceAccountBuysOneTokenForManyCalls) {
  Vertex vertex;
  for (int i = 0; i < 3; ++i) {
    const Reply reply = vertex.post();
    EXPECT_EQ(reply.status, 200) << reply.body;
  }
  EXPECT_EQ(vertex.asked("/token"), 1u);
  EXPECT_EQ(vertex.asked(":rawPredict"), 3u);
  EXPECT_EQ(vertex.proxy->record_number(3).cost.value > 0, true);
}

TEST(Clouds, WhatATokenEndpointSaysIsForTheOperatorAlone) {
  VertexOptions options;
  options.email = "stranger@p1.iam.gserviceaccount.com";
  Vertex vertex(std::move(options));
  log::configure(log::Level::Warn, false);
  ::testing::internal::CaptureStderr();
  const Reply reply = vertex.post();
  const std::string logged = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(reply.status, 502);
  EXPECT_TRUE(is_error(reply.body, "api_error")) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("the gateway's configuration, not your request or your key"));
  EXPECT_EQ(reply.header("x-should-retry"), "false");
  EXPECT_THAT(reply.body, Not(HasSubstr("account not found")));
  EXPECT_THAT(logged, HasSubstr("invalid_grant (Invalid grant: account not found)"));
  EXPECT_THAT(logged, Not(HasSubstr("PRIVATE KEY")));
  EXPECT_EQ(vertex.asked(":rawPredict"), 0u);
}

TEST(Clouds, WhoHasNoTokenIsPassedOverForTheNextEndpoint) {
  const auto other = start_model(Scene::verify_config());
  VertexOptions options;
  options.email = "stranger@p1.iam.gserviceaccount.com";
  options.lines = "also = [\"elsewhere\"]\n";
  options.more =
      "[models.elsewhere]\nendpoint = \"anthropic\"\nmodel = \"sim-verify\"\n"
      "api_key = \"${UPSTREAM_KEY}\"\nbase_url = \"" +
      other->base_url() + "\"\n";
  Vertex vertex(std::move(options));
  const Reply reply = vertex.post();
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.header("x-rlm-model"), "elsewhere");
  const ExchangeRecord record = vertex.proxy->record_number(1);
  ASSERT_EQ(record.calls.size(), 2u);
  EXPECT_EQ(record.calls[0].error, "forbidden");
}

TEST(Clouds, ACallWithAnExpiredTokenIsRepeatedByItselfWithAFreshOne) {
  Vertex vertex;
  ASSERT_EQ(vertex.post().status, 200);
  vertex.model->advance(Milliseconds(2 * 3'600'000));
  const Reply reply = vertex.post();
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(vertex.asked("/token"), 2u);
  EXPECT_EQ(vertex.asked(":rawPredict"), 3u);
  const ExchangeRecord record = vertex.proxy->record_number(2);
  ASSERT_EQ(record.calls.size(), 1u);
  EXPECT_EQ(record.calls[0].status, 200);
}

TEST(Clouds, ACredentialThatIsRefusedTwiceIsNotTheClientsFault) {
  for (const std::string target : {"/v1/messages", "/v1/chat/completions"}) {
    Vertex vertex;
    vertex.model->script(fails("401"));
    vertex.model->script(fails("401"));
    const Reply reply = vertex.post_as(target);
    EXPECT_EQ(reply.status, 502);
    EXPECT_THAT(reply.body, HasSubstr("does not take the gateway's own credential"));
    EXPECT_THAT(reply.body, HasSubstr("not your request or your key"));
    EXPECT_THAT(reply.body, HasSubstr(target == "/v1/messages" ? "api_error" : "server_error"));
    EXPECT_EQ(reply.header("x-should-retry"), "false");
    EXPECT_EQ(vertex.asked(":rawPredict"), 2u) << "once by itself, and no more";
    const ExchangeRecord record = vertex.proxy->record_number(1);
    ASSERT_EQ(record.calls.size(), 1u);
    EXPECT_EQ(record.calls[0].status, 401);
    EXPECT_EQ(record.calls[0].error, "forbidden");
    vertex.model->script(fails("401"));
    EXPECT_EQ(vertex.post_as(target).status, 502);
    EXPECT_EQ(vertex.asked("/token"), 2u) << "a fresh token is not bought at every refusal";
  }
}

TEST(Clouds, ATokenIsBoughtThroughTheCorporateProxyAndUnderThePrivateAuthority) {
  const TempFolder folder;
  const Certificate authority = make_authority(folder.file("ca"));
  const Certificate server = make_certificate(folder.file("server"), authority, "127.0.0.1");
  TunnelProxy corporate;
  VertexOptions options;
  options.model.certificate_file = server.certificate_file;
  options.model.key_file = server.key_file;
  options.lines = "proxy = \"" + corporate.url() +
                  "\"\nca_file = " + json_quoted(authority.certificate_file) + "\n";
  Vertex vertex(std::move(options));
  const Reply reply = vertex.post();
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(vertex.asked("/token"), 1u);
  const std::string there = "127.0.0.1:" + std::to_string(vertex.model->port());
  EXPECT_THAT(corporate.asked(), ElementsAre(there, there)) << "the token and the call";
}

TEST(Clouds, TokensAreCountedWhereTheCloudCounts) {
  Vertex vertex;
  Ask request;
  request.target = "/v1/messages/count_tokens";
  request.body = R"({"model":"opus","messages":[{"role":"user","content":"hi"}]})";
  const Reply reply = ask(vertex.proxy->port(), request);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("input_tokens"));
  EXPECT_EQ(vertex.asked("count-tokens:rawPredict"), 1u);
}

// Clients send all that Anthropic's own API takes, whoever is behind the proxy.
TEST(Clouds, VertexIsNotSentWhatItRefuses) {
  Vertex vertex;
  Ask request;
  request.with("anthropic-beta", "claude-code-20250219,skills-2025-10-02,context-1m-2025-08-07");
  request.body =
      R"({"model":"opus","fallbacks":"default","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";
  const Reply reply = ask(vertex.proxy->port(), request);
  EXPECT_EQ(reply.status, 200) << reply.body;
  const auto seen = vertex.model->requests().back();
  EXPECT_EQ(
      seen.body,
      R"({"anthropic_version":"vertex-2023-10-16","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})");
  EXPECT_EQ(find_header(seen.headers, "anthropic-beta"),
            "claude-code-20250219,context-1m-2025-08-07");
}

TEST(Clouds, WhatVertexRefusesOfARequestsMeaningReachesTheClientInItsWords) {
  Vertex vertex;
  const Reply reply = ask(
      vertex.proxy->port(),
      R"({"model":"opus","max_tokens":50,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"web_fetch","type":"web_fetch_20260209"}]})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("web_fetch_20260209"));
}

TEST(Clouds, BedrocksOlderModelsAreNamedTheVersionThatTheyKnow) {
  for (const auto& [model, version] :
       {std::pair("claude-sonnet-4-5", "bedrock-2023-05-31"), {"claude-opus-4-8", "2026-10-21"}}) {
    const Place& at = place("BedrockBearer");
    sim::SimConfig config = simulated(at, sim::Side::Verify);
    config.models = {std::string(at.prefix) + model};
    const auto there = start_model(config);
    const Proxy proxy(world_config(model_lines("claude", at, *there, model)));
    Ask request;
    request.headers = {{"anthropic-version", "2026-10-21"}, {"x-api-key", "k"}};
    request.body =
        R"({"model":"claude","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";
    const Reply reply = ask(proxy.port(), request);
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(json_at(there->requests().at(0).body, "anthropic_version"), version);
  }
}

TEST(Clouds, BedrocksNewerPlatformHasTheUserProfileInTheBody) {
  World world(place("Anthropic"), place("Mantle"));
  Ask request;
  request.with("anthropic-user-profile-id", "up_1").with("x-rlm-plan", "direct");
  request.body =
      R"({"model":"claude-opus-4-8","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})";
  const Reply reply = ask(world.proxy.port(), request);
  EXPECT_EQ(reply.status, 200) << reply.body;
  const auto seen = world.verify->requests().at(0);
  EXPECT_EQ(json_at(seen.body, "user_profile_id"), "up_1");
  EXPECT_EQ(find_header(seen.headers, "anthropic-user-profile-id"), "");
}

TEST(CorporateProxy, IsAskedForPlainHttpByTheWholeUrl) {
  const std::string answer =
      R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hi"}],)"
      R"("stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}})";
  RawUpstream corporate({{sized_response(200, "application/json", answer)}});
  Proxy proxy(
      "[listen]\naddress = \"127.0.0.1:0\"\nthreads = 1\n[log]\nlevel = \"off\"\n[ledger]\n"
      "path = \"\"\n[limits]\ndrain_ms = 0\n[models.m]\nendpoint = \"anthropic\"\nretries = 0\n"
      "base_url = \"http://provider.invalid:81\"\nproxy = \"" +
      corporate.base_url() + "\"\n");
  const Reply reply = ask(
      proxy.port(), R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}]})");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(corporate.requests().at(0),
              StartsWith("POST http://provider.invalid:81/v1/messages"));
}

}  // namespace
}  // namespace rlm::test
