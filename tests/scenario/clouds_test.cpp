// The ways to clouds: tokens for a service account, and a corporate proxy.

#include <gmock/gmock.h>

#include "credential/test_keys.hpp"
#include "tests/support/raw_upstream.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

using ::testing::HasSubstr;
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

/// Claude on a simulated Vertex AI, and the proxy with a service account's key file.
struct Vertex {
  explicit Vertex(const std::string& email = "sa@p1.iam.gserviceaccount.com") {
    sim::SimConfig config = Scene::verify_config();
    config.provider = sim::Provider::Vertex;
    config.vertex.project = "p1";
    config.vertex.client_email = "sa@p1.iam.gserviceaccount.com";
    config.vertex.public_key = public_pem();
    model = start_model(std::move(config));
    const std::string file = folder.file("key.json");
    write_file(
        file,
        R"({"type":"service_account","project_id":"p1","private_key_id":"1","client_email":)" +
            json_quoted(email) + ",\"private_key\":" +
            json_quoted(credential::test::pem_of(credential::test::rsa_key())) +
            ",\"token_uri\":" + json_quoted(model->base_url() + "/token") + "}");
    proxy = std::make_unique<Proxy>(
        "[listen]\naddress = \"127.0.0.1:0\"\nthreads = 1\n[log]\nlevel = \"off\"\n[ledger]\n"
        "path = \"\"\n[limits]\ndrain_ms = 0\n[models.opus]\nendpoint = \"vertex\"\nretries = 0\n"
        "project = \"p1\"\nmodel = \"sim-verify\"\nbase_url = \"" +
        model->base_url() + "\"\ncredentials_file = \"" + file + "\"\n");
  }
  Reply post() {
    return ask(proxy->port(),
               R"({"model":"opus","max_tokens":50,"messages":[{"role":"user","content":"hi"}]})");
  }
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

TEST(Clouds, ARefusedAccountIsAnErrorThatSaysNothingOfIt) {
  Vertex vertex("stranger@p1.iam.gserviceaccount.com");
  const Reply reply = vertex.post();
  EXPECT_GE(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr(R"("type":"error")"));
  EXPECT_EQ(reply.body.find("stranger"), std::string::npos) << reply.body;
  EXPECT_EQ(vertex.asked(":rawPredict"), 0u);
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
