// Shadow mode: the client has the verify model's answer as if there were no cascade; beside it the
// draft model is tried, judged, and paid for in the open.

#include <thread>

#include "store/ledger_store.hpp"
#include "tests/support/offered_tools.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

Settings shadow(std::string_view more = "share = 1\n") {
  Settings settings;
  settings.cascade = "policy = \"shadow\"\n[cascade.shadow]\n" + std::string(more);
  return settings;
}

Settings off() {
  Settings settings;
  settings.cascade = "policy = \"off\"";
  return settings;
}

ExchangeRecord with_occasion(const std::vector<ExchangeRecord>& records, Occasion occasion) {
  for (const auto& record : records)
    if (record.occasion == occasion) return record;
  ADD_FAILURE() << "no record of " << name_of(occasion);
  return {};
}

/// The client's exchange and its shadow.
struct Pair {
  ExchangeRecord client;
  ExchangeRecord shadow;
};

Pair pair_of(const Scene& scene) {
  scene.proxy->record_number(2);
  const auto records = scene.proxy->records();
  return {with_occasion(records, Occasion::Client), with_occasion(records, Occasion::Shadow)};
}

void expect_exact_bill(const Scene& scene, const Pair& pair) {
  EXPECT_EQ(pair.client.cost, pair.client.calls.at(0).cost);
  EXPECT_EQ((pair.client.cost + pair.shadow.cost).value,
            final_bill(*scene.verify).total.value + final_bill(*scene.draft).total.value);
  EXPECT_EQ(pair.shadow.baseline.value, 0);
}

// What a client sees of an answer, whatever the proxy says of itself.
std::string seen_by_client(const Reply& reply) {
  std::string seen = std::to_string(reply.status) + "\n";
  for (const auto& [name, value] : reply.headers)
    if (!name.starts_with("x-rlm-") && name != "date" && name != "request-id")
      seen += name + ": " + value + "\n";
  return seen + reply.body;
}

class Shadows : public testing::TestWithParam<bool> {};  // streamed

TEST_P(Shadows, TheClientSeesWhatAPlainGatewayShowsIt) {
  for (const std::string_view more : {"", kReadAndBash}) {
    Scene plain(off());
    Scene scene(shadow());
    const std::string body = user_body("what is in a.c?", GetParam(), more);
    const Reply reply = scene.post(body);
    EXPECT_EQ(seen_by_client(reply), seen_by_client(plain.post(body)));
    EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
    EXPECT_EQ(reply.header("x-rlm-reason"), "shadow");
    // What the verify model is sent for the client is the client's own bytes, as always.
    EXPECT_EQ(scene.verify->requests().at(0).body, plain.verify->requests().at(0).body);
  }
}

TEST_P(Shadows, ADraftThatWouldHaveLeftUnseenIsDraftedAndJudged) {
  Scene scene(shadow());
  scene.draft->script(says("a draft that nobody waits for"));
  const Reply reply = scene.post(user_body("say hello", GetParam()));
  EXPECT_EQ(reply.body.find("nobody waits"), std::string::npos);
  const Pair pair = pair_of(scene);
  EXPECT_EQ(pair.client.plan, Plan::Shadow);
  EXPECT_EQ(pair.client.verdict, Verdict::Direct);
  EXPECT_EQ(pair.shadow.follows, pair.client.id);
  EXPECT_EQ(pair.shadow.plan, Plan::DraftOnly);
  EXPECT_EQ(pair.shadow.verdict, Verdict::Skipped);
  EXPECT_EQ(pair.shadow.judgement, Judgement::Accepted);
  EXPECT_EQ(pair.shadow.reason, "balanced:draft_only,cheapest,brief_verdict");
  EXPECT_EQ(pair.shadow.sampled_ppm, 1'000'000);
  ASSERT_EQ(pair.shadow.calls.size(), 2u);
  for (const CallRecord& call : pair.shadow.calls) EXPECT_EQ(call.role, CallRole::Shadow);
  EXPECT_EQ(pair.shadow.calls[0].endpoint, "draft");
  EXPECT_EQ(pair.shadow.calls[1].endpoint, "verify");
  EXPECT_EQ(pair.shadow.would_cost, pair.shadow.calls[0].cost);
  EXPECT_EQ(pair.shadow.would_baseline, pair.client.cost);
  expect_exact_bill(scene, pair);
}

