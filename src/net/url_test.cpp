#include "net/url.hpp"

#include <gtest/gtest.h>

namespace rlm::net {
namespace {

TEST(Url, IsTakenApart) {
  const auto url = parse_url("https://api.deepseek.com/anthropic/");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "api.deepseek.com");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->path, "/anthropic");
  EXPECT_EQ(url->authority(), "api.deepseek.com");
}

struct AuthorityCase {
  const char* url;
  const char* authority;
};

TEST(Url, SaysItsAuthorityAsTheHostHeaderWantsIt) {
  for (const AuthorityCase& one : {AuthorityCase{"http://a", "a"},
                                   {"http://a:80/", "a"},
                                   {"http://a:81", "a:81"},
                                   {"https://a:80", "a:80"},
                                   {"http://[::1]:8080", "[::1]:8080"},
                                   {"https://[::1]", "[::1]"}}) {
    const auto url = parse_url(one.url);
    ASSERT_TRUE(url) << one.url;
    EXPECT_EQ(url->authority(), one.authority);
  }
}

TEST(Url, RefusesWhatNoUpstreamCanBe) {
  for (const char* text : {"", "a.com", "/x", "ftp://a", "http://", "http://:80", "http://a:0",
                           "http://a:99999", "http://u:p@a", "http://u@a", "http://a/?x=1",
                           "http://a/#f", "http://a b", "https//a", "file:///etc/passwd"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::BadRequest);
    EXPECT_EQ(url.error().source, Source::Self);
  }
}

}  // namespace
}  // namespace rlm::net
