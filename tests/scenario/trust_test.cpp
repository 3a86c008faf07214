// What classes of drafts earn and lose, over real sockets: labels from what serves nobody, from
// what was held back, from what the client reports; trust that follows from them.

#include "tests/support/trusted_work.hpp"

namespace rlm::test {
namespace {

TEST(Trust, OfToolCallsIsEarnedBesideWhatTheVerifyModelServes) {
  Scene scene(lenient());
  const Reply first = work(scene, "Read", kRead, kRead);
  EXPECT_EQ(first.header("x-rlm-verdict"), "DIRECT");
  EXPECT_EQ(first.header("x-rlm-reason"), "probation");
  const ExchangeRecord tried = scene.proxy->record_number(2);
  EXPECT_EQ(tried.occasion, Occasion::Shadow);
  EXPECT_EQ(tried.class_name, kAskReads);
  EXPECT_EQ(class_named(scene, kAskReads).labels, 1);

  for (int asked = 2; asked <= 40; ++asked) {
    if (class_named(scene, kAskReads).standing.state == quality::Trust::Trusted) break;
    work(scene, "Read", kRead, kRead);
    scene.proxy->record_number(static_cast<std::size_t>(2 * asked));
  }
  const std::size_t asked_before = scene.verify->requests().size();
  const Reply reply = work(scene, "Read", kRead, kRead);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "VALIDATED") << reply.header("x-rlm-reason");
  scene.proxy->record_number(2 * asked_before + 2);
  EXPECT_EQ(metric(scene, "rlm_class_trust{class=\"" + kAskReads + "\",state=\"trusted\"}"), 1);
}

TEST(Trust, OfToolCallsIsEarnedByVerdictsThatLetThemOut) {
  Settings settings = lenient();
  settings.cascade.replace(settings.cascade.find("audit_share = 1.0"), 17, "audit_share = 0.01");
  Scene scene(settings);
  std::string offered = kTools;
  offered.resize(offered.find(",\"tool_choice\""));
  int judged = 0;
  for (; judged < 40; ++judged) {
    scene.draft->script(sim::Reply::of_tool("Read", kRead, "I look."));
    scene.verify->script(says("USE_DRAFT"));
    const Reply reply = scene.post(user_body("fix the bug in a.c", false, offered));
    if (reply.header("x-rlm-verdict") == "VALIDATED") break;
    EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.header("x-rlm-reason");
    EXPECT_EQ(class_named(scene, kAskReads).labels, judged + 1);
  }
  EXPECT_GT(judged, 1);
  EXPECT_LT(judged, 40) << "never trusted";
  EXPECT_EQ(class_named(scene, kAskReads).standing.state, quality::Trust::Trusted);
}

TEST(Trust, IsLostWhenAuditsFindTheDraftsWorse) {
  Scene scene(lenient("ask = \"trusted\"\n"));
  int served = 0;
  for (; served < 60; ++served) {
    scene.draft->script(sim::Reply::of_tool("Read", kRead));
    scene.verify->script(sim::Reply::of_tool("Read", kOther, kWords));
    scene.verify->script(says("A"));
    const Reply reply = scene.post(user_body("fix the bug in a.c", false, kTools));
    if (reply.header("x-rlm-verdict") != "VALIDATED") {
      EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
      break;
    }
    scene.proxy->record_number(static_cast<std::size_t>(2 * served + 2));
    scene.proxy->classes();  // counted
  }
  EXPECT_LT(served, 60) << "never demoted";
  EXPECT_EQ(class_named(scene, kAskReads).demotions, 1);
  EXPECT_EQ(metric(scene, "rlm_class_demotions_total{class=\"" + kAskReads + "\"}"), 1);
}

TEST(Trust, ToReadIsNoneToWriteAndWhatIsHeldBackIsALabelForIt) {
  Scene scene(lenient("ask = \"trusted\"\n"));
  // A turn that the draft model drives would be cheaper still, and has not been earned either.
  const Reply reply = work(scene, "Write", kWrite, kWrite);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(reply.header("x-rlm-reason"), "probation,probation:write");
  const ExchangeRecord held = scene.proxy->record_number(2);
  EXPECT_EQ(held.occasion, Occasion::Audit);
  EXPECT_EQ(held.reason, "held");
  EXPECT_EQ(held.class_name, kAskWrites);
  EXPECT_EQ(name_of(held.judgement), name_of(Judgement::Same));
  EXPECT_TRUE(held.calls.empty());
  EXPECT_EQ(class_named(scene, kAskWrites).labels, 1);
  EXPECT_EQ(class_named(scene, kAskWrites).bad, 0);
}

TEST(Trust, ACallThatCameBackAsAnErrorIsABadLabel) {
  Scene scene(lenient("ask = \"trusted\"\n"));
  const auto request = [](const std::string& messages) {
    Ask ask;
    ask.body = R"({"model":"claude-opus-4-8","max_tokens":4096)" + std::string(kTools) +
               R"(,"messages":[)" + messages + "]}";
    ask.with("x-claude-code-session-id", "one-session");
    return ask;
  };
  const std::string user = R"({"role":"user","content":"fix the bug in a.c"})";
  scene.draft->script(sim::Reply::of_tool("Read", kRead));
  scene.verify->script(sim::Reply::of_tool("Read", kRead, kWords));
  EXPECT_EQ(scene.post(request(user)).header("x-rlm-verdict"), "VALIDATED");
  scene.proxy->record_number(2);
  EXPECT_EQ(class_named(scene, kAskReads).bad, 0);
  scene.post(request(
      user +
      R"(,{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"Read","input":{"file_path":"/repo/a.c"}}]})"
      R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"no such file","is_error":true}]})"));
  const ExchangeRecord after = scene.proxy->record_number(3);
  EXPECT_EQ(after.failed_draft, scene.proxy->records()[0].id);
  EXPECT_EQ(class_named(scene, kAskReads).bad, 1);
}

TEST(Trust, OutlivesTheProcessAndIsShownToWhoeverLooks) {
  const TempFolder folder;
  Settings settings = lenient();
  settings.ledger_path = folder.file("ledger.db");
  double upper = 0;
  {
    Scene scene(settings);
    work_until_trusted(scene, "Read", kRead);
    upper = class_named(scene, kAskReads).upper;
  }
  Scene scene(settings);
  const auto report = class_named(scene, kAskReads);
  EXPECT_EQ(report.standing.state, quality::Trust::Trusted);
  EXPECT_FALSE(report.presumed);
  EXPECT_DOUBLE_EQ(report.upper, upper);
  Ask look;
  look.method = "GET";
  look.target = "/api/classes";
  const Reply page = scene.post(look);
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("\"class\":\"" + kAskReads + "\",\"state\":\"trusted\""),
            std::string::npos)
      << page.body;
  EXPECT_EQ(work(scene, "Read", kRead, kRead).header("x-rlm-verdict"), "VALIDATED");
}

}  // namespace
}  // namespace rlm::test
