// Proven tool calls, end to end: what the client gets of a drafted call, and what it never sees.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr const char* kTools =
    R"(,"system":"Working directory: /repo\n","tools":[)"
    R"({"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"required":["file_path"]}},)"
    R"({"name":"Edit","input_schema":{"type":"object","properties":{"file_path":{"type":"string"},"old_string":{"type":"string"},"new_string":{"type":"string"}},"required":["file_path","old_string","new_string"]}},)"
    R"({"name":"Bash","input_schema":{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}}])";

Ask asks(std::string body) {
  Ask request;
  request.body = std::move(body);
  request.with("x-rlm-plan", "draft_validate");
  return request;
}
Ask asks(bool stream, std::string more = "") {
  return asks(user_body("fix the bug in a.c", stream, kTools + more));
}

// A turn that is going on: the model read a file and got its text.
std::string body_behind_a_read(bool stream, bool failed = false) {
  return R"({"model":"claude-opus-4-8","max_tokens":4096,"stream":)" +
         std::string(stream ? "true" : "false") + kTools +
         R"(,"messages":[{"role":"user","content":"fix the bug"},)"
         R"({"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Read","input":{"file_path":"/repo/a.c"}}]},)"
         R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"     1→int x = 1;")" +
         (failed ? R"(,"is_error":true)" : "") + "}]}]}";
}

class Validated : public testing::TestWithParam<bool> {};

TEST_P(Validated, AProvenCallIsDeliveredWithoutTheVerifyModel) {
  Scene scene;
  scene.draft->script(
      sim::Reply::of_tool("Read", R"({"file_path":"/repo/a \"b\".c"})", "I look first."));
  const Reply reply = scene.post(asks(GetParam()));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "VALIDATED") << reply.header("x-rlm-reason");
  EXPECT_EQ(reply.header("x-rlm-model"), "draft");
  EXPECT_EQ(text_of(reply.body), "I look first.");
  EXPECT_TRUE(scene.verify->requests().empty());
  if (GetParam()) {
    EXPECT_EQ(grammar_mistake(reply.body), "") << reply.body;
    EXPECT_NE(reply.body.find(R"("type":"tool_use","id":"toolu_)"), std::string::npos);
    EXPECT_NE(reply.body.find(R"("stop_reason":"tool_use")"), std::string::npos);
    EXPECT_NE(reply.body.find(R"(/repo/a \\\"b\\\".c)"), std::string::npos);
  } else {
    EXPECT_EQ(json_at(reply.body, "content.1.type"), "tool_use");
    EXPECT_EQ(json_at(reply.body, "content.1.name"), "Read");
    EXPECT_EQ(json_at(reply.body, "content.1.input.file_path"), "/repo/a \"b\".c");
    EXPECT_EQ(json_at(reply.body, "stop_reason"), "tool_use");
  }
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.plan, Plan::DraftValidate);
  EXPECT_EQ(record.verdict, Verdict::Validated);
  ASSERT_EQ(record.calls.size(), 1u);
  EXPECT_EQ(record.cost, final_bill(*scene.draft).total);
}

struct RefusedCase {
  std::string name;
  std::string tool;
  std::string input;
  std::string cause;
};

class Refused : public testing::TestWithParam<std::tuple<RefusedCase, bool>> {};

TEST_P(Refused, IsNeverSeenByTheClient) {
  const auto& [one, stream] = GetParam();
  Scene scene;
  scene.draft->script(sim::Reply::of_tool(one.tool, one.input, "DRAFTED WORDS"));
  scene.verify->script(says("the verify model's own answer"));
  const Reply reply = scene.post(asks(stream));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(reply.header("x-rlm-reason"), "forced,not_proven:" + one.cause);
  EXPECT_EQ(reply.header("x-rlm-model"), "verify");
  EXPECT_EQ(text_of(reply.body), "the verify model's own answer");
  EXPECT_EQ(reply.body.find("DRAFTED"), std::string::npos);
  EXPECT_EQ(reply.body.find("tool_use"), std::string::npos);
  EXPECT_EQ(scene.verify->requests().size(), 1u);
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Fallback);
  EXPECT_EQ(record.cost.value,
            final_bill(*scene.draft).total.value + final_bill(*scene.verify).total.value);
}

