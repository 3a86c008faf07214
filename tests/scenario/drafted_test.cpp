// The preset `paper`, end to end: who answers, what the client gets, and what the verify model is
// shown.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kHard = "please refactor this function";
constexpr std::string_view kEasy = "say hello";

// An answer in the client's form: text, stop reason and grammar are checked for both forms.
void expect_answer(const Reply& reply, bool stream, std::string_view text,
                   std::string_view verdict) {
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(reply.header("x-rlm-verdict"), verdict) << reply.header("x-rlm-reason");
  EXPECT_EQ(text_of(reply.body), text);
  if (stream) {
    EXPECT_EQ(reply.header("content-type"), "text/event-stream; charset=utf-8");
    EXPECT_EQ(grammar_mistake(reply.body), "") << reply.body;
    EXPECT_EQ(json_at(sse_events(reply.body).at(0).data, "message.model"), "claude-opus-4-8");
  } else {
    EXPECT_EQ(reply.header("content-type"), "application/json");
    EXPECT_EQ(json_at(reply.body, "model"), "claude-opus-4-8");
    EXPECT_EQ(json_at(reply.body, "type"), "message");
    EXPECT_EQ(json_at(reply.body, "role"), "assistant");
    EXPECT_EQ(json_at(reply.body, "stop_reason"), "end_turn");
    EXPECT_EQ(json_at(reply.body, "id").substr(0, 4), "msg_");
    EXPECT_GT(number_at(reply.body, "usage.input_tokens"), 0);
    EXPECT_GT(number_at(reply.body, "usage.output_tokens"), 0);
  }
}

class Drafted : public testing::TestWithParam<bool> {};

TEST_P(Drafted, AnEasyRequestIsAnsweredByTheDraftAlone) {
  Scene scene;
  scene.draft->script(says("Hello!"));
  const Reply reply = scene.post(user_body(kEasy, GetParam()));
  expect_answer(reply, GetParam(), "Hello!", "SKIPPED");
  EXPECT_EQ(reply.header("x-rlm-model"), "draft");
  EXPECT_EQ(reply.header("x-rlm-reason"), "simple");
  EXPECT_TRUE(scene.verify->requests().empty());
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.plan, Plan::DraftOnly);
  EXPECT_EQ(record.verdict, Verdict::Skipped);
  EXPECT_EQ(record.cost, final_bill(*scene.draft).total);
  EXPECT_GT(record.baseline, record.cost);
}

TEST_P(Drafted, AGoodDraftOfAHardRequestIsAccepted) {
  Scene scene;
  scene.draft->script(says("The refactored function."));
  scene.verify->script(says("USE_DRAFT"));
  const Reply reply = scene.post(user_body(kHard, GetParam()));
  expect_answer(reply, GetParam(), "The refactored function.", "ACCEPTED");
  EXPECT_EQ(reply.header("x-rlm-model"), "draft");
  EXPECT_EQ(reply.header("x-rlm-reason"), "keyword:refactor");
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Accepted);
  ASSERT_EQ(record.calls.size(), 2u);
  EXPECT_EQ(record.calls[0].role, CallRole::Draft);
  EXPECT_EQ(record.calls[1].role, CallRole::Verify);
  EXPECT_EQ(record.calls[1].end, CallEnd::Complete);
  EXPECT_EQ(record.cost.value,
            final_bill(*scene.draft).total.value + final_bill(*scene.verify).total.value);
}

TEST_P(Drafted, AWrongDraftIsRewrittenAndTheThinkingStaysBehind) {
  Scene scene;
  scene.draft->script(says("A wrong answer."));
  sim::Reply rewrite = says_in_pieces({"The ", "better ", "answer."});
  sim::ReplyBlock thinking;
  thinking.kind = sim::ReplyBlock::Kind::Thinking;
  thinking.text = "this draft is wrong";
  rewrite.blocks.insert(rewrite.blocks.begin(), thinking);
  scene.verify->script(rewrite);
  const Reply reply = scene.post(
      user_body(kHard, GetParam(), R"(,"thinking":{"type":"enabled","budget_tokens":2000})"));
  expect_answer(reply, GetParam(), "The better answer.", "ENHANCED");
  EXPECT_EQ(reply.header("x-rlm-model"), "verify");
  EXPECT_EQ(reply.body.find("thinking"), std::string::npos);
  EXPECT_EQ(reply.body.find("signature"), std::string::npos);
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Enhanced);
  EXPECT_EQ(record.cost.value,
            final_bill(*scene.draft).total.value + final_bill(*scene.verify).total.value);
}

