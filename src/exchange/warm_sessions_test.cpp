#include "exchange/warm_sessions.hpp"

#include <gtest/gtest.h>

namespace rlm::exchange {
namespace {

constexpr std::int64_t kLife = 300'000;

struct WarmSessionsTest : testing::Test {
  KeepAlivePolicy policy{.enabled = true, .sessions_max = 3, .bytes_max = 10'000};
  std::unique_ptr<WarmSessions> sessions = std::make_unique<WarmSessions>(policy);
  UnixMs now{1'790'000'000'000};

  void make(KeepAlivePolicy changed) { sessions = std::make_unique<WarmSessions>(changed); }

  /// A prompt whose rewriting costs `saving` nano-dollars more than the 100 of a read.
  static WarmPromptPtr prompt(std::string session, std::int64_t saving = 1'150,
                              std::size_t bytes = 100, int worker = 0) {
    auto made = std::make_shared<WarmPrompt>();
    made->session = std::move(session);
    made->worker = worker;
    made->life_ms = kLife;
    made->read_cost = {100};
    made->saving = {saving};
    made->request.body.reserve(bytes);
    return made;
  }
  void pass_s(int seconds) { now.value += seconds * 1'000; }
  std::vector<DueRead> due(int worker = 0) { return sessions->take_due(worker, now); }
  /// The session's client asks, and has its answer at once.
  NanoUsd ask(const std::string& session) {
    const NanoUsd saved = sessions->begin(session, now);
    sessions->keep(prompt(session), now);
    sessions->end(session);
    return saved;
  }
  /// A due read that went well.
  void read_all() {
    for (const DueRead& one : due()) sessions->read(one.prompt, now);
  }
};

TEST_F(WarmSessionsTest, AReadIsDueWhenNineTenthsOfTheLifeAreOver) {
  ask("s");
  pass_s(269);
  EXPECT_TRUE(due().empty());
  pass_s(1);
  const auto reads = due();
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].prompt->session, "s");
  EXPECT_EQ(reads[0].alive_until.value, now.value + 25'000);
  EXPECT_TRUE(due().empty()) << "it is under way";
}

TEST_F(WarmSessionsTest, NeverMoreThanTwoInAnIdleSpell) {
  ask("s");
  int reads = 0;
  for (int i = 0; i < 5; ++i) {
    pass_s(270);
    for (const DueRead& one : due()) {
      ++reads;
      sessions->read(one.prompt, now);
    }
  }
  EXPECT_EQ(reads, 2);
  EXPECT_EQ(sessions->size(), 0u) << "nothing is held for longer than it can be used";
  ask("s");
  pass_s(270);
  EXPECT_EQ(due().size(), 1u) << "the next spell has reads of its own";
}

TEST_F(WarmSessionsTest, NoneWhileAClientWaits) {
  ask("s");
  sessions->begin("s", now);
  pass_s(280);
  EXPECT_TRUE(due().empty());
  sessions->end("s");
  EXPECT_EQ(due().size(), 1u) << "its exchange did not go to the verify model";
}

TEST_F(WarmSessionsTest, NoneOnceTheCacheMayHaveLapsed) {
  ask("s");
  pass_s(296);
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(sessions->size(), 0u);
}

TEST_F(WarmSessionsTest, OnlyTheWorkerThatServedItReads) {
  sessions->keep(prompt("s", 1'150, 100, 1), now);
  pass_s(270);
  EXPECT_TRUE(due(0).empty());
  EXPECT_EQ(due(1).size(), 1u);
}

TEST_F(WarmSessionsTest, OnlyWhatIsWorthItsPrice) {
  sessions->keep(prompt("cheap", 400), now);  // .24 * 400 < 100
  sessions->keep(prompt("dear", 500), now);
  pass_s(270);
  const auto reads = due();
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads[0].prompt->session, "dear");
  EXPECT_EQ(sessions->size(), 1u);
}

TEST_F(WarmSessionsTest, TellsWhatAReadHasSaved) {
  ask("s");
  pass_s(270);
  read_all();
  pass_s(100);
  EXPECT_EQ(ask("s").value, 1'150) << "370 s after its last request the cache would be gone";
  pass_s(270);
  read_all();
  pass_s(20);
  EXPECT_EQ(ask("s").value, 0) << "after 290 s it would not";
  pass_s(270);
  read_all();
  pass_s(600);
  EXPECT_EQ(ask("s").value, 0) << "too late";
}

TEST_F(WarmSessionsTest, LearnsTheOddsFromAllSessionsReadForOrNot) {
  policy.sessions_max = 1'000;
  policy.bytes_max = 1u << 20;
  make(policy);
  for (int i = 0; i < 200; ++i) sessions->keep(prompt("s" + std::to_string(i), 1), now);
  pass_s(270);
  EXPECT_TRUE(due().empty()) << "not worth it";
  pass_s(100);
  for (int i = 0; i < 100; ++i) sessions->begin("s" + std::to_string(i), now);
  EXPECT_GT(sessions->odds(0), .8);
  pass_s(1'000);
  due();  // the others did not come back
  EXPECT_NEAR(sessions->odds(0), .5, .05);
  EXPECT_NEAR(sessions->odds(1), .13, .001);
}

TEST_F(WarmSessionsTest, StopsReadingWhenSessionsDoNotComeBack) {
  for (int i = 0; i < 100; ++i) {
    ask("s" + std::to_string(i));
    pass_s(270);
    read_all();
    pass_s(3'000);
  }
  ask("last");
  pass_s(270);
  EXPECT_TRUE(due().empty());
}

TEST_F(WarmSessionsTest, HoldsNoMoreThanItMayAndForgetsTheOldest) {
  // Room for a large one and a small one: what counts is the memory that they really have.
  const auto large = prompt("large", 1'150, 9'000);
  policy.bytes_max = large->request.body.capacity() + prompt("small")->request.body.capacity();
  make(policy);
  for (const char* name : {"a", "b", "c", "d"}) ask(name);
  EXPECT_EQ(sessions->size(), 3u);
  pass_s(270);
  for (const DueRead& one : due()) EXPECT_NE(one.prompt->session, "a");
  sessions->keep(large, now);
  EXPECT_EQ(sessions->size(), 2u);
  EXPECT_LE(sessions->bytes(), policy.bytes_max);
  sessions->keep(prompt("too large", 1'150, policy.bytes_max + 1), now);
  EXPECT_EQ(sessions->size(), 2u);
}

TEST_F(WarmSessionsTest, WhatTheApiRefusedIsNotTriedAgain) {
  ask("s");
  pass_s(270);
  sessions->drop(due().at(0).prompt, true);
  ask("s");
  EXPECT_EQ(sessions->size(), 0u);
}

TEST_F(WarmSessionsTest, WhatFailedIsTriedAgainBehindTheNextRequest) {
  ask("s");
  pass_s(270);
  sessions->drop(due().at(0).prompt, false);
  EXPECT_EQ(sessions->size(), 0u);
  ask("s");
  EXPECT_EQ(sessions->size(), 1u);
}

TEST_F(WarmSessionsTest, ALateReadDoesNotTouchTheNextPrompt) {
  ask("s");
  pass_s(270);
  const auto reads = due();
  ask("s");  // the client came meanwhile
  sessions->read(reads.at(0).prompt, now);
  sessions->drop(reads.at(0).prompt, false);
  EXPECT_EQ(sessions->size(), 1u);
}

}  // namespace
}  // namespace rlm::exchange
