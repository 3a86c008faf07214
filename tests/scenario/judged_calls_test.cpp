// Drafted tool calls that the verify model judges, end to end: its word lets them out, whatever
// they may do, and its own step replaces them.

#include "tests/support/offered_tools.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr const char* kMake = R"({"command":"make test"})";

class JudgedCalls : public testing::TestWithParam<bool> {
 protected:
  static Ask asks(std::string more = "") {
    Ask request;
    request.body = user_body("run the tests", GetParam(), kReadAndBash + more);
    request.with("x-rlm-plan", "draft_verify");
    return request;
  }
  static std::string own_answer(const Reply& reply) {
    EXPECT_EQ(GetParam() ? grammar_mistake(reply.body) : "", "") << reply.body;
    return text_of(reply.body);
  }
};

TEST_P(JudgedCalls, AreDeliveredOnTheVerifyModelsWordEvenIfTheyExecute) {
  Scene scene;
  scene.draft->script(sim::Reply::of_tool("Bash", kMake, "I run them."));
  scene.verify->script(says("USE_DRAFT"));
  const Reply reply = scene.post(asks());
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.header("x-rlm-reason");
  EXPECT_EQ(reply.header("x-rlm-model"), "draft");
  EXPECT_EQ(own_answer(reply), "I run them.");
  EXPECT_NE(reply.body.find("make test"), std::string::npos);
  EXPECT_NE(reply.body.find(R"("stop_reason":"tool_use")"), std::string::npos);

  ASSERT_EQ(scene.verify->requests().size(), 1u);
  const std::string judged = scene.verify->requests()[0].body;
  EXPECT_NE(judged.find(R"(I run them.\nBash {\"command\":\"make test\"})"), std::string::npos)
      << judged;
  EXPECT_NE(judged.find(R"("tools":[)"), std::string::npos) << "its cache is read";
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.plan, Plan::DraftVerify);
  EXPECT_EQ(record.verdict, Verdict::Accepted);
  EXPECT_EQ(record.cost.value,
            final_bill(*scene.draft).total.value + final_bill(*scene.verify).total.value);
}

TEST_P(JudgedCalls, AreReplacedByTheVerifyModelsOwnCalls) {
  Scene scene;
  scene.draft->script(sim::Reply::of_tool("Bash", kMake, "DRAFTED"));
  scene.verify->script(
      sim::Reply::of_tool("Read", R"({"file_path":"/repo/Makefile"})", "First I look."));
  const Reply reply = scene.post(asks());
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ENHANCED") << reply.header("x-rlm-reason");
  EXPECT_EQ(reply.header("x-rlm-model"), "verify");
  EXPECT_EQ(own_answer(reply), "First I look.");
  EXPECT_NE(reply.body.find("/repo/Makefile"), std::string::npos);
  EXPECT_EQ(reply.body.find("DRAFTED"), std::string::npos);
  EXPECT_EQ(reply.body.find("make test"), std::string::npos);
}

TEST_P(JudgedCalls, AreReplacedByACallWithoutAWordBeforeIt) {
  Scene scene;
  scene.draft->script(sim::Reply::of_tool("Bash", kMake));
  scene.verify->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/Makefile"})"));
  const Reply reply = scene.post(asks());
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ENHANCED");
  EXPECT_EQ(own_answer(reply), "");
  EXPECT_NE(reply.body.find("/repo/Makefile"), std::string::npos);
}

TEST_P(JudgedCalls, AreNotEdited) {
  Scene scene;
  scene.draft->script(sim::Reply::of_tool("Bash", kMake, "I run them."));
  scene.verify->script(says("EDIT\n<<<<<<< SEARCH\nI\n=======\nWe\n>>>>>>> REPLACE\n"));
  const Reply reply = scene.post(asks());
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ENHANCED");
  EXPECT_EQ(own_answer(reply).substr(0, 4), "EDIT") << "its words are its answer";
}

TEST_P(JudgedCalls, WithAFaultThatCodeFindsAreNotAskedAbout) {
  for (const auto& [input, cause] :
       {std::pair{"{}", "schema:required"}, {R"({"command":"rm -rf /"})", "risk:destructive"}}) {
    Scene scene;
    scene.draft->script(sim::Reply::of_tool("Bash", input, "DRAFTED"));
    scene.verify->script(says("Let me see."));
    const Reply reply = scene.post(asks());
    EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
    EXPECT_EQ(reply.header("x-rlm-reason"), "forced,not_proven:" + std::string(cause));
    EXPECT_EQ(own_answer(reply), "Let me see.");
    ASSERT_EQ(scene.verify->requests().size(), 1u);
    EXPECT_EQ(scene.verify->requests()[0].body.find("USE_DRAFT"), std::string::npos);
  }
}

