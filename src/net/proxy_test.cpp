#include "net/proxy.hpp"

#include <gtest/gtest.h>

namespace rlm::net {
namespace {

TEST(Proxy, IsReadFromItsUrl) {
  const auto plain = parse_proxy("http://proxy.corp:3128");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->url.authority(), "proxy.corp:3128");
  EXPECT_TRUE(plain->authorization.empty());
  const auto user = parse_proxy("http://us%40er:pa%3Ass@w@10.0.0.1/");
  ASSERT_TRUE(user);
  EXPECT_EQ(user->url.host, "10.0.0.1");
  EXPECT_EQ(user->url.port, 80);
  EXPECT_EQ(user->authorization.reveal(), "Basic dXNAZXI6cGE6c3NAdw==");
  EXPECT_EQ(parse_proxy("proxy:3128")->url.port, 3128);
  EXPECT_EQ(parse_proxy("[::1]:3128")->url.host, "::1");
}

TEST(Proxy, RefusesOtherUrlsWithoutTellingTheirSecrets) {
  for (const char* text :
       {"https://user:secret@proxy", "socks5://user:secret@proxy", "http://user:secret@", "",
        "http://user:secret@proxy/path", "http://user:secret@proxy:0", "http://user:secret@pro xy",
        "http://user:secret@proxy?query", "http://user:sec/ret@proxy"}) {
    const auto proxy = parse_proxy(text);
    ASSERT_FALSE(proxy) << text;
    EXPECT_EQ(proxy.error().kind, ErrorKind::BadRequest);
    EXPECT_EQ(proxy.error().message.find("sec"), std::string::npos) << proxy.error().message;
  }
}

struct StraightCase {
  const char* url;
  const char* no_proxy;
  bool straight;
};

TEST(Proxy, IsPassedByForWhomNoProxyNames) {
  for (const StraightCase& one : {
           StraightCase{"https://api.anthropic.com", "", false},
           {"https://api.anthropic.com", "*", true},
           {"https://api.anthropic.com", "api.anthropic.com", true},
           {"https://api.anthropic.com", "Anthropic.COM.", true},
           {"https://api.anthropic.com", "a.b, .anthropic.com", true},
           {"https://api.anthropic.com", "*.anthropic.com", true},
           {"https://api.anthropic.com", "thropic.com", false},
           {"https://api.anthropic.com", "other.com anthropic.com", true},
           {"https://api.anthropic.com", "anthropic.com:443", true},
           {"https://api.anthropic.com", "anthropic.com:8443", false},
           {"https://api.anthropic.com", "anthropic.com:", false},
           {"https://api.anthropic.com", ",,.,:443,", false},
           {"http://10.1.2.3:8000", "10.0.0.0/8", true},
           {"http://10.1.2.3:8000", "10.1.2.0/24", true},
           {"http://10.1.2.3:8000", "10.1.3.0/24", false},
           {"http://10.1.2.3:8000", "10.1.2.3", true},
           {"http://10.1.2.3:8000", "10.1.2.3:8000", true},
           {"http://10.1.2.3:8000", "10.1.2.3:80", false},
           {"http://10.1.2.3:8000", "2.3", false},
           {"http://10.1.2.3:8000", "0.0.0.0/0", true},
           {"http://10.1.2.3:8000", "10.0.0.0/33", false},
           {"http://10.1.2.3:8000", "10.0.0.0/x", false},
           {"http://[2001:db8::7]", "2001:db8::/32", true},
           {"http://[2001:db8::7]", "2001:db9::/32", false},
           {"http://[2001:db8::7]", "2001:db8:0::7", true},
           {"http://[2001:db8::7]", "[2001:db8::7]:80", true},
           {"http://[2001:db8::7]", "[2001:db8::7]:81", false},
           {"http://[2001:db8::7]", "[2001:db8::7", false},
           {"http://127.0.0.1:11434", "", true},
           {"http://localhost:11434", "", true},
           {"http://[::1]:11434", "", true},
           {"http://169.254.169.254", "", true},
           {"http://name.localhost", "", true},
           {"http://metadata.google.internal", "", true},
       })
    EXPECT_EQ(is_reached_straight(*parse_url(one.url), one.no_proxy), one.straight)
        << one.url << " with " << one.no_proxy;
}

TEST(Proxy, IsChosenByTheUpstreamsScheme) {
  const ProxyEnvironment environment{"http://tls.proxy:1", "http://user:secret@plain.proxy:2",
                                     "skipped.com"};
  EXPECT_EQ((*proxy_for(*parse_url("https://a.com"), environment))->url.host, "tls.proxy");
  EXPECT_EQ((*proxy_for(*parse_url("http://a.com"), environment))->url.host, "plain.proxy");
  EXPECT_EQ(*proxy_for(*parse_url("https://x.skipped.com"), environment), nullptr);
  EXPECT_EQ(*proxy_for(*parse_url("https://a.com"), {}), nullptr);
  const auto bad = proxy_for(*parse_url("https://a.com"), {"ftp://user:secret@x", "", ""});
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("HTTPS_PROXY"), std::string::npos);
  EXPECT_EQ(bad.error().message.find("secret"), std::string::npos);
}

TEST(Proxy, TakesLowerCaseVariablesFirst) {
  ::setenv("HTTPS_PROXY", "http://upper", 1);
  ::setenv("https_proxy", "http://lower", 1);
  ::unsetenv("http_proxy");
  ::setenv("HTTP_PROXY", "http://plain", 1);
  ::setenv("no_proxy", "", 1);
  ::setenv("NO_PROXY", "a.com", 1);
  const ProxyEnvironment read = ProxyEnvironment::of_process();
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"})
    ::unsetenv(name);
  EXPECT_EQ(read.https_proxy, "http://lower");
  EXPECT_EQ(read.http_proxy, "http://plain");
  EXPECT_EQ(read.no_proxy, "a.com");
}

TEST(Proxy, ARefusalSaysWhatToDo) {
  Proxy proxy = *parse_proxy("http://proxy:3128");
  const Url to = *parse_url("https://api.anthropic.com");
  EXPECT_NE(proxy_refusal(proxy, to, 407).message.find("write user:password@"), std::string::npos);
  proxy.authorization = Secret("Basic c2VjcmV0");
  for (const int status : {407, 403, 502}) {
    const Error error = proxy_refusal(proxy, to, status);
    EXPECT_EQ(error.kind, ErrorKind::Unreachable);
    EXPECT_NE(error.message.find("proxy:3128"), std::string::npos);
    EXPECT_NE(error.message.find(std::to_string(status)), std::string::npos);
    EXPECT_EQ(error.message.find("c2VjcmV0"), std::string::npos);
  }
}

}  // namespace
}  // namespace rlm::net
