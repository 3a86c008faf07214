// Audits: drafts that left without the verify model's word are judged afterwards, off the client's
// path.

#include <mutex>

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

/// Judges a fixed share, and keeps what it is told.
class Listener final : public exchange::Auditor {
 public:
  explicit Listener(double share) : share_(share) {}
  double share_of(const ExchangeRecord& delivered) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back(delivered.verdict);
    return share_;
  }
  void judged(const ExchangeRecord& audit) override {
    const std::lock_guard lock(mutex_);
    told_.push_back(audit);
  }
  std::vector<ExchangeRecord> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  std::vector<Verdict> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  const double share_;
  mutable std::mutex mutex_;
  std::vector<Verdict> asked_;
  std::vector<ExchangeRecord> told_;
};

constexpr const char* kTools =
    R"(,"system":"Working directory: /repo\n","tools":[)"
    R"({"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"required":["file_path"]}}])";

struct Audited {
  explicit Audited(double share = 1) : listener(std::make_shared<Listener>(share)) {
    parts.auditor = listener;
    scene = std::make_unique<Scene>(Settings{}, parts);
  }
  Reply ask(std::string body, std::string plan) {
    Ask request;
    request.body = std::move(body);
    request.with("x-rlm-plan", std::move(plan));
    return scene->post(request);
  }
  std::int64_t bill() {
    return final_bill(*scene->verify).total.value + final_bill(*scene->draft).total.value;
  }

  std::shared_ptr<Listener> listener;
  app::AppParts parts;
  std::unique_ptr<Scene> scene;
};

class Audits : public testing::TestWithParam<bool> {};  // streamed

TEST_P(Audits, ATextThatLeftUnseenIsJudgedBehindItsClientsPrompt) {
  Audited audited;
  const Reply reply = audited.ask(user_body("say hello", GetParam()), "draft_only");
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
  ASSERT_EQ(audited.listener->told().size(), 1u);
  EXPECT_EQ(audited.listener->told()[0].id, audit.id);
}

TEST_P(Audits, ADeliveredToolCallIsHeldAgainstTheVerifyModelsOwn) {
  for (const bool same : {true, false}) {
    Audited audited;
    audited.scene->draft->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/a.c"})"));
    audited.scene->verify->script(sim::Reply::of_tool(
        "Read", same ? R"({ "file_path":"/repo/a.c" })" : R"({"file_path":"/repo/b.c"})"));
    const Reply reply =
        audited.ask(user_body("fix the bug in a.c", GetParam(), kTools), "draft_validate");
    EXPECT_EQ(reply.header("x-rlm-verdict"), "VALIDATED");
    const ExchangeRecord audit = audited.scene->proxy->record_number(2);
    EXPECT_EQ(name_of(audit.judgement), name_of(same ? Judgement::Same : Judgement::Different));
    EXPECT_EQ((audited.scene->proxy->record_number(1).cost + audit.cost).value, audited.bill());
  }
}

INSTANTIATE_TEST_SUITE_P(Scenario, Audits, testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Streamed" : "Whole"; });

TEST(Audit, AsksOnlyForWhatNobodyHasJudged) {
  Audited audited;
  audited.ask(user_body("say hello"), "direct");
  audited.ask(user_body("say hello"), "draft_verify");
  audited.ask(user_body("say hello"), "draft_only");
  audited.scene->proxy->record_number(4);
  EXPECT_EQ(audited.listener->asked(), std::vector<Verdict>{Verdict::Skipped});
}

TEST(Audit, OneThatFailsIsARecordAndNoJudgement) {
  Audited audited;
  audited.scene->verify->script(fails("400"));
  audited.ask(user_body("say hello"), "draft_only");
  const ExchangeRecord audit = audited.scene->proxy->record_number(2);
  EXPECT_EQ(audit.verdict, Verdict::Failed);
  EXPECT_EQ(audit.judgement, Judgement::None);
  EXPECT_TRUE(audited.listener->told().empty());
}

TEST(Audit, OfNoShareAsksNothing) {
  Audited audited(0);
  for (int i = 0; i < 5; ++i) audited.ask(user_body("say hello"), "draft_only");
  audited.scene->proxy->record_number(5);
  EXPECT_TRUE(audited.scene->verify->requests().empty());
}

}  // namespace
}  // namespace rlm::test