INSTANTIATE_TEST_SUITE_P(
    Calls, Refused,
    testing::Combine(
        testing::Values(
            RefusedCase{"Missing", "Read", "{}", "schema:required"},
            RefusedCase{"Mistyped", "Read", R"({"file_path":1})", "schema:type"},
            RefusedCase{"Extra", "Read", R"({"file_path":"a","mode":2})", "schema:extra"},
            RefusedCase{"Unknown", "Reed", "{}", "unknown_tool"},
            RefusedCase{"Destructive", "Bash", R"({"command":"ls; rm -rf x"})", "risk:destructive"},
            RefusedCase{"Executing", "Bash", R"({"command":"make"})", "risk:execute"},
            RefusedCase{"Writing", "Edit",
                        R"({"file_path":"a.c","old_string":"a","new_string":"b"})", "risk:write"},
            RefusedCase{"Elsewhere", "Read", R"({"file_path":"/etc/shadow"})", "unseen_path"}),
        testing::Bool()),
    [](const auto& tested) {
      return std::get<0>(tested.param).name + (std::get<1>(tested.param) ? "Streamed" : "Whole");
    });

TEST_P(Validated, ADraftThatOnlyTalksIsNotProven) {
  Scene scene;
  scene.draft->script(says("All done."));
  scene.verify->script(says("Not yet."));
  const Reply reply = scene.post(asks(GetParam()));
  EXPECT_EQ(reply.header("x-rlm-reason"), "forced,not_proven:no_tool_call");
  EXPECT_EQ(text_of(reply.body), "Not yet.");
}

TEST_P(Validated, DestructionIsNotDeliveredWhateverIsAllowed) {
  Settings settings;
  settings.cascade = "[cascade.tools]\nallow = [\"read\", \"write\", \"execute\"]\n";
  Scene scene(settings);
  scene.draft->script(sim::Reply::of_tool("Bash", R"({"command":"git push --force"})"));
  scene.verify->script(says("no"));
  EXPECT_EQ(scene.post(asks(GetParam())).header("x-rlm-reason"),
            "forced,not_proven:risk:destructive");
  scene.draft->script(sim::Reply::of_tool("Bash", R"({"command":"make test"})"));
  EXPECT_EQ(scene.post(asks(GetParam())).header("x-rlm-verdict"), "VALIDATED");
}

TEST_P(Validated, AnEditIsHeldAgainstWhatWasRead) {
  Settings settings;
  settings.cascade = "[cascade.tools]\nallow = [\"read\", \"write\"]\n";
  Scene scene(settings);
  scene.draft->script(sim::Reply::of_tool(
      "Edit", R"({"file_path":"/repo/a.c","old_string":"int x = 1;","new_string":"int x = 2;"})"));
  EXPECT_EQ(scene.post(asks(body_behind_a_read(GetParam()))).header("x-rlm-verdict"), "VALIDATED");
  scene.draft->script(sim::Reply::of_tool(
      "Edit", R"({"file_path":"/repo/a.c","old_string":"int y;","new_string":"int x = 2;"})"));
  scene.verify->script(says("no"));
  EXPECT_EQ(scene.post(asks(body_behind_a_read(GetParam()))).header("x-rlm-reason"),
            "forced,not_proven:stale_edit");
}

TEST_P(Validated, ARepeatedCallIsNotDelivered) {
  Scene scene;
  scene.draft->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/a.c"})"));
  scene.verify->script(says("no"));
  EXPECT_EQ(scene.post(asks(body_behind_a_read(GetParam()))).header("x-rlm-reason"),
            "forced,not_proven:repeated_call");
}

TEST_P(Validated, BadIdsAreReplaced) {
  Scene scene;
  sim::Reply reply_of_draft = sim::Reply::of_tool("Read", R"({"file_path":"/repo/b.c"})");
  reply_of_draft.blocks.back().id = "toolu_1";  // the session has it already
  scene.draft->script(reply_of_draft);
  const Reply reply = scene.post(asks(body_behind_a_read(GetParam())));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "VALIDATED") << reply.header("x-rlm-reason");
  EXPECT_EQ(reply.body.find("\"toolu_1\""), std::string::npos);
  EXPECT_NE(reply.body.find("\"id\":\"toolu_"), std::string::npos);
}

TEST_P(Validated, SomeRequestsAreNotDrafted) {
  struct NotDrafted {
    std::string body;
    std::string reason;
  };
  for (const NotDrafted& one : std::vector<NotDrafted>{
           {body_behind_a_read(GetParam(), true), "recover"},
           {user_body("hi", GetParam()), "no_tools"},
           {user_body("hi", GetParam(),
                      std::string(kTools) + R"(,"safeguards":[{"type":"dangerous_tool_use"}])"),
            "safeguards"}}) {
    sim::SimConfig lenient = Scene::verify_config();
    lenient.strict.unknown_fields = false;
    Scene scene({}, lenient, Scene::draft_config());
    const Reply reply = scene.post(asks(one.body));
    EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
    EXPECT_EQ(reply.header("x-rlm-reason"), one.reason);
    EXPECT_TRUE(scene.draft->requests().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, Validated, testing::Bool(), [](const auto& param_info) {
  return param_info.param ? "Streamed" : "Whole";
});

}  // namespace
}  // namespace rlm::test
