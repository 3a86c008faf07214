// Claude on Vertex AI: tokens, paths, bodies, errors and prices as Google has them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/clock.hpp"
#include "sim/crypto.hpp"
#include "sim/test_client.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kGrant =
    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
constexpr const char* kModels = "/v1/projects/p1/locations/global/publishers/anthropic/models/";

EVP_PKEY* key() {
  static EVP_PKEY* const made = EVP_RSA_gen(2048);
  return made;
}

std::string public_key() {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, key());
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

std::string base64url(std::string_view bytes) {
  std::string text = base64(bytes);
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  text.erase(std::min(text.find('='), text.size()));
  return text;
}

std::string signature_of_text(std::string_view text) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::string out(512, '\0');
  std::size_t size = out.size();
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key());
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                 reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(context);
  out.resize(size);
  return out;
}

struct Claims {
  std::string issuer = "sa@p1.iam.gserviceaccount.com";
  std::string scope = "https://www.googleapis.com/auth/cloud-platform";
  std::string audience = "https://oauth2.googleapis.com/token";
  std::int64_t age = 0;
  std::int64_t life = 3600;
};

std::string assertion(const Claims& claims = {}) {
  const std::int64_t issued = system_clock().unix_ms().value / 1000 - claims.age;
  const std::string payload = R"({"iss":")" + claims.issuer + R"(","scope":")" + claims.scope +
                              R"(","aud":")" + claims.audience + R"(","iat":)" +
                              std::to_string(issued) +
                              ",\"exp\":" + std::to_string(issued + claims.life) + "}";
  const std::string text = base64url(R"({"alg":"RS256"})") + "." + base64url(payload);
  return text + "." + base64url(signature_of_text(text));
}

SimConfig vertex() {
  SimConfig config;
  config.provider = Provider::Vertex;
  config.models = {"claude-opus-4-8"};
  config.vertex.project = "p1";
  config.vertex.client_email = Claims().issuer;
  config.vertex.public_key = public_key();
  return config;
}

Got token(const SimulatedModel& model, std::string form) {
  Ask request;
  request.target = "/token";
  request.headers = Headers{{"content-type", "application/x-www-form-urlencoded"}};
  request.body = std::move(form);
  return ask(model, request);
}

std::string fresh_token(const SimulatedModel& model) {
  return string_at(token(model, kGrant + assertion()).body, "access_token");
}

Got predict(const SimulatedModel& model, std::string_view bearer, std::string body,
            std::string target = std::string(kModels) + "claude-opus-4-8:rawPredict") {
  Ask request;
  request.target = std::move(target);
  request.headers = Headers{{"authorization", "Bearer " + std::string(bearer)}};
  request.body = std::move(body);
  return ask(model, request);
}

std::string body(std::string_view more = "",
                 std::string_view version = R"("anthropic_version":"vertex-2023-10-16",)") {
  return "{" + std::string(version) +
         R"("max_tokens":400,"messages":[{"role":"user","content":"Hello"}])" + std::string(more) +
         "}";
}

TEST(Vertex, ExchangesAnAssertionForAShortLivedToken) {
  const auto model = running(vertex());
  const Got got = token(*model, kGrant + assertion());
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(integer_at(got.body, "expires_in"), 3599);
  EXPECT_EQ(string_at(got.body, "token_type"), "Bearer");
  const std::string bearer = string_at(got.body, "access_token");
  EXPECT_EQ(predict(*model, bearer, body()).status, 200);
  model->advance(Milliseconds(3'600'001));
  const Got late = predict(*model, bearer, body());
  EXPECT_EQ(late.status, 401);
  EXPECT_EQ(string_at(late.body, "error.status"), "UNAUTHENTICATED");
  EXPECT_EQ(predict(*model, fresh_token(*model), body()).status, 200);
}

TEST(Vertex, RefusesAssertionsThatAreNotTheAccounts) {
  const auto model = running(vertex());
  const auto code = [&](const std::string& form) {
    return string_at(token(*model, form).body, "error");
  };
  EXPECT_EQ(code("grant_type=password"), "unsupported_grant_type");
  Claims claims;
  claims.issuer = "other@p1";
  EXPECT_EQ(code(kGrant + assertion(claims)), "invalid_grant");
  claims = {};
  claims.audience = "https://example.com/token";
  EXPECT_EQ(code(kGrant + assertion(claims)), "invalid_grant");
  claims.audience = "http://127.0.0.1:" + std::to_string(model->port()) + "/token";
  EXPECT_EQ(token(*model, kGrant + assertion(claims)).status, 200);
  claims = {};
  claims.life = 3601;
  EXPECT_EQ(code(kGrant + assertion(claims)), "invalid_grant");
  claims = {};
  claims.age = 4000;
  EXPECT_EQ(code(kGrant + assertion(claims)), "invalid_grant");
  claims = {};
  claims.scope = "email";
  EXPECT_EQ(code(kGrant + assertion(claims)), "invalid_scope");
  std::string forged = assertion();
  forged[forged.size() - 5] = forged[forged.size() - 5] == 'A' ? 'B' : 'A';
  EXPECT_THAT(token(*model, kGrant + forged).body, HasSubstr("Invalid JWT Signature."));
}

TEST(Vertex, TheMetadataServerWantsItsHeader) {
  const auto model = running(vertex());
  Ask request;
  request.method = "GET";
  request.target = "/computeMetadata/v1/instance/service-accounts/default/token";
  request.headers = Headers{};
  EXPECT_EQ(ask(*model, request).status, 403);
  request.headers = Headers{{"Metadata-Flavor", "Google"}};
  EXPECT_EQ(predict(*model, string_at(ask(*model, request).body, "access_token"), body()).status,
            200);
}

