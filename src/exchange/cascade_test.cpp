#include "exchange/cascade.hpp"

#include <gtest/gtest.h>

#include <set>

#include "exchange/exchange_context.hpp"

namespace rlm::exchange {
namespace {

struct GlobCase {
  const char* glob;
  const char* text;
  bool matches;
};

TEST(Glob, MatchesTheWholeName) {
  for (const GlobCase& one :
       {GlobCase{"claude-*", "claude-opus-4-8", true},
        {"claude-*", "claude-", true},
        {"claude-*", "Claude-opus", false},
        {"claude-*", "a claude-opus", false},
        {"*", "", true},
        {"*", "anything", true},
        {"", "", true},
        {"", "a", false},
        {"a?c", "abc", true},
        {"a?c", "ac", false},
        {"*-4-*", "claude-opus-4-8", true},
        {"*-4-*", "claude-opus-4", false},
        {"a*b*c", "aXbXbc", true},
        {"a*b*c", "aXcXb", false},
        {"**a**", "a", true},
        {"a.c", "abc", false},
        {"*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false}})
    EXPECT_EQ(glob_matches(one.glob, one.text), one.matches) << one.glob << " " << one.text;
}

RoutingTable table() {
  RoutingTable made;
  for (const char* name : {"draft", "verify", "other", "open"}) {
    upstream::EndpointConfig endpoint;
    endpoint.name = name;
    endpoint.model = std::string(name) + "-model";
    made.endpoints.push_back(endpoint);
  }
  made.endpoints[3].model.clear();
  Cascade first;
  first.match = {"x-exact", "claude-*"};
  first.draft = 0;
  first.verify = 1;
  Cascade second = first;
  second.name = "second";
  second.match = {"claude-opus-*", "other-*"};
  second.verify = 2;
  made.cascades = {first, second};
  return made;
}

TEST(RoutingTable, TheFirstCascadeThatMatchesServes) {
  const RoutingTable made = table();
  EXPECT_EQ(made.find_cascade("claude-opus-4"), &made.cascades[0]);
  EXPECT_EQ(made.find_cascade("x-exact"), &made.cascades[0]);
  EXPECT_EQ(made.find_cascade("other-1"), &made.cascades[1]);
  EXPECT_EQ(made.find_cascade("gpt"), nullptr);
}

TEST(RoutingTable, ADirectCallGoesToTheCascadesVerifyModelThenToANameThenPasses) {
  RoutingTable made = table();
  EXPECT_EQ(made.find_endpoint("claude-x"), 1);
  EXPECT_EQ(made.find_endpoint("other-model"), 2);  // its cascade comes first
  EXPECT_EQ(made.find_endpoint("verify-model"), 1);
  EXPECT_EQ(made.find_endpoint("draft"), 0);
  EXPECT_EQ(made.find_endpoint("gpt"), -1);
  made.passthrough = 3;
  EXPECT_EQ(made.find_endpoint("gpt"), 3);
  EXPECT_EQ(made.find_endpoint(""), 3);
}

TEST(ExchangeId, SortsByTimeAndDiffers) {
  const std::string early = new_exchange_id(UnixMs{1'790'000'000'000});
  const std::string late = new_exchange_id(UnixMs{1'790'000'000'001});
  EXPECT_EQ(early.size(), 30u);
  EXPECT_TRUE(early.starts_with("exc_"));
  EXPECT_LT(early.substr(0, 14), late.substr(0, 14));
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(new_exchange_id(UnixMs{1'790'000'000'000}));
  EXPECT_EQ(ids.size(), 10'000u);
  EXPECT_EQ(early.substr(4).find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"),
            std::string::npos);
}

}  // namespace
}  // namespace rlm::exchange