TEST_P(Drafted, ARewriteThatOnlyBeginsLikeTheVerdictLosesNothing) {
  for (const auto& pieces :
       std::vector<std::vector<std::string>>{{"USE_DRAWER"},
                                             {"USE", "_DRA", "WER is a word"},
                                             {"USE_DRAFT", " is what I would say"},
                                             {"  US"}}) {
    Scene scene;
    scene.draft->script(says("A draft."));
    scene.verify->script(says_in_pieces(pieces));
    std::string text;
    for (const std::string& piece : pieces) text += piece;
    expect_answer(scene.post(user_body(kHard, GetParam())), GetParam(), text, "ENHANCED");
  }
}

TEST_P(Drafted, TheVerdictIsReadInAnySplit) {
  for (const auto& pieces :
       std::vector<std::vector<std::string>>{{"USE_", "DRAFT"},
                                             {"U", "S", "E", "_", "D", "R", "A", "F", "T"},
                                             {"USE_DRAFT", "\n"},
                                             {"USE_DRAFT."},
                                             {"\n", "USE_DRAFT\r\n"}}) {
    Scene scene;
    scene.draft->script(says("A draft."));
    scene.verify->script(says_in_pieces(pieces));
    expect_answer(scene.post(user_body(kHard, GetParam())), GetParam(), "A draft.", "ACCEPTED");
    EXPECT_EQ(scene.proxy->record_number(1).cost.value,
              final_bill(*scene.draft).total.value + final_bill(*scene.verify).total.value);
  }
}

TEST_P(Drafted, WhatFollowsAVerdictIsNotWaitedFor) {
  Scene scene;
  scene.draft->script(says("A draft."));
  sim::Reply chatty =
      says_in_pieces({"USE_DRAFT\n", "\nbecause it is good, and let me tell you more"});
  chatty.fault.kind = sim::Fault::Kind::Stall;  // the rest never ends
  chatty.fault.at = 1100;
  scene.verify->script(chatty);
  expect_answer(scene.post(user_body(kHard, GetParam())), GetParam(), "A draft.", "ACCEPTED");
  ASSERT_TRUE(scene.verify->wait_finished(1));
  EXPECT_TRUE(scene.verify->requests().at(0).client_left);
  EXPECT_EQ(scene.proxy->record_number(1).calls.at(1).end, CallEnd::Cancelled);
}

TEST_P(Drafted, ARewriteMayCallTools) {
  Scene scene;
  scene.draft->script(says("A draft."));
  scene.verify->script(sim::Reply::of_tool("Read", R"({"path":"a \"b\""})", "I look first."));
  // Tools make the plan direct, but for a plan that the client forces.
  Ask request;
  request.body = user_body(kHard, GetParam(),
                           R"(,"tools":[{"name":"Read","input_schema":{"type":"object"}}])");
  request.with("x-rlm-plan", "draft_verify");
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ENHANCED") << reply.header("x-rlm-reason");
  EXPECT_EQ(text_of(reply.body), "I look first.");
  if (!GetParam()) {
    EXPECT_EQ(json_at(reply.body, "content.1.input.path"), "a \"b\"");
    EXPECT_EQ(json_at(reply.body, "stop_reason"), "tool_use");
  } else {
    EXPECT_EQ(grammar_mistake(reply.body), "");
    EXPECT_NE(reply.body.find("\"stop_reason\":\"tool_use\""), std::string::npos);
  }
}