TEST_P(Shadows, AToolCallIsProvenAndHeldAgainstTheVerifyModelsOwn) {
  struct Case {
    const char* drafted;
    const char* served;
    Verdict verdict;
    Judgement judgement;
  };
  for (const Case& one : {
           Case{R"({"file_path":"/repo/a.c"})", R"({ "file_path": "/repo/a.c" })",
                Verdict::Validated, Judgement::Same},
           Case{R"({"file_path":"/repo/b.c"})", R"({"file_path":"/repo/a.c"})", Verdict::Validated,
                Judgement::Different},
           Case{R"({"path":"/repo/a.c"})", R"({"file_path":"/repo/a.c"})", Verdict::Fallback,
                Judgement::Different},
       }) {
    Scene scene(shadow());
    scene.draft->script(sim::Reply::of_tool("Read", one.drafted));
    scene.verify->script(sim::Reply::of_tool("Read", one.served, "I look."));
    if (one.judgement == Judgement::Different) scene.verify->script(says("A"));
    scene.post(user_body("fix the bug in a.c", GetParam(), kReadAndBash));
    const Pair pair = pair_of(scene);
    EXPECT_EQ(pair.shadow.plan, Plan::DraftValidate);
    EXPECT_EQ(name_of(pair.shadow.verdict), name_of(one.verdict)) << pair.shadow.reason;
    EXPECT_EQ(name_of(pair.shadow.judgement), name_of(one.judgement));
    EXPECT_TRUE(pair.shadow.reason.starts_with("balanced:draft_verify,probation"))
        << pair.shadow.reason;
    EXPECT_EQ(pair.shadow.would_cost,
              pair.shadow.calls[0].cost +
                  (one.verdict == Verdict::Fallback ? pair.client.cost : NanoUsd{}));
    expect_exact_bill(scene, pair);
  }
}

INSTANTIATE_TEST_SUITE_P(Scenario, Shadows, testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Streamed" : "Whole"; });

TEST(Shadow, AVerdictReadsTheCacheThatTheClientsCallWrote) {
  Scene scene(shadow());
  const std::string system = R"(,"system":[{"type":"text","text":")" + std::string(30'000, 's') +
                             R"(","cache_control":{"type":"ephemeral"}}])";
  scene.post(user_body("say hello", false, system));
  const Pair pair = pair_of(scene);
  ASSERT_EQ(pair.shadow.calls.size(), 2u);
  const Usage verdict = pair.shadow.calls[1].usage;
  EXPECT_GT(verdict.cache_read, 8'000);
  EXPECT_EQ(verdict.cache_write_5m, 0);
  expect_exact_bill(scene, pair);
}

TEST(Shadow, ARewriteIsAVerdictAndIsNotReadToItsEnd) {
  sim::SimConfig verify = Scene::verify_config();
  verify.verdict.accept_unknown = 0;
  Scene scene(shadow(), verify, Scene::draft_config());
  scene.post(user_body("say hello"));
  const Pair pair = pair_of(scene);
  EXPECT_EQ(pair.shadow.verdict, Verdict::Skipped);
  EXPECT_EQ(pair.shadow.judgement, Judgement::Rewritten);
  ASSERT_EQ(pair.shadow.calls.size(), 2u);
  EXPECT_EQ(pair.shadow.calls[1].end, CallEnd::Cancelled);
}

