#include "fetch/link_rules.hpp"

#include <gtest/gtest.h>

namespace rlm::fetch {
namespace {

Link link_of(std::string_view text) {
  auto link = parse_link(text);
  EXPECT_TRUE(link) << text;
  return link ? std::move(*link) : Link{};
}

FetchConfig listing(std::initializer_list<const char*> origins) {
  FetchConfig config;
  for (const char* origin : origins) config.origins.push_back(link_of(origin).origin);
  return config;
}

TEST(LinkRules, StrangersAreAskedByHttpsOnItsOwnPortAndStraight) {
  const FetchConfig config;
  EXPECT_EQ(why_not(link_of("https://example.com/a"), false, config), "");
  EXPECT_EQ(why_not(link_of("http://example.com/a"), false, config),
            "this proxy fetches by https only");
  EXPECT_EQ(why_not(link_of("https://example.com:8443/a"), false, config),
            "this proxy fetches from port 443 only");
  EXPECT_EQ(why_not(link_of("https://example.com/a"), true, config),
            "behind a network proxy only listed servers are asked (fetch.origins)");
}

TEST(LinkRules, ListedServersAreAskedAsTheyAreListed) {
  const FetchConfig config = listing({"http://10.0.0.7:8080", "https://Pictures.example"});
  EXPECT_EQ(why_not(link_of("http://10.0.0.7:8080/a"), true, config), "");
  EXPECT_EQ(why_not(link_of("https://pictures.example/a"), true, config), "");
  for (const char* other : {"http://pictures.example/a", "http://10.0.0.7/a",
                            "https://10.0.0.7:8080/a", "http://10.0.0.8:8080/a"})
    EXPECT_NE(why_not(link_of(other), false, config), "") << other;
}

TEST(LinkRules, NobodyElseIsAskedWhenOnlyTheListCounts) {
  FetchConfig config = listing({"https://pictures.example"});
  config.only_origins = true;
  EXPECT_EQ(why_not(link_of("https://pictures.example/a"), false, config), "");
  EXPECT_EQ(why_not(link_of("https://example.com/a"), false, config),
            "this proxy fetches from listed servers only (fetch.origins)");
}

}  // namespace
}  // namespace rlm::fetch