TEST_P(Drafted, TheClientsOwnStopSequenceAndLimitAreReported) {
  Scene scene;
  scene.draft->script(says("one two STOP three"));
  const Reply reply = scene.post(user_body("count", GetParam(), R"(,"stop_sequences":["STOP"])"));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED");
  EXPECT_EQ(text_of(reply.body), "one two ");
  EXPECT_NE(reply.body.find("\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"STOP\""),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Forms, Drafted, testing::Values(true, false), [](const auto& param_info) {
  return param_info.param ? "Streamed" : "Whole";
});

struct PlanCase {
  std::string name;
  std::string text;
  std::string more;  // further members of the body
  std::string plan;  // x-rlm-plan; empty: none
  std::string verdict;
  std::string reason;
};

class Plans : public testing::TestWithParam<PlanCase> {};

TEST_P(Plans, FollowThePapersRules) {
  const PlanCase& one = GetParam();
  Scene scene;
  Ask request;
  request.body = user_body(one.text, false, one.more);
  if (!one.plan.empty()) request.with("X-Rlm-Plan", one.plan);
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.header("x-rlm-verdict"), one.verdict);
  EXPECT_EQ(reply.header("x-rlm-reason"), one.reason);
  EXPECT_EQ(scene.draft->requests().empty(), one.verdict == "DIRECT");
}

constexpr const char* kGate =
    R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"ok":{"type":"boolean"},"reason":{"type":"string"}},"required":["ok","reason"],"additionalProperties":false}}})";