TEST(Shadow, UnderAnyPolicyARequestMayAskForIt) {
  Settings settings;
  settings.cascade = "policy = \"safe\"";
  Scene scene(settings);
  Ask request;
  request.body = user_body("say hello");
  request.with("x-rlm-plan", "shadow");
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
  EXPECT_EQ(reply.header("x-rlm-reason"), "forced");
  const Pair pair = pair_of(scene);
  EXPECT_EQ(pair.shadow.plan, Plan::DraftVerify);
  EXPECT_EQ(pair.shadow.verdict, Verdict::Accepted);
  EXPECT_EQ(pair.shadow.reason, "safe:draft_verify,probation,brief_verdict");
  EXPECT_EQ(pair.shadow.sampled_ppm, 1'000'000);
  // A client's verdict call would have met the cold cache, and not the one that its answer left.
  EXPECT_GT(pair.shadow.would_cost, pair.shadow.calls[0].cost);
  expect_exact_bill(scene, pair);
}

TEST(Shadow, CostsTheOperatorAndIsInNoVerdict) {
  Scene scene(shadow());
  scene.post(user_body("say hello"));
  const Pair pair = pair_of(scene);
  EXPECT_EQ(metric(scene, "rlm_requests_total{verdict=\"DIRECT\"}"), 1);
  EXPECT_EQ(metric(scene, "rlm_requests_total{verdict=\"SKIPPED\"}"), 0);
  EXPECT_EQ(metric(scene, "rlm_aside_work_total{occasion=\"shadow\"}"), 1);
  EXPECT_EQ(metric(scene, "rlm_draft_use_ratio"), 0);
  EXPECT_NEAR(metric(scene, "rlm_saved_usd"), -pair.shadow.cost.dollars(), 1e-9);
}

TEST(Shadow, ADraftModelThatIsDownChangesNothingForTheClient) {
  for (const char* fault : {"500", "reset@0", "cut"}) {
    Scene scene(shadow());
    for (int i = 0; i < 4; ++i) scene.draft->script(fails(fault));
    scene.verify->script(says("the verify model's own answer"));
    const Reply reply = scene.post(user_body("say hello", true));
    EXPECT_EQ(text_of(reply.body), "the verify model's own answer");
    EXPECT_EQ(grammar_mistake(reply.body), "");
    const Pair pair = pair_of(scene);
    EXPECT_EQ(pair.client.verdict, Verdict::Direct);
    EXPECT_EQ(pair.shadow.verdict, Verdict::Fallback) << pair.shadow.reason;
    EXPECT_EQ(pair.shadow.judgement, Judgement::None);
    expect_exact_bill(scene, pair);
  }
}

TEST(Shadow, ADraftThatTakesForeverHoldsNeitherClientNorConnection) {
  Scene scene(shadow());
  scene.draft->script(fails("stall_head"));
  Client client(scene.port());
  for (int i = 0; i < 3; ++i) {  // of one connection, while the first's draft hangs
    Ask request;
    request.body = user_body("say hello " + std::to_string(i), i == 1);
    ASSERT_TRUE(client.send(request));
    EXPECT_EQ(client.read_reply().status, 200);
  }
  // Three of a client, and the shadows of two.
  scene.proxy->record_number(5);
}

TEST(Shadow, AnExchangeThatFailsIsNotTried) {
  Scene scene(shadow());
  scene.verify->script(fails("400"));
  EXPECT_EQ(scene.post(user_body("say hello")).status, 400);
  scene.post(user_body("say hello"));
  scene.proxy->record_number(3);
  const auto records = scene.proxy->records();
  EXPECT_EQ(with_occasion(records, Occasion::Shadow).follows, records.at(1).id);
  EXPECT_EQ(scene.draft->requests().size(), 1u);
}

struct NeverCase {
  const char* name;
  std::string_view more;
  const char* reason;
};

class NeverShadowed : public testing::TestWithParam<NeverCase> {};

