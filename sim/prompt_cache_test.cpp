// Cache classes against hand-computed numbers of the price page.

#include "sim/prompt_cache.hpp"

#include <gtest/gtest.h>

#include "sim/test_client.hpp"

namespace rlm::sim {
namespace {

constexpr UnixMs kNow{1'790'000'000'000};

UnixMs after_minutes(std::int64_t minutes) {
  return UnixMs{kNow.value + minutes * 60'000};
}

enum class Ttl { None, FiveMinutes, OneHour };

/// A text block of so many tokens; `letter` tells contents apart.
std::string block(Tokens tokens, char letter, Ttl ttl = Ttl::None) {
  std::string json = "{\"type\":\"text\",\"text\":\"" +
                     std::string(static_cast<std::size_t>(tokens) * 7 / 2, letter) + "\"";
  if (ttl == Ttl::FiveMinutes) json += R"(,"cache_control":{"type":"ephemeral"})";
  if (ttl == Ttl::OneHour) json += R"(,"cache_control":{"type":"ephemeral","ttl":"1h"})";
  return json + "}";
}

std::string body(const std::string& system, const std::string& user, const std::string& more = "",
                 const std::string& model = "sim-verify") {
  return "{\"model\":\"" + model + "\",\"max_tokens\":4096,\"system\":[" + system +
         "],\"messages\":[{\"role\":\"user\",\"content\":[" + user + "]}]" + more + "}";
}

class Provider {
 public:
  explicit Provider(CacheKind kind = CacheKind::Explicit, Tokens minimum = 100)
      : kind_(kind), minimum_(minimum), cache_(1000) {}

  Usage call(const std::string& text, UnixMs now = kNow, std::uint64_t account = 1) {
    const CachePlan made = plan(text, now, account);
    cache_.commit(made);
    return made.usage;
  }
  CachePlan plan(const std::string& text, UnixMs now = kNow, std::uint64_t account = 1) {
    ReadOptions options;
    options.cache = kind_;
    const auto request = read_request(text, index_, options);
    EXPECT_TRUE(request.has_value()) << request.error().message;
    return cache_.look_up(account, *request, minimum_, now);
  }
  PromptCache& cache() { return cache_; }

 private:
  CacheKind kind_;
  Tokens minimum_;
  PromptCache cache_;
  wire::JsonIndex index_;
};

Usage usage(Tokens input, Tokens read, Tokens write_5m, Tokens write_1h = 0) {
  Usage made;
  made.input = input;
  made.cache_read = read;
  made.cache_write_5m = write_5m;
  made.cache_write_1h = write_1h;
  return made;
}

TEST(PromptCache, WritesUpToTheLastBreakpointAndBillsTheRestAsInput) {
  Provider provider;
  EXPECT_EQ(provider.call(body(block(400, 's', Ttl::FiveMinutes), block(20, 'u'))),
            usage(20, 0, 400));
  EXPECT_EQ(provider.call(body(block(400, 's', Ttl::FiveMinutes), block(30, 'v'))),
            usage(30, 400, 0));
}

TEST(PromptCache, TheMovingMarkOfAnAgentReadsTheLastTurnAndWritesTheNewOne) {
  Provider provider;
  const std::string system = block(400, 's', Ttl::FiveMinutes);
  EXPECT_EQ(provider.call(body(system, block(50, 'a', Ttl::FiveMinutes))), usage(0, 0, 450));
  // The message that loses its mark becomes a plain string: the same block to the cache.
  const std::string turn2 = "{\"model\":\"sim-verify\",\"max_tokens\":9,\"system\":[" + system +
                            "],\"messages\":[{\"role\":\"user\",\"content\":\"" +
                            std::string(175, 'a') + "\"},{\"role\":\"assistant\",\"content\":[" +
                            block(10, 'b') + "]},{\"role\":\"user\",\"content\":[" +
                            block(30, 'c', Ttl::FiveMinutes) + "]}]}";
  EXPECT_EQ(provider.call(turn2), usage(0, 450, 40));
}

TEST(PromptCache, AnAppendedMessageWithoutMarkReadsEverythingAndWritesNothing) {
  Provider provider;
  const std::string system = block(400, 's', Ttl::FiveMinutes);
  const std::string turn = block(50, 'a', Ttl::FiveMinutes);
  provider.call(body(system, turn));
  EXPECT_EQ(provider.call(body(system, turn + "," + block(70, 'd'))), usage(70, 450, 0));
}

TEST(PromptCache, ShorterThanTheMinimumIsSilentlyUncached) {
  Provider provider(CacheKind::Explicit, 401);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(provider.call(body(block(400, 's', Ttl::FiveMinutes), block(20, 'u'))),
              usage(420, 0, 0));
  Provider exact(CacheKind::Explicit, 400);
  exact.call(body(block(400, 's', Ttl::FiveMinutes), block(20, 'u')));
  EXPECT_EQ(exact.call(body(block(400, 's', Ttl::FiveMinutes), block(20, 'u'))), usage(20, 400, 0));
}

TEST(PromptCache, ExpiresAfterItsTtlAndIsRefreshedByAHit) {
  Provider provider;
  const std::string text = body(block(400, 's', Ttl::FiveMinutes), block(20, 'u'));
  provider.call(text);
  EXPECT_EQ(provider.call(text, after_minutes(4)).cache_read, 400);
  EXPECT_EQ(provider.call(text, after_minutes(8)).cache_read, 400);  // refreshed at 4
  EXPECT_EQ(provider.call(text, after_minutes(13)).cache_read, 0);
  const std::string hour = body(block(400, 'h', Ttl::OneHour), block(20, 'u'));
  EXPECT_EQ(provider.call(hour), usage(20, 0, 0, 400));
  EXPECT_EQ(provider.call(hour, after_minutes(59)).cache_read, 400);
  EXPECT_EQ(provider.call(hour, after_minutes(119)).cache_read, 0);
}

TEST(PromptCache, MixedTtlsAreBilledInThreePositions) {
  Provider provider;
  provider.call(body(block(400, 's', Ttl::OneHour), block(1, 'x')));
  EXPECT_EQ(provider.call(body(block(400, 's', Ttl::OneHour) + "," + block(200, 't', Ttl::OneHour),
                               block(100, 'u', Ttl::FiveMinutes) + "," + block(7, 'v'))),
            usage(7, 400, 100, 200));
}

TEST(PromptCache, LooksBackTwentyBlocksTheBreakpointIncluded) {
  for (const int between : {19, 20}) {
    Provider provider;
    std::string user = block(300, 'a', Ttl::FiveMinutes);
    provider.call(body("", user));
    user = block(300, 'a');
    for (int i = 1; i < between; ++i) user += "," + block(2, static_cast<char>('b' + i % 20));
    user += "," + block(2, 'z', Ttl::FiveMinutes);
    EXPECT_EQ(provider.call(body("", user)).cache_read, between == 19 ? 300 : 0) << between;
  }
}

TEST(PromptCache, CannotBeReadBeforeTheWritingResponseHasBegun) {
  Provider provider;
  const std::string text = body(block(400, 's', Ttl::FiveMinutes), block(20, 'u'));
  const CachePlan first = provider.plan(text);
  EXPECT_EQ(provider.plan(text).usage.cache_read, 0);
  provider.cache().commit(first);
  EXPECT_EQ(provider.plan(text).usage.cache_read, 400);
}

TEST(PromptCache, IsKeptApartByAccountAndModel) {
  Provider provider;
  const std::string system = block(400, 's', Ttl::FiveMinutes);
  provider.call(body(system, block(2, 'u')));
  EXPECT_EQ(provider.call(body(system, block(2, 'u')), kNow, 2).cache_read, 0);
  EXPECT_EQ(provider.call(body(system, block(2, 'u'), "", "sim-draft")).cache_read, 0);
}

struct ChangeCase {
  const char* name;
  std::string before;
  std::string after;
  Tokens read;  // of 400 tokens of system and 200 of messages, both marked
};

class CacheInvalidation : public testing::TestWithParam<ChangeCase> {};

TEST_P(CacheInvalidation, LosesWhatStandsBehindTheChange) {
  Provider provider;
  const auto with = [](const std::string& more) {
    return body(block(400, 's', Ttl::FiveMinutes), block(200, 'u', Ttl::FiveMinutes), more);
  };
  provider.call(with(GetParam().before));
  EXPECT_EQ(provider.call(with(GetParam().after)).cache_read, GetParam().read);
}

INSTANTIATE_TEST_SUITE_P(
    PromptCache, CacheInvalidation,
    testing::Values(ChangeCase{"Nothing", "", "", 600},
                    ChangeCase{"Tools", R"(,"tools":[{"name":"a"}])", R"(,"tools":[{"name":"b"}])",
                               0},
                    ChangeCase{"ToolChoice", R"(,"tool_choice":{"type":"auto"})",
                               R"(,"tool_choice":{"type":"none"})", 400},
                    ChangeCase{"Thinking", R"(,"thinking":{"type":"adaptive"})",
                               R"(,"thinking":{"type":"disabled"})", 400},
                    ChangeCase{"Effort", R"(,"output_config":{"effort":"low"})",
                               R"(,"output_config":{"effort":"high"})", 400},
                    ChangeCase{"Speed", R"(,"speed":"standard")", R"(,"speed":"fast")", 0},
                    ChangeCase{"Stream", R"(,"stream":true)", R"(,"stream":false)", 600},
                    ChangeCase{"Metadata", R"(,"metadata":{"user_id":"a"})",
                               R"(,"metadata":{"user_id":"b"})", 600}),
    [](const auto& tested) { return tested.param.name; });

TEST(PromptCache, TopLevelCacheControlMarksTheLastBlock) {
  Provider provider;
  const std::string more = R"(,"cache_control":{"type":"ephemeral"})";
  EXPECT_EQ(provider.call(body(block(400, 's'), block(20, 'u'), more)), usage(0, 0, 420));
  EXPECT_EQ(provider.call(body(block(400, 's'), block(20, 'u') + "," + block(9, 'v'), more)),
            usage(0, 420, 9));
}

TEST(PromptCache, TheAttributionBlockIsNoPromptForTheExplicitKindOnly) {
  const auto with = [](const char* number) {
    return body(std::string(R"({"type":"text","text":"x-anthropic-billing-header: cc_version=)") +
                    number + "\"}," + block(400, 's', Ttl::FiveMinutes),
                block(20, 'u'));
  };
  Provider provider;
  provider.call(with("2.1.330.abc"));
  EXPECT_EQ(provider.call(with("2.1.330.def")), usage(20, 400, 0));
  Provider automatic(CacheKind::Automatic);
  automatic.call(with("2.1.330.abc"));
  EXPECT_EQ(automatic.call(with("2.1.330.def")).cache_read, 0);
}

TEST(PromptCache, TheAutomaticKindReadsWholeUnitsOfTheLongestKnownPrefix) {
  Provider provider(CacheKind::Automatic, 0);
  EXPECT_EQ(provider.call(body(block(100, 's'), block(100, 'u'))), usage(200, 0, 0));
  EXPECT_EQ(provider.call(body(block(100, 's'), block(100, 'u'))), usage(8, 192, 0));
  EXPECT_EQ(provider.call(body(block(100, 's'), block(100, 'v'))), usage(136, 64, 0));
  EXPECT_EQ(provider.call(body(block(100, 't'), block(100, 'u'))), usage(200, 0, 0));
}

TEST(PromptCache, StaysWithinItsBound) {
  Provider provider(CacheKind::Explicit, 1);
  for (int i = 0; i < 1100; ++i)
    provider.call(body(block(10 + i, 's', Ttl::FiveMinutes), block(1, 'u')),
                  after_minutes(i / 100));
  EXPECT_LE(provider.cache().size(), 1000u);
  EXPECT_GE(provider.cache().size(), 400u);  // the expired ones went first
}

// pricing.md §7: opus-4-8 regional, input 200, read 10,000, 5 m write 1,000, output 500 cost
// $0.027225.
TEST(PromptCache, TheWorkedExampleOfThePricePageComesOutOverTheWire) {
  SimConfig config;
  config.models = {"claude-opus-4-8"};
  config.price_per_mille = 1100;
  const auto model = running(config);
  const std::string system = block(10'000, 's', Ttl::FiveMinutes);
  ask(*model, body(system, block(1, 'w'), "", "claude-opus-4-8"));
  model->advance(Milliseconds(299'000));
  Reply reply = Reply::of_text("done");
  reply.output_tokens = 500;
  model->script(reply);
  const Got got =
      ask(*model, body(system, block(1000, 'u', Ttl::FiveMinutes) + "," + block(200, 'v'), "",
                       "claude-opus-4-8"));
  EXPECT_EQ(integer_at(got.body, "usage.input_tokens"), 200);
  EXPECT_EQ(integer_at(got.body, "usage.cache_read_input_tokens"), 10'000);
  EXPECT_EQ(integer_at(got.body, "usage.cache_creation_input_tokens"), 1000);
  EXPECT_EQ(integer_at(got.body, "usage.cache_creation.ephemeral_5m_input_tokens"), 1000);
  EXPECT_EQ(integer_at(got.body, "usage.output_tokens"), 500);
  EXPECT_EQ(billed(*model).calls.at(1).cost, NanoUsd{27'225'000});
}

}  // namespace
}  // namespace rlm::sim
