// One model at several endpoints, and endpoints that fail.

#include <gmock/gmock.h>

#include "tests/support/raw_upstream.hpp"
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
        other->base_url() + "\"\nretries = 0\nbreaker_failures = 1\nbreaker_open_ms = 600000\n";
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

TEST(Endpoints, AllAreAskedOnceMoreWhereAllBreakersAreOpen) {
  TwoPlaces two("breaker_failures = 1\nbreaker_open_ms = 600000\n");
  two.scene.verify->script(fails("500"));
  two.other->script(fails("529"));
  EXPECT_EQ(two.scene.post(of_session("s")).status, 529);
  two.scene.verify->script(says("back again"));
  const Reply reply = two.scene.post(of_session("s"));
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.header("x-rlm-model"), "verify");
  EXPECT_EQ(two.here(), 2u);
  EXPECT_EQ(two.there(), 1u);
}

/// A client that speaks Chat Completions.
Ask chat(bool stream) {
  Ask request;
  request.target = "/v1/chat/completions";
  request.body = kQuestion.substr(0, kQuestion.size() - 1) + (stream ? ",\"stream\":true}" : "}");
  return request.with("x-rlm-plan", "direct");
}

TEST(Endpoints, AnAnswerThatCannotBeTranslatedIsTheUpstreamsFaultAndNotTheClients) {
  for (const bool stream : {true, false}) {
    Settings settings;
    settings.verify = "retries = 0\nbreaker_failures = 1\nbreaker_open_ms = 600000\n";
    Scene scene(settings);
    // More than is read at once: some of it has left when the broken event comes.
    sim::Reply broken = says_much(std::string(400'000, 'w'));
    broken.fault = fails(stream ? "malformed" : "cut@100").fault;
    scene.verify->script(std::move(broken));
    const Reply reply = scene.post(chat(stream));
    EXPECT_EQ(reply.status, stream ? 200 : 502);
    EXPECT_THAT(reply.body, HasSubstr(R"({"error":{"message":)"));
    EXPECT_EQ(reply.body.find("[DONE]"), std::string::npos);
    EXPECT_EQ(reply.whole, !stream);
    const ExchangeRecord record = scene.proxy->record_number(1);
    EXPECT_EQ(record.verdict, Verdict::Failed);
    EXPECT_EQ(record.error_type, "api_error");
    EXPECT_FALSE(record.client_left);
    ASSERT_EQ(record.calls.size(), 1u);
    EXPECT_EQ(record.calls[0].end, CallEnd::Failed);
    EXPECT_EQ(record.calls[0].error, "protocol");
    EXPECT_EQ(metric(scene, "rlm_endpoint_healthy{endpoint=\"verify\"}"), 0);
  }
}

TEST(Endpoints, AWholeAnswerThatIsTooLargeIsTheUpstreamsFault) {
  const std::string text(33u << 20, 'w');
  RawUpstream upstream({{sized_response(
      200, "application/json",
      R"({"id":"c","object":"chat.completion","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":")" +
          text + R"("}}],"usage":{"prompt_tokens":3,"completion_tokens":2}})")}});
  Settings settings;
  settings.more =
      "\n[models.huge]\nendpoint = \"openai\"\nmodel = \"sim-verify\"\napi_key = "
      "\"${UPSTREAM_KEY}\"\nbase_url = \"" +
      upstream.base_url() + "\"\n";
  Scene scene(settings);
  const Reply reply =
      scene.post(R"({"model":"huge","max_tokens":5,"messages":[{"role":"user","content":"x"}]})");
  EXPECT_EQ(reply.status, 502) << "and no retry";
  EXPECT_TRUE(is_error(reply.body, "api_error"));
  EXPECT_THAT(reply.body, HasSubstr("exceeds"));
  const ExchangeRecord record = scene.proxy->record_number(1);
  ASSERT_EQ(record.calls.size(), 1u);
  EXPECT_EQ(record.calls[0].error, "too_large");
  EXPECT_EQ(metric(scene, "rlm_endpoint_healthy{endpoint=\"huge\"}"), 1);
}

}  // namespace
}  // namespace rlm::test
