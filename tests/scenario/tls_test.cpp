// Upstreams over TLS: a private authority is trusted when it is named, and nobody else is.

#include "tests/support/certificates.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

struct TlsCase {
  std::string name;
  std::string certified;  // the name in the server's certificate
  std::string asked;      // the host in base_url
  int days;
  bool trusted;           // ca_file is configured
  std::string complaint;  // empty: it works
};

class Tls : public testing::TestWithParam<TlsCase> {};

TEST_P(Tls, UpstreamsAreTrustedOnlyWithTheRightCertificate) {
  const TlsCase& one = GetParam();
  const TempFolder folder;
  const Certificate authority = make_authority(folder.file("ca"));
  const Certificate server =
      make_certificate(folder.file("server"), authority, one.certified, one.days);
  sim::SimConfig config = Scene::verify_config();
  config.certificate_file = server.certificate_file;
  config.key_file = server.key_file;
  const auto model = start_model(config);
  Settings settings;
  settings.cascades = false;
  settings.verify_url = "https://" + one.asked + ":" + std::to_string(model->port());
  settings.verify = "retries = 0\n";
  if (one.trusted) settings.verify += "ca_file = " + json_quoted(authority.certificate_file);
  Proxy proxy(settings);

  for (int i = 0; i < 3; ++i) {
    const Reply reply = ask(proxy.port(), user_body("x", true, "", "sim-verify"));
    if (one.complaint.empty()) {
      EXPECT_EQ(reply.status, 200) << reply.body;
      EXPECT_EQ(grammar_mistake(reply.body), "");
    } else {
      EXPECT_EQ(reply.status, 502);
      EXPECT_TRUE(is_error(reply.body, "api_error"));
      EXPECT_NE(json_at(reply.body, "error.message").find(one.complaint), std::string::npos)
          << reply.body;
    }
  }
  EXPECT_EQ(model->requests().size(), one.complaint.empty() ? 3u : 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Upstream, Tls,
    testing::Values(
        TlsCase{"AnAddressUnderItsOwnAuthority", "127.0.0.1", "127.0.0.1", 1, true, ""},
        TlsCase{"ANameUnderItsOwnAuthority", "localhost", "localhost", 1, true, ""},
        TlsCase{"AnUnknownAuthority", "localhost", "localhost", 1, false, "certificate"},
        TlsCase{"AnotherName", "other.example", "localhost", 1, true, "ostname mismatch"},
        TlsCase{"AnotherAddress", "127.0.0.2", "127.0.0.1", 1, true, "IP address mismatch"},
        TlsCase{"AnExpiredCertificate", "localhost", "localhost", -1, true, "expired"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(TlsUpstream, AServerThatNeverShakesHandsIsATimeout) {
  const auto model = start_model(Scene::verify_config());
  Settings settings;
  settings.cascades = false;
  settings.verify_url = "https://127.0.0.1:" + std::to_string(model->port());
  settings.verify = "retries = 0\nconnect_ms = 100";
  Proxy proxy(settings);
  const Reply reply = ask(proxy.port(), user_body("x", false, "", "sim-verify"));
  EXPECT_EQ(reply.status, 504);
  EXPECT_TRUE(is_error(reply.body, "timeout_error"));
}

TEST(TlsUpstream, LargeBodiesAndStreamsPassWhole) {
  const TempFolder folder;
  const Certificate authority = make_authority(folder.file("ca"));
  const Certificate server = make_certificate(folder.file("server"), authority, "127.0.0.1");
  sim::SimConfig config = Scene::verify_config();
  config.certificate_file = server.certificate_file;
  config.key_file = server.key_file;
  const auto model = start_model(config);
  std::string long_text;
  for (int i = 0; i < 20'000; ++i) long_text += std::to_string(i) + " bottles\n";
  model->script(says_much(long_text));
  Settings settings;
  settings.cascades = false;
  settings.verify_url = model->base_url();
  settings.verify = "ca_file = " + json_quoted(authority.certificate_file);
  Proxy proxy(settings);
  const Reply reply =
      ask(proxy.port(), user_body(std::string(3 << 20, 'p'), true, "", "sim-verify"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.whole);
  EXPECT_TRUE(text_of(reply.body) == long_text);
  EXPECT_GT(model->requests().at(0).body.size(), 3u << 20);
}

}  // namespace
}  // namespace rlm::test
