// Keep-alive reads against a model that bills its prompt cache exactly: what they save, what they
// cost, and when there are none.

#include <thread>

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr Milliseconds kDue{271'000};  // nine tenths of five minutes, and a little

Settings keeping(std::string_view more = "", std::string_view policy = "off") {
  Settings settings;
  settings.cascade = "policy = \"" + std::string(policy) +
                     "\"\n[cascade.keep_alive]\nenabled = true\n" + std::string(more);
  return settings;
}

/// A proxy and its models, whose clocks the test moves together.
struct Warm {
  explicit Warm(Settings settings = keeping()) : scene(std::move(settings), {.clock = &clock}) {}

  Reply say(std::string text, std::string session = "s", std::string_view more = "",
            std::size_t system_bytes = 30'000) {
    Ask request;
    request.with("x-claude-code-session-id", session);
    if (!plan.empty()) request.with("x-rlm-plan", plan);
    request.body =
        R"({"model":"claude-opus-4-8","max_tokens":2000,"stream":true,"system":[{"type":"text","text":)" +
        json_quoted(session + std::string(system_bytes, 's')) +
        R"(,"cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":)" +
        json_quoted(text) + "}]" + std::string(more) + "}";
    Reply reply = scene.post(request);
    EXPECT_EQ(reply.status, 200) << reply.body;
    ++asked;
    return reply;
  }
  void pass(Milliseconds time) {
    scene.verify->advance(time);
    scene.draft->advance(time);
    clock.advance(time);
  }
  /// Waits for this many records of reads; the newest.
  ExchangeRecord read_number(std::size_t count) {
    scene.proxy->record_number(asked + count);
    std::vector<ExchangeRecord> reads;
    for (const auto& record : scene.proxy->records())
      if (record.occasion == Occasion::KeepAlive) reads.push_back(record);
    EXPECT_EQ(reads.size(), count);
    return reads.empty() ? ExchangeRecord{} : reads.back();
  }
  /// Lets the proxy look for due reads a few times: another session's read is the sign.
  void let_it_look() {
    const std::size_t before = reads();
    say("a sign", "sign " + std::to_string(before));
    pass(kDue);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (reads() == before && std::chrono::steady_clock::now() < give_up)
      std::this_thread::yield();
  }
  std::size_t reads() {
    std::size_t count = 0;
    for (const auto& record : scene.proxy->records())
      count += record.occasion == Occasion::KeepAlive ? 1 : 0;
    return count;
  }
  ExchangeRecord last_of_client() {
    ExchangeRecord last;
    for (const auto& record : scene.proxy->records())
      if (record.occasion == Occasion::Client) last = record;
    return last;
  }
  void expect_exact_bill() {
    NanoUsd cost;
    for (const auto& record : scene.proxy->records()) cost += record.cost;
    EXPECT_EQ(cost.value,
              final_bill(*scene.verify).total.value + final_bill(*scene.draft).total.value);
  }

  ShiftedClock clock;
  Scene scene;
  std::size_t asked = 0;
  std::string plan;  // of x-rlm-plan; empty: none
};

TEST(KeepAlive, TheNextCallReadsWhatItWouldHaveHadToWrite) {
  Warm warm;
  warm.say("first");
  const Usage written = warm.last_of_client().calls.at(0).usage;
  EXPECT_GT(written.cache_write_5m, 8'000);
  warm.pass(kDue);
  const ExchangeRecord read = warm.read_number(1);
  EXPECT_EQ(read.follows, warm.last_of_client().id);
  ASSERT_EQ(read.calls.size(), 1u);
  EXPECT_EQ(read.calls[0].role, CallRole::KeepAlive);
  EXPECT_EQ(read.calls[0].usage.cache_read, written.cache_write_5m);
  EXPECT_EQ(read.calls[0].usage.cache_write_5m, 0);
  EXPECT_EQ(read.calls[0].usage.output, 0);
  warm.pass(Milliseconds(250'000));  // 521 s behind the first
  warm.say("second");
  const Usage next = warm.last_of_client().calls.at(0).usage;
  EXPECT_EQ(next.cache_read, written.cache_write_5m);
  EXPECT_EQ(next.cache_write_5m, 0);
  // Without the read it would have been written again: that is its baseline, and the saving.
  const ExchangeRecord second = warm.last_of_client();
  EXPECT_GT(second.saved().value, 10 * read.cost.value);
  warm.expect_exact_bill();
  EXPECT_EQ(metric(warm.scene, "rlm_aside_work_total{occasion=\"keep_alive\"}"), 1);
  EXPECT_GT(metric(warm.scene, "rlm_keep_alive_saved_usd_total"), 0);
}

TEST(KeepAlive, WithoutItTheNextCallWrites) {
  Settings settings;
  settings.cascade = "policy = \"off\"";
  Warm warm(settings);
  warm.say("first");
  warm.pass(kDue);
  warm.pass(Milliseconds(250'000));
  warm.say("second");
  EXPECT_GT(warm.last_of_client().calls.at(0).usage.cache_write_5m, 8'000);
  EXPECT_EQ(warm.reads(), 0u);
}

TEST(KeepAlive, SendsTheClientsOwnBytesWithNothingAskedFor) {
  Warm warm;
  warm.say("first");
  warm.pass(kDue);
  warm.read_number(1);
  const auto seen = warm.scene.verify->requests();
  ASSERT_EQ(seen.size(), 2u);
  std::string expected = seen[0].body;
  expected.replace(expected.find("\"max_tokens\":2000"), 17, "\"max_tokens\":0");
  expected.replace(expected.find("\"stream\":true"), 13, "\"stream\":false");
  EXPECT_EQ(seen[1].body, expected);
  for (const char* name : {"x-api-key", "anthropic-version", "x-claude-code-session-id"})
    EXPECT_EQ(find_header(seen[1].headers, name), find_header(seen[0].headers, name)) << name;
}

TEST(KeepAlive, NeverMoreThanTwiceInAnIdleSpell) {
  Warm warm;
  warm.say("first");
  for (std::size_t i = 1; i <= 2; ++i) {
    warm.pass(kDue);
    warm.read_number(i);
  }
  warm.let_it_look();
  EXPECT_EQ(warm.reads(), 3u) << "two of the session, and the sign";
  warm.expect_exact_bill();
}

TEST(KeepAlive, OnlyOnceWhenThatIsTheLimit) {
  Warm warm(keeping("per_idle_spell_max = 1\n"));
  warm.say("first");
  warm.pass(kDue);
  warm.read_number(1);
  warm.let_it_look();
  EXPECT_EQ(warm.reads(), 2u);
}

TEST(KeepAlive, ASessionThatFellOutOfTheLimitsIsForgotten) {
  for (const char* limit : {"sessions_max = 1\n", "bytes_max = 50000\n"}) {
    Warm warm(keeping(limit));
    warm.say("first", "one");
    warm.say("first", "two");
    warm.pass(kDue);
    EXPECT_EQ(warm.read_number(1).session, "two");
    warm.let_it_look();
    EXPECT_EQ(warm.reads(), 2u);
  }
}

TEST(KeepAlive, WhatIsNotInTheCacheIsNotRead) {
  Warm warm;
  warm.say("first", "small", "", 100);
  warm.pass(kDue);
  warm.let_it_look();
  EXPECT_EQ(warm.reads(), 1u) << "the sign alone";
}

TEST(KeepAlive, WhatTheApiWouldRefuseIsNotSent) {
  Warm warm;
  warm.say(
      "first", "s",
      R"(,"tools":[{"name":"T","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"})");
  warm.let_it_look();
  EXPECT_EQ(warm.reads(), 1u) << "the sign alone";
  final_bill(*warm.scene.verify);  // by then it has noted how it answered
  for (const auto& seen : warm.scene.verify->requests()) EXPECT_EQ(seen.status, 200);
}

TEST(KeepAlive, ARefusedReadIsRecordedAndNotTriedAgainForThatSession) {
  Warm warm;
  warm.say("first");
  warm.scene.verify->script(fails("400"));
  warm.pass(kDue);
  const ExchangeRecord read = warm.read_number(1);
  EXPECT_EQ(read.verdict, Verdict::Failed);
  EXPECT_EQ(read.cost.value, 0);
  warm.say("second");
  warm.let_it_look();
  EXPECT_EQ(warm.reads(), 2u);
  warm.expect_exact_bill();
}

TEST(KeepAlive, TheForecastKnowsThatTheCacheLivesOn) {
  Warm warm(keeping("", "balanced"));
  warm.plan = "direct";
  for (int i = 0; i < 3; ++i) warm.say("go on " + std::to_string(i));
  warm.scene.proxy->records();
  const double before = metric(warm.scene, "rlm_cache_forecast_off_tokens_total");
  for (std::size_t i = 1; i <= 2; ++i) {
    warm.pass(kDue);
    warm.read_number(i);
  }
  warm.pass(Milliseconds(250'000));
  warm.say("and now?");
  warm.scene.proxy->records();
  EXPECT_EQ(metric(warm.scene, "rlm_cache_forecast_off_tokens_total"), before);
}

TEST(KeepAlive, AShutDownWithSessionsHeldEndsAtOnce) {
  Warm warm;
  for (int i = 0; i < 3; ++i) warm.say("first", "s" + std::to_string(i));
  warm.scene.proxy->stop();
}

TEST(KeepAlive, IsNotSentToAnEndpointThatIsKnownToBeDown) {
  Settings settings = keeping();
  settings.verify = "retries = 0\nbreaker_failures = 1\nbreaker_open_ms = 600000\n";
  Warm warm(std::move(settings));
  warm.say("first");
  warm.scene.verify->script(fails("500"));
  Ask other;
  other.body = user_body("another", false);
  EXPECT_EQ(warm.scene.post(other).status, 500);
  ++warm.asked;
  warm.pass(kDue);
  const ExchangeRecord read = warm.read_number(1);
  EXPECT_EQ(read.reason, "keep_alive,overloaded");
  EXPECT_TRUE(read.calls.empty());
  EXPECT_EQ(warm.scene.verify->requests().size(), 2u);
}

}  // namespace
}  // namespace rlm::test
