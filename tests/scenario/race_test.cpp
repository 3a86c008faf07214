// The verify model asked beside the draft: either may win, the other is stopped down to its socket,
// and both are on the bill.

#include "tests/support/bills.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::chrono::seconds kLate{60};

Ask racing(std::string plan, bool stream, std::string text = "say hello") {
  Ask request;
  request.body = user_body(text, stream);
  return request.with("x-rlm-plan", plan + ";race");
}

// Tells at once what it has read, and writes nothing for as long as anybody waits.
sim::Reply begins_and_waits(std::string text = "a late answer") {
  sim::Reply reply = says(std::move(text));
  reply.tokens_per_second = 1e-3;
  reply.output_tokens = 100;
  return reply;
}

// Leaves the other time to tell what it has read.
sim::Reply says_later(std::string text) {
  sim::Reply reply = says(std::move(text));
  reply.first_token = Milliseconds(200);
  return reply;
}

sim::Reply silent() {
  sim::Reply reply = says("never heard");
  reply.first_token = kLate;
  return reply;
}

NanoUsd billed(const Scene& scene) {
  return final_bill(*scene.verify).total + final_bill(*scene.draft).total;
}

const CallRecord& call_of(const ExchangeRecord& record, CallRole role) {
  for (const CallRecord& call : record.calls)
    if (call.role == role) return call;
  ADD_FAILURE() << "no such call";
  return record.calls.at(0);
}

double races(const Scene& scene, const std::string& winner) {
  return metric(scene, "rlm_races_total{winner=\"" + winner + "\"}");
}

TEST(Race, IsWonByADraftThatMayLeaveWhileTheVerifyModelSaysNothing) {
  for (const bool stream : {true, false}) {
    Scene scene;
    scene.verify->script(begins_and_waits());
    scene.draft->script(says_later("Hello from the draft model."));
    const Reply reply = scene.post(racing("draft_only", stream));
    EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED");
    EXPECT_EQ(reply.header("x-rlm-reason"), "forced,raced");
    EXPECT_EQ(text_of(reply.body), "Hello from the draft model.");
    ASSERT_TRUE(scene.verify->wait_finished(1)) << "the loser is stopped";
    EXPECT_TRUE(scene.verify->requests().at(0).client_left);
    const ExchangeRecord record = scene.proxy->record_number(1);
    ASSERT_EQ(record.calls.size(), 2u);
    const CallRecord& lost = call_of(record, CallRole::Direct);
    EXPECT_EQ(lost.end, CallEnd::Cancelled);
    EXPECT_GT(lost.cost.value, 0);
    EXPECT_EQ(call_of(record, CallRole::Draft).end, CallEnd::Complete);
    EXPECT_EQ(races(scene, "draft"), 1);
    EXPECT_NEAR(metric(scene, "rlm_race_lost_usd_total"), lost.cost.dollars(), 1e-12);
  }
}

TEST(Race, IsWonByTheVerifyModelWithItsFirstWord) {
  for (const std::string plan : {"draft_only", "draft_verify"})
    for (const bool stream : {true, false}) {
      Scene scene;
      scene.verify->script(says_later("The verify model was here first."));
      scene.draft->script(begins_and_waits());
      const Reply reply = scene.post(racing(plan, stream));
      EXPECT_EQ(reply.status, 200);
      EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
      EXPECT_EQ(reply.header("x-rlm-reason"), "forced,raced,race_lost");
      EXPECT_EQ(text_of(reply.body), "The verify model was here first.");
      if (stream) {
        EXPECT_EQ(grammar_mistake(reply.body), "");
      }
      ASSERT_TRUE(scene.draft->wait_finished(1));
      EXPECT_TRUE(scene.draft->requests().at(0).client_left);
      const ExchangeRecord record = scene.proxy->record_number(1);
      ASSERT_EQ(record.calls.size(), 2u);
      EXPECT_EQ(call_of(record, CallRole::Draft).end, CallEnd::Cancelled);
      EXPECT_EQ(call_of(record, CallRole::Direct).end, CallEnd::Complete);
      EXPECT_EQ(races(scene, "verify"), 1);
    }
}

