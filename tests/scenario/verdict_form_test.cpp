// Which instruction a verdict call is sent with, end to end: the brief one for short drafts, the
// full one where repairs can pay for it, an operator's own in every case.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

const std::string kLong = [] {
  std::string text;
  for (int line = 0; text.size() < 8'000; ++line)
    text += "int f" + std::to_string(line) + "() { return " + std::to_string(line * 37) + "; }\n";
  return text;
}();

Settings preset(std::string_view name, std::string_view more = "") {
  Settings settings;
  settings.cascade = "policy = \"" + std::string(name) + "\"\n" + std::string(more);
  return settings;
}

bool is_brief(std::string_view body) {
  return body.find("Else begin directly with the full answer.") != std::string_view::npos;
}
bool is_full(std::string_view body) {
  return body.find(">>>>>>> REPLACE") != std::string_view::npos;
}

/// What the verify model was sent to judge this draft.
struct Judged {
  Reply reply;
  std::string body;
};
Judged judge(Scene& scene, const std::string& draft, std::string_view plan = "") {
  scene.draft->script(says_much(draft));
  Ask request;
  if (!plan.empty()) request.with("x-rlm-plan", std::string(plan));
  request.body = user_body("refactor this");
  Judged judged{scene.post(request), {}};
  final_bill(*scene.verify);
  judged.body = scene.verify->requests().at(0).body;
  return judged;
}

TEST(VerdictForms, AShortDraftIsJudgedByTheBriefInstruction) {
  for (const char* plan : {"", "draft_verify"}) {
    Scene scene(preset("safe"));
    const Judged judged = judge(scene, "Done:\n---\nint f();", plan);
    EXPECT_TRUE(is_brief(judged.body)) << judged.body;
    EXPECT_FALSE(is_full(judged.body));
    // Longer than any in the draft.
    EXPECT_NE(judged.body.find("\\n----\\nDone:\\n---\\nint f();\\n----\\n"), std::string::npos);
    EXPECT_EQ(judged.reply.header("x-rlm-verdict"), "ACCEPTED");
    EXPECT_TRUE(judged.reply.header("x-rlm-reason").ends_with(",brief_verdict"));
    EXPECT_EQ(text_of(judged.reply.body), "Done:\n---\nint f();");
    EXPECT_EQ(final_bill(*scene.draft).total + final_bill(*scene.verify).total,
              scene.proxy->record_number(1).cost);
  }
}

TEST(VerdictForms, ARewriteUnderTheBriefInstructionIsTheAnswer) {
  Scene scene(preset("safe"));
  scene.verify->script(says("The better answer."));
  const Judged judged = judge(scene, "A bad one.");
  EXPECT_TRUE(is_brief(judged.body));
  EXPECT_EQ(judged.reply.header("x-rlm-verdict"), "ENHANCED");
  EXPECT_EQ(text_of(judged.reply.body), "The better answer.");
}

TEST(VerdictForms, ALongDraftIsJudgedByTheFullOne) {
  Scene scene(preset("safe"));
  const Judged judged = judge(scene, kLong);
  EXPECT_TRUE(is_full(judged.body));
  EXPECT_FALSE(is_brief(judged.body));
  EXPECT_EQ(judged.reply.header("x-rlm-reason"), "probation");
}

TEST(VerdictForms, FixedRulesJudgeEveryDraftInOneWay) {
  Scene scene;  // preset paper
  const Judged judged = judge(scene, "short");
  EXPECT_TRUE(is_full(judged.body));
  EXPECT_EQ(judged.reply.header("x-rlm-reason"), "keyword:refactor");
}

TEST(VerdictForms, AnOperatorsInstructionIsUsedAlone) {
  TempFolder folder;
  write_file(folder.file("judge.txt"), "USE_DRAFT or your own? {draft}");
  Scene scene(preset("safe", "verdict_prompt_file = \"" + folder.file("judge.txt") + "\"\n"));
  const Judged judged = judge(scene, "short");
  EXPECT_FALSE(is_full(judged.body));
  EXPECT_FALSE(is_brief(judged.body));
  EXPECT_NE(judged.body.find("USE_DRAFT or your own? short"), std::string::npos);
}

TEST(VerdictForms, AnAuditJudgesAsAVerdictBeforeDeliveryWould) {
  for (const bool is_long : {false, true}) {
    Scene scene(preset("balanced", "[cascade.trust]\naudit_share = 1.0\n"));
    scene.draft->script(says_much(is_long ? kLong : "short"));
    const Reply reply = scene.post(user_body("say hello"));
    ASSERT_EQ(reply.header("x-rlm-verdict"), "SKIPPED") << reply.header("x-rlm-reason");
    const ExchangeRecord audit = scene.proxy->record_number(2);
    EXPECT_EQ(audit.reason, is_long ? "audit" : "audit,brief_verdict");
    EXPECT_EQ(is_full(scene.verify->requests().at(0).body), is_long);
    EXPECT_EQ(is_brief(scene.verify->requests().at(0).body), !is_long);
  }
}

}  // namespace
}  // namespace rlm::test
