#include "upstream/endpoint_group.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/run_task.hpp"
#include "tests/support/scripted_model.hpp"
#include "upstream/open_call.hpp"

namespace rlm::upstream {
namespace {

using test::ScriptedCall;
using test::ScriptedModel;
using Balance = EndpointConfig::Balance;

// A scripted endpoint of a name and weight, whose health is kept.
class Member final : public ModelClient {
 public:
  Member(const std::string& name, int weight, Balance balance, std::vector<ScriptedCall> calls)
      : model_(std::move(calls)) {
    auto& config = model_.settings();
    config.name = name;
    config.model = "at-" + name;
    config.weight = weight;
    config.balance = balance;
    config.retry.retries_max = 0;
  }
  const EndpointConfig& config() const override { return model_.config(); }
  EndpointHealth* health() override { return &health_; }
  net::Task<Result<std::unique_ptr<ModelCall>>> open(const CallRequest& request,
                                                     net::StopSource& stop,
                                                     net::Sending& sending) override {
    return model_.open(request, stop, sending);
  }
  std::size_t asked() const { return model_.log().bodies.size(); }

 private:
  ScriptedModel model_;
  EndpointHealth health_;
};

ScriptedCall fails_with(ErrorKind kind, Source source = Source::Upstream) {
  ScriptedCall call;
  call.refusal = Error(kind, source, "refused");
  return call;
}
ScriptedCall answers() {
  ScriptedCall call;
  call.pieces = {test::text_stream("well")};
  return call;
}
ScriptedCall fails_with(int status, Headers headers = {}) {
  ScriptedCall call;
  call.status = status;
  call.headers = std::move(headers);
  call.pieces = {"{}"};
  return call;
}

struct Group {
  Member& add(const std::string& name, std::vector<ScriptedCall> calls = {}, int weight = 100) {
    auto member = std::make_unique<Member>(name, weight, balance, std::move(calls));
    Member& added = *member;
    waiting.push_back(std::move(member));
    all.push_back(&added);
    return added;
  }
  EndpointGroup& made() {
    if (!group) group = std::make_unique<EndpointGroup>(std::move(waiting), homes);
    return *group;
  }
  std::string chosen(std::string_view session, std::vector<ModelClient*> tried = {}) {
    ModelClient* client = made().choose(session, tried, clock.steady());
    return client == nullptr ? "none" : client->config().name;
  }
  void answered(std::string_view session, const std::string& name) {
    for (const auto* member : all)
      if (member->config().name == name) made().answered_at(session, *member, clock.steady());
  }
  Result<OpenedCall> open(std::string_view session = {}, bool insists = true) {
    const Headers none;
    CallRequest request;
    request.client_headers = &none;
    request.session = session;
    OpenOptions options;
    options.model = "m";
    options.insists = insists;
    return test::run_task(worker, open_call(made(), request, options, log, stop));
  }
  void fail_all(int times = 5) {
    for (auto* member : all)
      for (int i = 0; i < times; ++i)
        member->health()->failed(Error(ErrorKind::Unreachable, Source::Upstream, ""),
                                 clock.steady());
  }
  std::string tried() const {
    std::string names;
    for (const auto& call : log.calls())
      names += (names.empty() ? "" : " ") + call.endpoint + ":" + call.model;
    return names;
  }

