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
                                                     net::StopSource& stop) override {
    return model_.open(request, stop);
  }
  std::size_t asked() const { return model_.log().bodies.size(); }

 private:
  ScriptedModel model_;
  EndpointHealth health_;
};

ScriptedCall answers() {
  ScriptedCall call;
  call.pieces = {test::text_stream("well")};
  return call;
}
ScriptedCall fails_with(int status) {
  ScriptedCall call;
  call.status = status;
  call.pieces = {"{}"};
  return call;
}

struct Group {
  Member& add(const std::string& name, std::vector<ScriptedCall> calls = {}, int weight = 100) {
    auto member = std::make_unique<Member>(name, weight, balance, std::move(calls));
    Member& added = *member;
    waiting.push_back(std::move(member));
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
  Result<OpenedCall> open(std::string_view session = {}, CallRole role = CallRole::Direct) {
    const Headers none;
    CallRequest request;
    request.client_headers = &none;
    request.session = session;
    OpenOptions options;
    options.model = "m";
    options.role = role;
    return test::run_task(worker, open_call(made(), request, options, log, stop));
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
  g.add("a", {fails_with(400)});
  Member& other = g.add("b", {answers()});
  const auto opened = g.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().status, 400);
  EXPECT_EQ(other.asked(), 0u);
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
  EXPECT_EQ(g.chosen("s"), "a");
  first.health()->failed(Error(ErrorKind::UpstreamStatus, Source::Upstream, ""), g.clock.steady());
  Error limited(ErrorKind::UpstreamStatus, Source::Upstream, "");
  limited.status = 429;
  limited.retry_after_ms = 1000;
  first.health()->failed(limited, g.clock.steady());
  EXPECT_EQ(g.chosen("s"), "b") << "its endpoint takes no calls now";
  g.clock.advance(Milliseconds(1000));
  EXPECT_EQ(g.chosen("s"), "b") << "where its cache is by now";
  EXPECT_EQ(g.chosen("other"), "a");
  g.clock.advance(Milliseconds(60'001));
  EXPECT_EQ(g.chosen("s"), "a") << "its cache has lapsed everywhere";
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
  slow.health()->answered(Milliseconds(900));
  EXPECT_EQ(g.chosen("s1"), "quick") << "nobody knows it yet";
  quick.health()->answered(Milliseconds(100));
  EXPECT_EQ(g.chosen("s2"), "quick");
  slow.health()->answered(Milliseconds(0));
  for (int i = 0; i < 20; ++i) slow.health()->answered(Milliseconds(0));
  EXPECT_EQ(g.chosen("s3"), "slow");
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
  const auto opened = alone.open({}, CallRole::Draft);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::Overloaded);
  EXPECT_EQ(opened.error().retry_after_ms, 2000);
  EXPECT_EQ(only.asked(), 0u);
  EXPECT_TRUE(alone.log.calls().empty());
  EXPECT_TRUE(alone.open()) << "where there is no other way to an answer it is asked all the same";
}

}  // namespace
}  // namespace rlm::upstream
