#include "credential/google_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "credential/digest.hpp"
#include "credential/static_credential.hpp"
#include "credential/test_keys.hpp"
#include "credential/token_grant.hpp"

namespace rlm::credential {
namespace {

std::string from_base64url(std::string text) {
  for (char& c : text) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  const std::size_t padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::string out(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

bool is_signed_by(const test::Key& key, const std::string& text, const std::string& signature) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key.get());
  const int good = EVP_DigestVerify(
      context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
      reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(context);
  return good == 1;
}

TEST(GoogleServiceAccount, AsksByAClaimThatItsKeySigned) {
  auto key = read_google_key(test::service_account_json("https://oauth2.googleapis.com/token",
                                                        test::pem_of(test::rsa_key())));
  ASSERT_TRUE(key);
  const auto grant = google_grant(std::move(*key));
  EXPECT_EQ(grant->url(), "https://oauth2.googleapis.com/token");
  const TokenRequest request = grant->request({1'790'000'000'999});
  const std::string body(request.body.reveal());
  const std::string begin =
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  ASSERT_TRUE(body.starts_with(begin)) << body;
  const std::string token = body.substr(begin.size());
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  EXPECT_EQ(from_base64url(token.substr(0, first)), R"({"alg":"RS256","typ":"JWT","kid":"kid1"})");
  EXPECT_EQ(from_base64url(token.substr(first + 1, last - first - 1)),
            R"({"iss":"robot@p-1.iam.gserviceaccount.com",)"
            R"("scope":"https://www.googleapis.com/auth/cloud-platform",)"
            R"("aud":"https://oauth2.googleapis.com/token","iat":1790000000,"exp":1790003600})");
  EXPECT_TRUE(
      is_signed_by(test::rsa_key(), token.substr(0, last), from_base64url(token.substr(last + 1))));
}

TEST(GoogleUser, AsksByItsRefreshToken) {
  const auto grant = google_grant(*read_google_key(test::user_json("https://t/token")));
  EXPECT_EQ(grant->request({}).body.reveal(),
            "grant_type=refresh_token&client_id=id%261&client_secret=cs%3Ds3cret&refresh_token="
            "1%2F%2Fs3cret");
}

TEST(GoogleKey, KnowsGooglesEndpoint) {
  const auto key = read_google_key(
      R"({"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c"})");
  EXPECT_EQ(std::get<GoogleUser>(*key).token_uri, "https://oauth2.googleapis.com/token");
}

TEST(GoogleKey, NamesWhatIsWrongWithAFileAndNeverItsSecrets) {
  const std::string elliptic = test::pem_of(test::Key(EVP_EC_gen("P-256"), &EVP_PKEY_free));
  const std::string small = test::pem_of(test::Key(EVP_RSA_gen(1024), &EVP_PKEY_free));
  for (const auto& [json, wanted] : {
           std::pair<std::string, const char*>{"", "no JSON object"},
           {"[]", "no JSON object"},
           {R"({"type":"external_account","secret":"s3cret"})", "neither service_account nor"},
           {R"({"type":"service_account"})", "lacks client_email, private_key"},
           {R"({"type":"authorized_user","client_id":"a","refresh_token":"s3cret"})",
            "lacks client_secret"},
           {test::service_account_json("u", "s3cret"), "private_key: the private key is no"},
           {test::service_account_json("u", elliptic), "no unencrypted RSA key"},
           {test::service_account_json("u", small), "2048 bits"},
       }) {
    const auto key = read_google_key(json);
    ASSERT_FALSE(key) << json;
    EXPECT_EQ(key.error().kind, ErrorKind::BadRequest);
    EXPECT_NE(key.error().message.find(wanted), std::string::npos) << key.error().message;
    EXPECT_EQ(key.error().message.find("s3cret"), std::string::npos);
  }
  const auto absent = load_google_key("absent.json");
  ASSERT_FALSE(absent);
  EXPECT_NE(absent.error().message.find("\"absent.json\""), std::string::npos);
}

TEST(MetadataServer, IsAskedAsGoogleDocumentsIt) {
  const auto grant = google_metadata_grant();
  EXPECT_EQ(grant->url(),
            "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/"
            "token");
  const TokenRequest request = grant->request({});
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.headers.find("Metadata-Flavor"), "Google");
  EXPECT_TRUE(grant->may_be_plain());
}

TEST(Entra, IsAskedByClientCredentials) {
  EntraApplication application;
  application.tenant = "tenant-1";
  application.client_id = "app";
  application.client_secret = Secret("s~1 x");
  const auto grant = entra_grant(application);
  EXPECT_EQ(grant->url(), "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token");
  EXPECT_EQ(grant->request({}).body.reveal(),
            "grant_type=client_credentials&client_id=app&client_secret=s~1%20x&scope="
            "https%3A%2F%2Fai.azure.com%2F.default");
}

TEST(StaticKeys, ThatNoHeaderCanCarryAreRefused) {
  for (const char* bad : {"", "key\n", "two words", "caf\xC3\xA9"}) {
    EXPECT_FALSE(static_key(KeyHeader::XApiKey, Secret(bad)));
    EXPECT_FALSE(aws_credential({"id", Secret(bad), {}}, {"us-east-1", "bedrock"}));
    EXPECT_FALSE(aws_credential({bad, Secret("key"), {}}, {"us-east-1", "bedrock"}));
    EXPECT_FALSE(aws_credential({"id", Secret("key"), {}}, {bad, "bedrock"}));
  }
  EXPECT_FALSE(aws_credential({"id", Secret("key"), Secret("a\n")}, {"us-east-1", "bedrock"}));
}

TEST(AwsKeys, ComeFromTheEnvironment) {
  ::unsetenv("AWS_ACCESS_KEY_ID");
  ::unsetenv("AWS_SESSION_TOKEN");
  ::setenv("AWS_SECRET_ACCESS_KEY", "s3cret", 1);
  const auto missing = aws_keys_of_process();
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("AWS_ACCESS_KEY_ID"), std::string::npos);
  EXPECT_EQ(missing.error().message.find("s3cret"), std::string::npos);
  ::setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
  const auto keys = aws_keys_of_process();
  ::unsetenv("AWS_ACCESS_KEY_ID");
  ::unsetenv("AWS_SECRET_ACCESS_KEY");
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->access_key_id, "AKID");
  EXPECT_TRUE(keys->session_token.empty());
}

}  // namespace
}  // namespace rlm::credential