TEST(Race, OfAVerifiedDraftIsWonWithItsVerdict) {
  struct Case {
    std::string reply, verdict, text;
  };
  const std::string draft = "A draft to be judged.";
  for (const Case& c : {Case{"USE_DRAFT", "ACCEPTED", draft},
                        Case{"A better answer.", "ENHANCED", "A better answer."}}) {
    Scene scene;
    scene.draft->script(says_later(draft));
    sim::Reply verdict = says(c.reply);
    verdict.when = draft;
    scene.verify->script(verdict);
    scene.verify->script(begins_and_waits());
    const Reply reply = scene.post(racing("draft_verify", true));
    EXPECT_EQ(reply.header("x-rlm-verdict"), c.verdict);
    EXPECT_EQ(text_of(reply.body), c.text);
    EXPECT_EQ(grammar_mistake(reply.body), "");
    ASSERT_TRUE(scene.verify->wait_finished(2));
    const ExchangeRecord record = scene.proxy->record_number(1);
    ASSERT_EQ(record.calls.size(), 3u);
    EXPECT_EQ(call_of(record, CallRole::Direct).end, CallEnd::Cancelled);
    EXPECT_EQ(call_of(record, CallRole::Verify).end, CallEnd::Complete);
  }
}

TEST(Race, StopsAVerdictThatComesTooLate) {
  Scene scene;
  const std::string draft = "A draft to be judged.";
  scene.draft->script(says(draft));
  sim::Reply verdict = silent();
  verdict.when = draft;
  scene.verify->script(verdict);
  scene.verify->script(says_later("An answer of its own."));
  const Reply reply = scene.post(racing("draft_verify", true));
  EXPECT_EQ(reply.header("x-rlm-reason"), "forced,raced,race_lost");
  EXPECT_EQ(text_of(reply.body), "An answer of its own.");
  ASSERT_TRUE(scene.verify->wait_finished(2));
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(call_of(record, CallRole::Verify).end, CallEnd::Cancelled);
  EXPECT_EQ(call_of(record, CallRole::Direct).end, CallEnd::Complete);
}

TEST(Race, ADraftThatFailsLeavesTheAnswerToTheCallThatIsUnderWay) {
  Scene scene;
  scene.draft->script(fails("400"));
  scene.verify->script(says_later("from the verify model"));
  const Reply reply = scene.post(racing("draft_only", true));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(reply.header("x-rlm-reason"), "forced,raced,draft_status_400");
  EXPECT_EQ(text_of(reply.body), "from the verify model");
  EXPECT_EQ(scene.verify->requests().size(), 1u) << "asked once";
  EXPECT_EQ(scene.proxy->record_number(1).cost, billed(scene));
}

TEST(Race, AVerifyModelThatFailsLeavesTheAnswerToTheDraft) {
  for (const std::string plan : {"draft_only", "draft_verify"}) {
    Scene scene;
    scene.verify->script(fails("400"));
    scene.draft->script(says_later("The draft comes all the same."));
    const Reply reply = scene.post(racing(plan, true));
    EXPECT_EQ(text_of(reply.body), "The draft comes all the same.");
    const ExchangeRecord record = scene.proxy->record_number(1);
    EXPECT_EQ(record.verdict, plan == "draft_only" ? Verdict::Skipped : Verdict::Accepted);
    EXPECT_EQ(call_of(record, CallRole::Direct).end, CallEnd::Failed);
    EXPECT_EQ(record.cost, billed(scene));
  }
}

TEST(Race, WhereBothFailTheClientHasTheVerifyModelsError) {
  Scene scene;
  scene.verify->script(fails("400"));
  scene.draft->script(fails("400"));
  const Reply reply = scene.post(racing("draft_only", true));
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(is_error(reply.body, "invalid_request_error"));
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  EXPECT_EQ(record.cost, NanoUsd{});
  EXPECT_EQ(races(scene, "nobody"), 1);
}

TEST(Race, AFailedVerdictLeavesTheAnswerToTheVerifyModel) {
  Scene scene;
  const std::string draft = "A draft to be judged.";
  scene.draft->script(says(draft));
  sim::Reply verdict = fails("400");
  verdict.when = draft;
  scene.verify->script(verdict);
  scene.verify->script(says_later("An answer of its own."));
  const Reply reply = scene.post(racing("draft_verify", true));
  EXPECT_EQ(reply.header("x-rlm-reason"), "forced,raced,verdict_refused");
  EXPECT_EQ(text_of(reply.body), "An answer of its own.");
}