TEST_P(NeverShadowed, IsNotSeenByTheDraftModel) {
  Scene scene(shadow());
  const Reply reply = scene.post(user_body("may it?", false, GetParam().more));
  EXPECT_EQ(reply.header("x-rlm-reason"), GetParam().reason);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
  scene.post(user_body("say hello"));  // behind it: its shadow is the only one
  scene.proxy->record_number(3);
  EXPECT_EQ(with_occasion(scene.proxy->records(), Occasion::Shadow).sampled_ppm, 1'000'000);
  EXPECT_EQ(scene.draft->requests().size(), 1u);
}

constexpr std::string_view kHookGate =
    R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"ok":{"type":"boolean"},"reason":{"type":"string"}}}}})";

INSTANTIATE_TEST_SUITE_P(
    Scenario, NeverShadowed,
    testing::Values(NeverCase{"SafetyGate", kHookGate, "safety_gate"},
                    NeverCase{"Safeguards", R"(,"safeguards":[{"type":"dangerous_actions"}])",
                              "shadow,safeguards"},
                    NeverCase{"BoundToItsProvider", R"(,"mcp_servers":[])",
                              "shadow,bound_to_provider"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Shadow, ACountOfTokensIsNotTried) {
  Scene scene(shadow());
  Ask count;
  count.target = "/v1/messages/count_tokens";
  count.body = user_body("say hello");
  EXPECT_EQ(scene.post(count).status, 200);
  scene.post(user_body("say hello"));
  scene.proxy->record_number(2);
  EXPECT_EQ(scene.draft->requests().size(), 1u);
}

TEST(Shadow, AShareOfNoneTriesNothing) {
  Scene scene(shadow("share = 0\n"));
  for (int i = 0; i < 5; ++i) scene.post(user_body("say hello"));
  scene.proxy->record_number(5);
  scene.proxy->stop();
  EXPECT_TRUE(scene.draft->requests().empty());
}

TEST(Shadow, StopsForTheDayWhenItsMoneyIsSpent) {
  Scene scene(shadow("share = 1\nusd_per_day = 0.0000001\n"));
  scene.post(user_body("say hello"));
  const Pair pair = pair_of(scene);
  EXPECT_GT(pair.shadow.cost.value, 100);
  EXPECT_EQ(scene.post(user_body("say hello")).header("x-rlm-reason"), "shadow,shadow_budget");
  scene.proxy->record_number(3);
  EXPECT_EQ(scene.draft->requests().size(), 1u);
}

TEST(Shadow, AskedToJudgeOnlyWhatNeedsAVerdictItAsksForNone) {
  Scene scene(shadow("share = 1\njudge_unseen = false\n"));
  scene.post(user_body("say hello"));
  const Pair pair = pair_of(scene);
  EXPECT_EQ(pair.shadow.judgement, Judgement::None);
  EXPECT_EQ(pair.shadow.calls.size(), 1u);
  expect_exact_bill(scene, pair);
}

TEST(Shadow, AShutDownInTheMiddleOfItEndsItAndKeepsItsRecord) {
  const TempFolder folder;
  Settings settings = shadow();
  settings.ledger_path = folder.file("ledger.db");
  Scene scene(settings);
  scene.draft->script(fails("stall_head"));
  EXPECT_EQ(scene.post(user_body("say hello")).status, 200);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (scene.draft->requests().empty() && std::chrono::steady_clock::now() < give_up)
    std::this_thread::yield();
  scene.proxy->stop();
  EXPECT_TRUE(scene.draft->wait_finished(1));
  EXPECT_TRUE(scene.draft->requests().at(0).client_left);
  auto store = store::open_sqlite_ledger(folder.file("ledger.db"));
  ASSERT_TRUE(store) << store.error().message;
  const auto records = (*store)->recent(10, "");
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 2u);
  const ExchangeRecord stopped = with_occasion(*records, Occasion::Shadow);
  EXPECT_EQ(stopped.verdict, Verdict::Failed);
  EXPECT_TRUE(stopped.reason.ends_with(",stopped")) << stopped.reason;
  ASSERT_EQ(stopped.calls.size(), 1u);
  EXPECT_EQ(stopped.calls[0].end, CallEnd::Cancelled);
}

}  // namespace
}  // namespace rlm::test
