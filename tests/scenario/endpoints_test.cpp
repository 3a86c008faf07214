// One model at several endpoints, and endpoints that fail.

#include <gmock/gmock.h>

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

using ::testing::HasSubstr;

const std::string kQuestion =
    R"({"model":"claude-opus-4-8","max_tokens":500,"messages":[{"role":"user","content":"hi"}]})";

Ask of_session(const std::string& session) {
  Ask request;
  request.body = kQuestion;
  return request.with("x-claude-code-session-id", session).with("x-rlm-plan", "direct");
}

/// The verify model at two endpoints.
struct TwoPlaces {
  explicit TwoPlaces(std::string lines = "")
      : other(start_model(Scene::verify_config())), scene(settings(std::move(lines))) {}

  Settings settings(std::string lines) const {
    Settings made;
    made.verify = "retries = 0\nalso = [\"elsewhere\"]\n" + std::move(lines);
    made.more =
        "\n[models.elsewhere]\nendpoint = \"anthropic\"\nmodel = \"sim-verify\"\nbase_url = \"" +
        other->base_url() + "\"\nretries = 0\n";
    return made;
  }
  std::size_t here() const { return scene.verify->requests().size(); }
  std::size_t there() const { return other->requests().size(); }

  std::unique_ptr<sim::SimulatedModel> other;
  Scene scene;
};

TEST(Endpoints, TheOtherAnswersWhenOneFailsAndIsBilled) {
  TwoPlaces two;
  two.scene.verify->script(fails("500"));
  two.other->script(says("from elsewhere"));
  const Reply reply = two.scene.post(of_session("s"));
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("from elsewhere"));
  EXPECT_EQ(reply.header("x-rlm-model"), "elsewhere");
  const ExchangeRecord record = two.scene.proxy->record_number(1);
  ASSERT_EQ(record.calls.size(), 2u);
  EXPECT_EQ(record.calls[0].endpoint, "verify");
  EXPECT_EQ(record.calls[0].status, 500);
  EXPECT_EQ(record.calls[1].endpoint, "elsewhere");
  EXPECT_EQ(record.cost.value, final_bill(*two.other).total.value);
}

TEST(Endpoints, ASessionStaysWhereItsCacheIs) {
  TwoPlaces two;
  two.scene.verify->script(fails("529"));
  two.scene.post(of_session("moved"));
  EXPECT_EQ(two.here(), 1u);
  EXPECT_EQ(two.there(), 1u);
  two.scene.post(of_session("moved"));
  EXPECT_EQ(two.there(), 2u) << "its cache is there by now";
  two.scene.post(of_session("new"));
  EXPECT_EQ(two.here(), 2u);
}

TEST(Endpoints, WhatTheRequestIsRefusedForIsNotAskedElsewhere) {
  TwoPlaces two;
  two.scene.verify->script(fails("400"));
  EXPECT_EQ(two.scene.post(of_session("s")).status, 400);
  EXPECT_EQ(two.there(), 0u);
}

TEST(Endpoints, ALimitIsToldWhenBothFail) {
  TwoPlaces two;
  two.scene.verify->script(fails("429"));
  two.other->script(fails("500"));
  EXPECT_EQ(two.scene.post(of_session("s")).status, 429);
}

TEST(Endpoints, ADraftModelThatIsDownCostsNoWaitAfterAWhile) {
  Settings settings;
  settings.draft = "retries = 0\nbreaker_failures = 3\nbreaker_open_ms = 600000\n";
  Scene scene(settings);
  for (int i = 0; i < 3; ++i) {
    scene.draft->script(fails("503"));
    EXPECT_EQ(scene.post(kQuestion).header("x-rlm-verdict"), "FALLBACK");
  }
  const std::size_t asked = scene.draft->requests().size();
  const Reply reply = scene.post(kQuestion);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_THAT(reply.header("x-rlm-reason"), HasSubstr("draft_overloaded"));
  EXPECT_EQ(scene.draft->requests().size(), asked) << "nothing was sent";
  EXPECT_EQ(metric(scene, "rlm_endpoint_healthy{endpoint=\"draft\"}"), 0);
  EXPECT_EQ(metric(scene, "rlm_endpoint_healthy{endpoint=\"verify\"}"), 1);
}

TEST(Endpoints, WhereThereIsNoOtherWayAFailingModelIsAskedAllTheSame) {
  Settings settings;
  settings.verify = "retries = 0\nbreaker_failures = 1\nbreaker_open_ms = 600000\n";
  Scene scene(settings);
  scene.verify->script(fails("500"));
  EXPECT_EQ(scene.post(of_session("s")).status, 500);
  EXPECT_EQ(scene.post(of_session("s")).status, 200);
}

}  // namespace
}  // namespace rlm::test