  Balance balance = Balance::Ordered;
  std::shared_ptr<SessionHomes> homes = std::make_shared<SessionHomes>(1000, Milliseconds(60'000));
  std::vector<std::unique_ptr<ModelClient>> waiting;
  std::vector<Member*> all;
  std::unique_ptr<EndpointGroup> group;
  net::Worker worker;
  FakeClock clock;
  CallLog log{clock, clock.steady()};
  net::StopSource stop;
};

TEST(EndpointGroup, TheOthersAreAskedInTheirOrderWhenOneFails) {
  Group g;
  g.add("a", {fails_with(503)});
  g.add("b", {fails_with(429)});
  g.add("c", {answers()});
  const auto opened = g.open();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(g.tried(), "a:at-a b:at-b c:at-c");
}

TEST(EndpointGroup, NoOtherIsAskedForWhatIsWrongWithTheRequest) {
  Group g;
  g.add("a", {fails_with(429, {{"retry-after", "1"}})});
  g.add("b", {fails_with(400)});
  Member& other = g.add("c", {answers()});
  const auto opened = g.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().status, 400);
  EXPECT_EQ(other.asked(), 0u);
}

TEST(EndpointGroup, WhatOneDialectCannotSayAnotherMay) {
  Group g;
  g.add("a", {fails_with(ErrorKind::BadRequest, Source::Client)});
  g.add("b", {answers()});
  EXPECT_TRUE(g.open());
  Group none;
  none.add("a", {fails_with(ErrorKind::BadRequest, Source::Client)});
  none.add("b", {fails_with(ErrorKind::BadRequest, Source::Client)});
  EXPECT_EQ(none.open().error().source, Source::Client);
}

TEST(EndpointGroup, WhoCannotProveWhoWeAreIsPassedOver) {
  Group g;
  g.add("a", {fails_with(ErrorKind::Forbidden)});
  g.add("b", {answers()});
  EXPECT_TRUE(g.open());
  EXPECT_EQ(g.tried(), "a:at-a b:at-b");
}

TEST(EndpointGroup, TheLeastWaitIsToldOfSeveralLimits) {
  Group g;
  g.add("a", {fails_with(429, {{"retry-after", "7"}})});
  g.add("b", {fails_with(429, {{"retry-after", "60"}})});
  g.add("c", {fails_with(500)});
  const auto opened = g.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().retry_after_ms, 7000);
}

TEST(EndpointGroup, WhenAllFailTheClientGetsWhatItCanActOn) {
  struct Case {
    std::vector<int> statuses;
    int told;
  };
  for (const Case& one : {Case{{429, 500}, 429}, Case{{500, 401}, 401}, Case{{404, 403}, 403},
                          Case{{404, 500}, 404}, Case{{503, 529}, 529}}) {
    Group g;
    int number = 0;
    for (const int status : one.statuses) g.add(std::to_string(number++), {fails_with(status)});
    const auto opened = g.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().status, one.told);
  }
}

TEST(EndpointGroup, ASessionStaysWhereItsCacheIs) {
  Group g;
  Member& first = g.add("a");
  g.add("b");
  g.answered("s", "a");
  first.health()->failed(Error(ErrorKind::UpstreamStatus, Source::Upstream, ""), g.clock.steady());
  Error limited(ErrorKind::UpstreamStatus, Source::Upstream, "");
  limited.status = 429;
  limited.retry_after_ms = 1000;
  first.health()->failed(limited, g.clock.steady());
  EXPECT_EQ(g.chosen("s"), "b") << "its endpoint takes no calls now";
  g.answered("s", "b");
  g.clock.advance(Milliseconds(1000));
  EXPECT_EQ(g.chosen("s"), "b") << "where its cache is by now";
  EXPECT_EQ(g.chosen("other"), "a");
  g.clock.advance(Milliseconds(60'001));
  EXPECT_EQ(g.chosen("s"), "a") << "its cache has lapsed everywhere";
}

TEST(EndpointGroup, ASessionThatNobodyAnsweredStaysWhereItsCacheIs) {
  Group g;
  g.add("a", {answers(), fails_with(503), answers()});
  g.add("b", {fails_with(503), answers()});
  ASSERT_TRUE(g.open("s"));
  ASSERT_FALSE(g.open("s"));
  ASSERT_TRUE(g.open("s"));
  EXPECT_EQ(g.tried(), "a:at-a a:at-a b:at-b a:at-a");
}

TEST(EndpointGroup, WeightsAreKeptOverManySessions) {
  Group g;
  g.balance = Balance::Weighted;
  g.add("a", {}, 300);
  g.add("b", {}, 100);
  g.add("none", {}, 0);
  std::map<std::string, int> count;
  for (int i = 0; i < 8000; ++i) ++count[g.chosen("session " + std::to_string(i))];
  EXPECT_NEAR(count["a"], 6000, 300);
  EXPECT_NEAR(count["b"], 2000, 300);
  EXPECT_EQ(count["none"], 0);
}

TEST(EndpointGroup, TheSoonestIsChosenAndANewOneIsTried) {
  Group g;
  g.balance = Balance::Latency;
  Member& slow = g.add("slow");
  Member& quick = g.add("quick");
  slow.health()->answered(Milliseconds(900), g.clock.steady());
  EXPECT_EQ(g.chosen("s1"), "quick") << "nobody knows it yet";
  quick.health()->answered(Milliseconds(100), g.clock.steady());
  EXPECT_EQ(g.chosen("s2"), "quick");
  slow.health()->answered(Milliseconds(0), g.clock.steady());
  for (int i = 0; i < 20; ++i) slow.health()->answered(Milliseconds(0), g.clock.steady());
  EXPECT_EQ(g.chosen("s3"), "slow");
}

TEST(EndpointGroup, WhoWasSlowOnceIsTriedAgainByOneSessionAMinute) {
  Group g;
  g.balance = Balance::Latency;
  Member& quick = g.add("quick");
  Member& slow = g.add("slow");
  const auto both_answer = [&] {
    quick.health()->answered(Milliseconds(100), g.clock.steady());
    slow.health()->answered(Milliseconds(900), g.clock.steady());
  };
  both_answer();
  EXPECT_EQ(g.chosen("s1"), "quick");
  g.clock.advance(Milliseconds(60'000));
  EXPECT_EQ(g.chosen("s2"), "slow") << "it may be well again";
  EXPECT_EQ(g.chosen("s3"), "quick") << "others do not wait for that";
}

TEST(EndpointGroup, AnOpenBreakerIsPassedOverAndOneForAllAnswersAtOnce) {
  Group g;
  Member& first = g.add("a");
  g.add("b", {answers()});
  for (int i = 0; i < 5; ++i)
    first.health()->failed(Error(ErrorKind::Unreachable, Source::Upstream, ""), g.clock.steady());
  ASSERT_TRUE(g.open());
  EXPECT_EQ(first.asked(), 0u);

  Group alone;  // a draft model: without it there is still an answer
  Member& only = alone.add("a", {answers()});
  for (int i = 0; i < 5; ++i)
    only.health()->failed(Error(ErrorKind::Unreachable, Source::Upstream, ""),
                          alone.clock.steady());
  const auto opened = alone.open({}, false);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Overloaded);
  EXPECT_EQ(opened.error().retry_after_ms, 2000);
  EXPECT_EQ(only.asked(), 0u);
  EXPECT_TRUE(alone.log.calls().empty());
  EXPECT_TRUE(alone.open()) << "where there is no other way to an answer it is asked all the same";
}

TEST(EndpointGroup, AllAreAskedInTheirOrderWhereAllBreakersAreOpen) {
  Group g;
  g.add("a", {fails_with(ErrorKind::Unreachable)});
  g.add("b", {fails_with(529)});
  g.add("c", {answers()});
  g.fail_all();
  ASSERT_TRUE(g.open());
  EXPECT_EQ(g.tried(), "a:at-a b:at-b c:at-c");
  EXPECT_EQ(g.log.calls()[0].attempt, 0) << "nothing was sent before";
}

TEST(EndpointGroup, WhatTheyAnswerIsToldAndNotThatTheyWereHeldBack) {
  Group g;
  g.add("a", {fails_with(ErrorKind::Unreachable)});
  g.add("b", {fails_with(529)});
  g.add("c", {fails_with(ErrorKind::Timeout)});
  g.fail_all();
  const auto opened = g.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().status, 529);

  Group one;
  one.add("a", {fails_with(ErrorKind::Unreachable)});
  one.add("b", {fails_with(ErrorKind::Unreachable)});
  one.fail_all();
  EXPECT_EQ(one.open().error().kind, ErrorKind::Unreachable);
}

TEST(EndpointGroup, WhatFailedIsNotAskedTwiceInOneRound) {
  Group g;
  g.add("a", {answers()});
  g.fail_all();
  g.add("b", {fails_with(500), answers()});
  ASSERT_TRUE(g.open());
  EXPECT_EQ(g.tried(), "b:at-b a:at-a");
}

TEST(EndpointGroup, ADraftIsToldTheFailureOfWhoWasAsked) {
  Group g;
  g.add("a", {answers()});
  g.fail_all();
  g.add("b", {fails_with(ErrorKind::Unreachable)});
  const auto opened = g.open({}, false);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Unreachable);
  EXPECT_EQ(g.tried(), "b:at-b");
}

}  // namespace
}  // namespace rlm::upstream