TEST(Race, AClientThatLeavesStopsBothSides) {
  for (const std::string plan : {"draft_only", "draft_verify"}) {
    Scene scene;
    scene.verify->script(silent());
    scene.draft->script(silent());
    Client client(scene.port());
    client.send(racing(plan, true));
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while ((scene.verify->requests().empty() || scene.draft->requests().empty()) &&
           std::chrono::steady_clock::now() < give_up)
      std::this_thread::yield();
    client.close();
    ASSERT_TRUE(scene.verify->wait_finished(1));
    ASSERT_TRUE(scene.draft->wait_finished(1));
    const ExchangeRecord record = scene.proxy->record_number(1);
    EXPECT_TRUE(record.client_left);
    EXPECT_EQ(record.verdict, Verdict::Failed);
    ASSERT_EQ(record.calls.size(), 2u);
    for (const CallRecord& call : record.calls) {
      EXPECT_EQ(call.end, CallEnd::Cancelled);
      EXPECT_FALSE(call.usage.reported);
      EXPECT_GT(call.cost.value, 0) << "what it has read is paid";
    }
  }
}

// A session's requests, whose prompt is long and known from the second on.
struct Session {
  explicit Session(Scene& scene_) : scene(scene_) {}

  Reply post(std::string plan) const {
    Ask request;
    request.body = user_body("say hello", true,
                             R"(,"system":[{"type":"text","text":")" + std::string(8960, 's') +
                                 R"(","cache_control":{"type":"ephemeral"}}])");
    request.with("x-claude-code-session-id", "11111111-2222-3333-4444-555555555555");
    request.with("x-rlm-plan", std::move(plan));
    return scene.post(request);
  }
  Scene& scene;
};

struct LostCase {
  bool draft_wins;
  bool told;  // the loser says what it has read before it is stopped
};

// The third request of the session is the race; what its loser is booked with, and what it billed.
void race_in_session(const LostCase& c) {
  Settings settings;
  settings.cascade = "policy = \"balanced\"";
  Scene scene(settings);
  const Session session(scene);
  session.post("direct");
  session.post("draft_only");
  sim::SimulatedModel& loser = c.draft_wins ? *scene.verify : *scene.draft;
  loser.script(c.told ? begins_and_waits() : silent());
  (c.draft_wins ? scene.draft : scene.verify)->script(says_later("The winner's own words."));
  const Reply reply = session.post("draft_only;race");
  EXPECT_EQ(text_of(reply.body), "The winner's own words.");
  ASSERT_TRUE(loser.wait_finished(2));
  const ExchangeRecord record = scene.proxy->record_number(3);
  const CallRecord& lost = call_of(record, c.draft_wins ? CallRole::Direct : CallRole::Draft);
  EXPECT_EQ(lost.end, CallEnd::Cancelled);
  EXPECT_FALSE(lost.usage.reported);
  const auto prompt = static_cast<double>(final_bill(loser).calls.back().usage.prompt());
  EXPECT_NEAR(static_cast<double>(lost.usage.prompt()), prompt, .005 * prompt);
  EXPECT_EQ(lost.usage.cache_read / 64, final_bill(loser).calls.back().usage.cache_read / 64);
  if (!c.told) return;
  EXPECT_EQ(
      unlike_calls(scene.proxy->records(), {final_bill(*scene.verify), final_bill(*scene.draft)}),
      "");
}

TEST(Race, IsOnTheBillToTheNanoDollarWhereTheLoserToldItsUsageAndElseAsForecast) {
  for (const bool draft_wins : {true, false})
    for (const bool told : {true, false}) race_in_session({draft_wins, told});
}

TEST(Race, IsRunWhereTheDraftAloneIsTooSlow) {
  Settings settings;
  settings.cascade = "policy = \"balanced\"\nlatency_p95_ms = 30000\nrace_share = 1.0";
  Scene scene(settings);
  // One refused draft: one in ten requests is expected to wait for both models.
  scene.draft->script(says("I'm sorry, but I can't help with that."));
  EXPECT_EQ(scene.post(user_body("say hello", true)).header("x-rlm-verdict"), "FALLBACK");
  scene.verify->script(begins_and_waits());
  scene.draft->script(says("Hello you."));
  const Reply reply = scene.post(user_body("say hello", true));
  EXPECT_EQ(reply.header("x-rlm-reason"), "cheapest,raced");
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED");
  EXPECT_NE(scene.proxy->record_number(2).weighed.find(R"("raced":true)"), std::string::npos);
}

TEST(Race, OfAPlanThatCannotRaceIsRefused) {
  Scene scene;
  for (const std::string plan : {"direct", "draft_turn", "draft_validate", "shadow", "nonsense"}) {
    const Reply reply = scene.post(racing(plan, false));
    EXPECT_EQ(reply.status, 400) << plan;
    EXPECT_NE(reply.body.find("draft_only;race"), std::string::npos);
  }
}

}  // namespace
}  // namespace rlm::test