INSTANTIATE_TEST_SUITE_P(
    Paper, Plans,
    testing::Values(
        PlanCase{"Short", "hi", "", "", "SKIPPED", "simple"},
        PlanCase{"JustBelowTheLength", std::string(1499, 'a'), "", "", "SKIPPED", "simple"},
        PlanCase{"AtTheLength", std::string(1500, 'a'), "", "", "ACCEPTED", "long"},
        PlanCase{"AKeyword", "Analyze this", "", "", "ACCEPTED", "keyword:analyze"},
        PlanCase{"AKeywordInAReminderOnly", "<system-reminder>analyze</system-reminder>hi", "", "",
                 "SKIPPED", "simple"},
        PlanCase{"AKeywordInTheSystemPromptOnly", "hi", R"(,"system":"You analyze and refactor.")",
                 "", "SKIPPED", "simple"},
        PlanCase{"Tools", "analyze", R"(,"tools":[{"name":"a","input_schema":{"type":"object"}}])",
                 "", "DIRECT", "tools"},
        PlanCase{"NoToolsInTheList", "hi", R"(,"tools":[])", "", "SKIPPED", "simple"},
        PlanCase{"TheClassifier", "hi", R"(,"stop_sequences":["</severity>"])", "", "DIRECT",
                 "safety_gate"},
        PlanCase{"ThePromptHook", "hi", kGate, "", "DIRECT", "safety_gate"},
        PlanCase{"TheClassifierForced", "hi", R"(,"stop_sequences":["</severity>"])", "draft_only",
                 "DIRECT", "safety_gate"},
        PlanCase{"ThePromptHookForced", "hi", kGate, "draft_verify", "DIRECT", "safety_gate"},
        PlanCase{"ForcedDirect", "hi", "", "direct", "DIRECT", "forced"},
        PlanCase{"ForcedDraft", "analyze", "", "draft_only", "SKIPPED", "forced"},
        PlanCase{"ForcedVerify", "hi", "", "draft_verify", "ACCEPTED", "forced"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Plan, AnUnknownForcedPlanIsRefusedWithTheKnownOnes) {
  Scene scene;
  Ask request;
  request.body = user_body("hi");
  request.with("x-rlm-plan", "draft_turbo");
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(is_error(reply.body, "invalid_request_error"));
  EXPECT_NE(reply.body.find("draft_verify"), std::string::npos);
  EXPECT_TRUE(scene.draft->requests().empty());
}

TEST(Plan, APolicyOfOffSendsEverythingDirect) {
  Settings settings;
  settings.cascade = "policy = \"off\"";
  Scene scene(settings);
  EXPECT_EQ(scene.post(user_body("hi")).header("x-rlm-verdict"), "DIRECT");
}

// The bytes of the verdict call, piece by piece.
TEST(VerdictCall, IsTheClientsBytesWithOneInsertionAtTheEndOfItsMessages) {
  Scene scene;
  scene.draft->script(says("The \"draft\" \xc3\xa9\nwith lines"));
  const std::string front =
      "{\"stream\" : true, \"system\":[ "
      "{\"type\":\"text\",\"text\":\"long\\u0020prefix\",\"cache_control\":{\"type\":\"ephemeral\"}"
      "} ],\n";
  const std::string messages =
      "\"messages\":[ "
      "{\"role\":\"user\",\"content\":\"first\"},{\"role\":\"assistant\",\"content\":[{\"type\":"
      "\"text\",\"text\":\"ok\"}]},"
      "\t{\"content\" : \"now refactor it\", \"role\":\"user\"} ";
  const std::string back = "] ,\"max_tokens\" : 500 ,\"temperature\":0.50}\n";
  Ask request;
  request.target = "/v1/messages?beta=true";
  request.body = front + "\"model\": \"claude-opus-4-8\"," + messages + back;
  const Reply reply = scene.post(request);
  ASSERT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.body;

  const auto seen = scene.verify->requests().at(0);
  const std::string before = front + "\"model\": \"sim-verify\"," + messages;
  ASSERT_GT(seen.body.size(), before.size() + back.size());
  EXPECT_EQ(seen.body.substr(0, before.size()), before);
  EXPECT_EQ(seen.body.substr(seen.body.size() - back.size()), back);
  const std::string inserted =
      seen.body.substr(before.size(), seen.body.size() - before.size() - back.size());
  ASSERT_EQ(inserted.front(), ',');
  const std::string message = inserted.substr(1);
  EXPECT_EQ(json_at(message, "role"), "user");
  const std::string text = json_at(message, "content.0.text");
  EXPECT_NE(text.find("The \"draft\" \xc3\xa9\nwith lines"), std::string::npos);
  EXPECT_NE(text.find("USE_DRAFT"), std::string::npos);
  EXPECT_EQ(message.find("cache_control"), std::string::npos);
}

TEST(VerdictCall, StreamsAlsoForAClientThatDoesNot) {
  for (const std::string stream : {"", R"(,"stream":false)", R"(,"stream":null)"}) {
    Scene scene;
    const std::string body = user_body(kHard, false, stream);
    EXPECT_EQ(scene.post(body).header("x-rlm-verdict"), "ACCEPTED");
    const std::string sent = scene.verify->requests().at(0).body;
    EXPECT_EQ(json_at(sent, "stream"), "true");
    EXPECT_EQ(sent.find("\"stream\""), sent.rfind("\"stream\""));
  }
}

TEST(VerdictCall, ReadsThePromptCacheThatDirectCallsWrote) {
  Scene scene;
  const std::string system = R"(,"system":[{"type":"text","text":")" + std::string(20'000, 's') +
                             R"(","cache_control":{"type":"ephemeral"}}])";
  Ask direct;
  direct.body = user_body(kHard, true, system);
  direct.with("x-rlm-plan", "direct");
  EXPECT_EQ(scene.post(direct).header("x-rlm-verdict"), "DIRECT");
  const auto written = final_bill(*scene.verify).usage;
  EXPECT_GT(written.cache_write_5m, 0);
  EXPECT_EQ(scene.post(user_body(kHard, true, system)).header("x-rlm-verdict"), "ACCEPTED");
  const auto after = final_bill(*scene.verify).usage;
  EXPECT_EQ(after.cache_write_5m, written.cache_write_5m);
  EXPECT_EQ(after.cache_read, written.cache_write_5m);
}

TEST(VerdictCall, TheClientIsToldOfItsOwnPromptAlone) {
  Scene scene;
  scene.draft->script(says(std::string(3000, 'd')));
  const Reply reply = scene.post(user_body(kHard));
  ASSERT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");  // a draft of one letter is degenerate
  Scene again;
  std::string draft;
  for (int i = 0; i < 300; ++i) draft += "line " + std::to_string(i * 7919) + " of the draft\n";
  again.draft->script(says(draft));
  const Reply accepted = again.post(user_body(kHard));
  ASSERT_EQ(accepted.header("x-rlm-verdict"), "ACCEPTED");
  const auto own = number_at(reply.body, "usage.input_tokens");
  const auto told = number_at(accepted.body, "usage.input_tokens");
  EXPECT_NEAR(static_cast<double>(told), static_cast<double>(own), 40);
  EXPECT_GT(final_bill(*again.verify).usage.input, own + 1000);
}

}  // namespace
}  // namespace rlm::test
