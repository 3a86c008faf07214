#include "fetch/link.hpp"

#include <gtest/gtest.h>

namespace rlm::fetch {
namespace {

std::string read(std::string_view text) {
  const auto link = parse_link(text);
  if (!link) return link.error().message;
  return std::string(link->origin.tls ? "tls " : "plain ") + link->origin.host + " " +
         std::to_string(link->origin.port) + " " + link->target;
}

TEST(Link, IsTakenApart) {
  EXPECT_EQ(read("https://example.com"), "tls example.com 443 /");
  EXPECT_EQ(read("https://Example.COM./a%20b/c.png?x=1&y=%2F#top"),
            "tls example.com 443 /a%20b/c.png?x=1&y=%2F");
  EXPECT_EQ(read("http://10.0.0.7:8080/p?"), "plain 10.0.0.7 8080 /p?");
  EXPECT_EQ(read("https://[2606:4700::1111]/"), "tls 2606:4700::1111 443 /");
  EXPECT_EQ(read("https://a_b.example:/"), "tls a_b.example 443 /");
}

TEST(Link, MeansTheSameWhenItIsReadAgain) {
  for (const char* text : {"https://example.com", "http://a.b:443/x?y=z", "https://[::1]:8443/?",
                           "https://1.2.3.4/a%2f..%2fb//c;d", "https://example.com/?a=b/c?d"}) {
    const auto link = parse_link(text);
    ASSERT_TRUE(link) << text;
    const auto again = parse_link(link->text());
    ASSERT_TRUE(again) << link->text();
    EXPECT_EQ(again->origin.authority(), link->origin.authority());
    EXPECT_EQ(again->target, link->target);
  }
}

TEST(Link, IsNothingThatCouldMeanSomethingElseToAnotherReader) {
  for (const char* text : {"https://user@example.com/", "https://user:password@example.com/",
                           "https://example.com@evil.example/"})
    EXPECT_EQ(read(text), "its URL holds a user or password") << text;
  for (const char* text : {"https://exa%0d%0ample.com/", "https://%6cocalhost%00/", "https:///x",
                           "https://[v1.x]/", "https://ex*mple.com/"})
    EXPECT_EQ(read(text), "its URL names no usable host") << text;
  for (const char* text : {"", "example.com/a.png", "//example.com/a", "https://example.com/a b",
                           "https://example.com/\r\nx: y", "https://ex\xc3\xa4mple.com/",
                           "https://example.com:x/", "https://[fe80::1%25eth0]/",
                           "https://example.com\\@evil.example/", "https://example.com/%zz"})
    EXPECT_EQ(read(text), "its URL is malformed") << text;
  for (const char* text : {"file:///etc/passwd", "ftp://example.com/", "gopher://127.0.0.1:70/",
                           "data:image/png;base64,AAAA", "javascript:alert(1)"})
    EXPECT_EQ(read(text), "its URL begins neither with https:// nor with http://") << text;
  for (const char* text : {"https://example.com:0/", "https://example.com:65536/"})
    EXPECT_EQ(read(text), "the port in its URL is not between 1 and 65535") << text;
}

TEST(Link, HasAtMostSoManyBytes) {
  const std::string front = "https://example.com/";
  EXPECT_TRUE(parse_link(front + std::string(kLinkBytesMax - front.size(), 'a')));
  EXPECT_EQ(read(front + std::string(kLinkBytesMax - front.size() + 1, 'a')),
            "its URL is too long");
}

TEST(Link, IsWhereARedirectLeads) {
  const auto base = parse_link("https://example.com:8443/a/b?c");
  ASSERT_TRUE(base);
  const auto from = [&](std::string_view location) {
    const auto link = resolve_link(*base, location);
    return link ? link->text() : link.error().message;
  };
  EXPECT_EQ(from("/x?y"), "https://example.com:8443/x?y");
  EXPECT_EQ(from("x"), "https://example.com:8443/a/x");
  EXPECT_EQ(from("//other.example/z"), "https://other.example/z");
  EXPECT_EQ(from("http://other.example/z#f"), "http://other.example/z");
  EXPECT_EQ(from("https://a@b/"), "its URL holds a user or password");
  EXPECT_EQ(from("ftp://b/"), "its URL begins neither with https:// nor with http://");
  EXPECT_EQ(from("/a b"), "its URL is malformed");
  EXPECT_EQ(from(std::string(kLinkBytesMax + 1, 'a')), "its URL is too long");
}

}  // namespace
}  // namespace rlm::fetch
