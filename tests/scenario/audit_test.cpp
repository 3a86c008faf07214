// Audits: drafts that left without the verify model's word are judged afterwards, off the client's
// path.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr const char* kTools =
    R"(,"system":"Working directory: /repo\n","tools":[)"
    R"({"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"required":["file_path"]}}])";

/// Everything that is trusted is audited, or this share of it.
struct Audited {
  explicit Audited(const char* share = "1.0", const char* more = "") {
    Settings settings;
    settings.cascade = std::string("policy = \"balanced\"\n[cascade.trust]\nask = \"trusted\"\n") +
                       "audit_share = " + share + "\n" + more;
    scene = std::make_unique<Scene>(settings);
  }
  Reply ask(std::string body, std::string plan = {}) {
    Ask request;
    request.body = std::move(body);
    if (!plan.empty()) request.with("x-rlm-plan", std::move(plan));
    return scene->post(request);
  }
  std::int64_t bill() {
    return final_bill(*scene->verify).total.value + final_bill(*scene->draft).total.value;
  }

  std::unique_ptr<Scene> scene;
};

class Audits : public testing::TestWithParam<bool> {};  // streamed

TEST_P(Audits, ATextThatLeftUnseenIsJudgedBehindItsClientsPrompt) {
  Audited audited;
  const Reply reply = audited.ask(user_body("say hello", GetParam()));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED");
  const ExchangeRecord audit = audited.scene->proxy->record_number(2);
  const ExchangeRecord client = audited.scene->proxy->record_number(1);
  EXPECT_EQ(audit.occasion, Occasion::Audit);
  EXPECT_EQ(audit.follows, client.id);
  EXPECT_EQ(audit.verdict, Verdict::Skipped);
  EXPECT_EQ(audit.judgement, Judgement::Accepted);
  EXPECT_EQ(audit.sampled_ppm, 1'000'000);
  ASSERT_EQ(audit.calls.size(), 1u);
  EXPECT_EQ(audit.calls[0].role, CallRole::Audit);
  EXPECT_EQ((client.cost + audit.cost).value, audited.bill());
  EXPECT_EQ(audit.class_name, "chat/simple/none/draft/cascade 1");
  EXPECT_EQ(client.class_name, audit.class_name);
}

TEST_P(Audits, ADeliveredToolCallIsHeldAgainstTheVerifyModelsOwn) {
  for (const bool same : {true, false}) {
    Audited audited;
    audited.scene->draft->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/a.c"})"));
    audited.scene->verify->script(sim::Reply::of_tool(
        "Read", same ? R"({ "file_path":"/repo/a.c" })" : R"({"file_path":"/repo/b.c"})"));
    if (!same) audited.scene->verify->script(says("A"));
    const Reply reply = audited.ask(user_body("fix the bug in a.c", GetParam(), kTools));
    EXPECT_EQ(reply.header("x-rlm-verdict"), "VALIDATED");
    const ExchangeRecord audit = audited.scene->proxy->record_number(2);
    EXPECT_EQ(name_of(audit.judgement), name_of(same ? Judgement::Same : Judgement::Different));
    EXPECT_EQ((audited.scene->proxy->record_number(1).cost + audit.cost).value, audited.bill());
  }
}

INSTANTIATE_TEST_SUITE_P(Scenario, Audits, testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Streamed" : "Whole"; });

TEST(Audit, ACallThatTheVerifyModelDeemsAsGoodAsItsOwnIsEqual) {
  Audited audited;
  audited.scene->draft->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/a.c"})"));
  audited.scene->verify->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/b.c"})"));
  audited.scene->verify->script(says("USE_DRAFT"));
  audited.ask(user_body("fix the bug in a.c", false, kTools));
  const ExchangeRecord audit = audited.scene->proxy->record_number(2);
  EXPECT_EQ(name_of(audit.judgement), name_of(Judgement::Equal));
  EXPECT_EQ(audit.calls.size(), 2u);
  const auto requests = audited.scene->verify->requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_NE(requests[1].body.find("/repo/b.c"), std::string::npos);
  EXPECT_NE(requests[1].body.find("/repo/a.c"), std::string::npos);
  EXPECT_EQ((audited.scene->proxy->record_number(1).cost + audit.cost).value, audited.bill());
}

TEST(Audit, IsOnlyOfWhatNobodyHasJudgedNorAskedForByName) {
  Audited audited;
  audited.ask(user_body("say hello"), "direct");
  audited.ask(user_body("say hello"), "draft_verify");
  audited.ask(user_body("say hello"), "draft_only");
  audited.scene->proxy->record_number(3);
  audited.ask(user_body("say hello"));
  EXPECT_EQ(audited.scene->proxy->record_number(5).occasion, Occasion::Audit);
}

TEST(Audit, OneThatFailsIsARecordAndNoLabel) {
  Audited audited;
  audited.scene->verify->script(fails("400"));
  audited.ask(user_body("say hello"));
  const ExchangeRecord audit = audited.scene->proxy->record_number(2);
  EXPECT_EQ(audit.verdict, Verdict::Failed);
  EXPECT_EQ(audit.judgement, Judgement::None);
  EXPECT_TRUE(audited.scene->proxy->classes().empty());
}

TEST(Audit, OfNoShareAsksNothing) {
  Audited audited("0.0");
  for (int i = 0; i < 5; ++i) audited.ask(user_body("say hello"));
  audited.scene->proxy->record_number(5);
  EXPECT_TRUE(audited.scene->verify->requests().empty());
}

TEST(Audit, BeginsNoMoreOnceTheDaysMoneyIsSpent) {
  Audited audited("1.0", "usd_per_day = 0.0000001\n");
  audited.ask(user_body("say hello"));
  EXPECT_EQ(audited.scene->proxy->record_number(2).occasion, Occasion::Audit);
  audited.ask(user_body("say hello again"));
  audited.ask(user_body("and again"));
  EXPECT_EQ(audited.scene->proxy->record_number(4).occasion, Occasion::Client);
  EXPECT_EQ(audited.scene->verify->requests().size(), 1u);
}

}  // namespace
}  // namespace rlm::test