TEST(Vertex, StreamsAndCountsBehindItsPaths) {
  const auto model = running(vertex());
  const std::string bearer = fresh_token(*model);
  const Got stream = predict(*model, bearer, body(R"(,"stream":true)"),
                             std::string(kModels) + "claude-opus-4-8:streamRawPredict");
  EXPECT_THAT(stream.body, StartsWith("event: message_start"));
  EXPECT_EQ(stream.header("anthropic-ratelimit-requests-limit"), "");
  const Got counted = predict(*model, bearer, body(R"(,"model":"claude-opus-4-8")"),
                              std::string(kModels) + "count-tokens:rawPredict");
  EXPECT_EQ(integer_at(counted.body, "input_tokens"), 2) << counted.body;
}

TEST(Vertex, RefusesWhatBelongsToAnthropicsOwnApi) {
  const auto model = running(vertex());
  const std::string bearer = fresh_token(*model);
  const auto message = [&](std::string_view more,
                           std::string_view version =
                               R"("anthropic_version":"vertex-2023-10-16",)") {
    const Got got = predict(*model, bearer, body(more, version));
    EXPECT_EQ(got.status, 400);
    return string_at(got.body, "error.message");
  };
  EXPECT_EQ(message(R"(,"model":"claude-opus-4-8")"), "model: Extra inputs are not permitted");
  EXPECT_EQ(message("", ""), "anthropic_version: Field required");
  EXPECT_THAT(message("", R"("anthropic_version":"2023-06-01",)"), HasSubstr("vertex-2023-10-16"));
  EXPECT_EQ(message(R"(,"anthropic_beta":["x"])"),
            "anthropic_beta: Extra inputs are not permitted");
  EXPECT_THAT(message(R"(,"stream":true)"), HasSubstr("stream: need false"));
  EXPECT_EQ(
      predict(*model, bearer, body(), std::string(kModels) + "claude-opus-4-8:rawPredict?beta=true")
          .status,
      400);
}

TEST(Vertex, RefusesFeaturesThatGoogleDoesNotOffer) {
  const auto model = running(vertex());
  const std::string bearer = fresh_token(*model);
  const auto message = [&](std::string_view betas, std::string_view more) {
    Ask request;
    request.target = std::string(kModels) + "claude-opus-4-8:rawPredict";
    request.headers = Headers{{"authorization", "Bearer " + bearer}, {"anthropic-beta", betas}};
    request.body = body(more);
    const Got got = ask(*model, request);
    return got.status == 200 ? "" : string_at(got.body, "error.message");
  };
  EXPECT_EQ(message("context-1m-2025-08-07,claude-code-20250219", ""), "");
  EXPECT_EQ(message("claude-code-20250219, skills-2025-10-02", ""),
            "Unexpected value(s) `skills-2025-10-02` for the `anthropic-beta` header");
  EXPECT_EQ(message("", R"(,"fallbacks":"default")"), "fallbacks: Extra inputs are not permitted");
  EXPECT_EQ(message("", R"(,"tools":[{"name":"web_fetch","type":"web_fetch_20260209"}])"),
            "tools.0: tool type 'web_fetch_20260209' is not supported");
  EXPECT_EQ(message("", R"(,"tools":[{"name":"web_search","type":"web_search_20260209"}])"), "");
  const Got file = predict(
      *model, bearer,
      R"({"anthropic_version":"vertex-2023-10-16","max_tokens":5,"messages":[{"role":"user",)"
      R"("content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}]})");
  EXPECT_EQ(string_at(file.body, "error.message"), "messages: file sources are not supported");
}

TEST(Vertex, NamesWrongProjectsAndModelsInGooglesEnvelope) {
  const auto model = running(vertex());
  const std::string bearer = fresh_token(*model);
  const Got project = predict(
      *model, bearer, body(),
      "/v1/projects/p2/locations/global/publishers/anthropic/models/claude-opus-4-8:rawPredict");
  EXPECT_EQ(string_at(project.body, "error.status"), "PERMISSION_DENIED");
  EXPECT_EQ(integer_at(project.body, "error.code"), 403);
  EXPECT_EQ(string_at(predict(*model, bearer, body(), std::string(kModels) + "gpt:rawPredict").body,
                      "error.status"),
            "NOT_FOUND");
  EXPECT_EQ(predict(*model, "ya29.forged", body()).status, 401);
  model->script(Reply::of_fault(status_fault(429)));
  EXPECT_EQ(string_at(predict(*model, bearer, body()).body, "error.status"), "RESOURCE_EXHAUSTED");
}

TEST(Vertex, ARegionCostsATenthMore) {
  const auto model = running(vertex());
  const std::string bearer = fresh_token(*model);
  model->script(Reply::of_text("same"));
  predict(*model, bearer, body());
  model->script(Reply::of_text("same"));
  predict(*model, bearer, body(),
          "/v1/projects/p1/locations/us-east5/publishers/anthropic/models/"
          "claude-opus-4-8:rawPredict");
  const Bill bill = model->bill();
  ASSERT_EQ(bill.calls.size(), 2u);
  EXPECT_EQ(bill.calls[1].cost.value * 10, bill.calls[0].cost.value * 11);
}

}  // namespace
}  // namespace rlm::sim
