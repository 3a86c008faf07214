#include "exchange/cascade.hpp"

#include <gtest/gtest.h>

#include <set>

#include "dialect/quirks.hpp"
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

TEST(RoutingTable, KnowsWhatTheModelBehindANameTakes) {
  RoutingTable made = table();
  made.endpoints[1].model = "claude-sonnet-4-5";
  EXPECT_TRUE(made.rules_of("x-exact").takes_sampling);
  made.endpoints[1].model = "claude-opus-5-5";
  EXPECT_FALSE(made.rules_of("x-exact").takes_sampling);
  EXPECT_FALSE(made.rules_of("x-exact").takes_forced_tool);
  EXPECT_TRUE(made.rules_of("x-exact").runs_web_search);
  made.endpoints[1].dialect = Dialect::Chat;  // which has its own way to say it
  EXPECT_TRUE(made.rules_of("x-exact").takes_forced_tool);
  EXPECT_FALSE(made.rules_of("x-exact").runs_web_search);
  made.passthrough = 3;  // the client's own name passes
  EXPECT_TRUE(made.rules_of("sonnet-4-5").takes_sampling);
  made.passthrough = -1;
  EXPECT_TRUE(made.rules_of("sonnet-4-5").takes_sampling);
}

TEST(RoutingTable, AModelSpeaksADialectWhenAllItsEndpointsDo) {
  RoutingTable made = table();
  const auto is_spoken = [&] { return made.is_spoken("claude-x", Dialect::Chat); };
  EXPECT_FALSE(is_spoken());
  made.endpoints[1].dialect = Dialect::Chat;
  EXPECT_TRUE(is_spoken());
  made.endpoints[1].also = {"open"};
  EXPECT_FALSE(is_spoken());
  made.endpoints[3].dialect = Dialect::Chat;
  EXPECT_TRUE(is_spoken());
  EXPECT_FALSE(made.is_spoken("gpt", Dialect::Chat)) << "nobody serves it";
}

TEST(RoutingTable, ADraftLacksWhatNoEndpointOfItsModelCanSay) {
  RoutingTable made = table();
  const Buffer body(R"({"model":"m","max_tokens":9,"stop_sequences":["a","b","c","d","e"],)"
                    R"("messages":[{"role":"user","content":"hi"}]})");
  wire::JsonIndex index;
  const auto lack = [&] { return made.lack_of_draft(made.cascades[0], body, index); };
  EXPECT_EQ(lack(), "");
  made.endpoints[0].dialect = Dialect::Chat;
  made.endpoints[0].quirks = dialect::quirks_named("openai");
  EXPECT_EQ(lack(), "stop_sequences");
  made.endpoints[3].dialect = Dialect::Responses;
  made.endpoints[3].quirks = dialect::quirks_named("openai");
  made.endpoints[0].also = {"open"};
  EXPECT_EQ(lack(), "stop_sequences");
  made.endpoints[0].also = {"open", "other"};  // which speaks Messages
  EXPECT_EQ(lack(), "");
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