TEST_P(JudgedCalls, AnAnswerWithoutAnyIsJudgedAsATextIs) {
  Scene scene;
  scene.draft->script(says("They pass."));
  scene.verify->script(says("EDIT\n<<<<<<< SEARCH\npass\n=======\nfail\n>>>>>>> REPLACE\n"));
  const Reply reply = scene.post(asks());
  EXPECT_EQ(reply.header("x-rlm-verdict"), "REPAIRED") << reply.header("x-rlm-reason");
  EXPECT_EQ(own_answer(reply), "They fail.");
}

TEST_P(JudgedCalls, AcceptedAreNotMadeTwice) {
  Scene scene;
  scene.draft->script(sim::Reply::of_tool("Bash", kMake));
  scene.verify->script(
      sim::Reply::of_tool("Bash", R"({"command":"make all"})", "USE_DRAFT"));  // and on it goes
  const Reply reply = scene.post(asks());
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.header("x-rlm-reason");
  EXPECT_NE(reply.body.find("make test"), std::string::npos);
  EXPECT_EQ(reply.body.find("make all"), std::string::npos);
  EXPECT_EQ(scene.proxy->record_number(1).calls.at(1).end, CallEnd::Cancelled);
}

TEST_P(JudgedCalls, WhoseVerdictCallIsRefusedAreTheVerifyModelsToMake) {
  Scene scene;
  scene.draft->script(sim::Reply::of_tool("Bash", kMake, "DRAFTED"));
  scene.verify->script(fails("400"));  // with draft and instruction it is too long, say
  scene.verify->script(says("Let me see."));
  const Reply reply = scene.post(asks());
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(reply.header("x-rlm-reason"), "forced,verdict_refused");
  EXPECT_EQ(own_answer(reply), "Let me see.");
}

TEST_P(JudgedCalls, ThatNobodyCouldJudgeAreNotMade) {
  Settings settings;
  settings.cascade = "on_verify_failure = \"serve_draft\"";
  Scene scene(settings);
  scene.draft->script(sim::Reply::of_tool("Bash", kMake, "DRAFTED"));
  scene.verify->script(fails("403"));
  const Reply reply = scene.post(asks());
  EXPECT_NE(reply.header("x-rlm-verdict"), "SKIPPED");
  EXPECT_EQ(reply.body.find("make test"), std::string::npos) << reply.body;
}

TEST_P(JudgedCalls, AreNotDraftedWhereACallMustCome) {
  Scene scene;
  scene.verify->script(sim::Reply::of_tool("Bash", kMake));
  const Reply reply = scene.post(asks(R"(,"tool_choice":{"type":"any"})"));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
  EXPECT_EQ(reply.header("x-rlm-reason"), "tool_choice");
  EXPECT_TRUE(scene.draft->requests().empty());
}

TEST_P(JudgedCalls, OfAClientOfOpenAisAreCallsToIt) {
  Scene scene;
  scene.draft->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/a.c"})", "I look."));
  scene.verify->script(says("USE_DRAFT"));
  const std::string tools =
      R"(,"tools":[{"type":"function","function":{"name":"Read","parameters":{"type":"object",)"
      R"("properties":{"file_path":{"type":"string"}},"required":["file_path"]}}}])";
  Ask request;
  request.target = "/v1/chat/completions";
  request.body = user_body("look into /repo/a.c", GetParam(), tools);
  request.with("x-rlm-plan", "draft_verify");
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.header("x-rlm-reason");
  EXPECT_NE(reply.body.find(R"("tool_calls")"), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find(R"(/repo/a.c)"), std::string::npos);

  request.body =
      user_body("look into /repo/a.c", GetParam(), tools + R"(,"tool_choice":"required")");
  const Reply demanded = scene.post(request);
  EXPECT_EQ(demanded.header("x-rlm-reason"), "tool_choice") << "no verdict could be given";
}

INSTANTIATE_TEST_SUITE_P(Forms, JudgedCalls, testing::Bool(), [](const auto& param_info) {
  return param_info.param ? "Streamed" : "Whole";
});

}  // namespace
}  // namespace rlm::test
