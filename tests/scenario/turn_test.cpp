// A user turn that the draft model drives, end to end: its calls, its end under a verdict, and how
// it is handed over.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr const char* kTools =
    R"("system":"Working directory: /repo\n","tools":[)"
    R"({"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"required":["file_path"]}},)"
    R"({"name":"Edit","input_schema":{"type":"object","properties":{"file_path":{"type":"string"},"old_string":{"type":"string"},"new_string":{"type":"string"}},"required":["file_path","old_string","new_string"]}}])";

/// A conversation as a client keeps it: what is said and done is sent again each time.
class Talk {
 public:
  explicit Talk(bool stream, std::string session = "turn-session")
      : stream_(stream), session_(std::move(session)) {}

  Talk& user(std::string_view text) {
    return add(R"({"role":"user","content":)" + json_quoted(text) + "}");
  }
  Talk& called(std::string_view id, std::string_view tool, std::string_view input) {
    return add(R"({"role":"assistant","content":[{"type":"tool_use","id":")" + std::string(id) +
               R"(","name":")" + std::string(tool) + R"(","input":)" + std::string(input) + "}]}");
  }
  Talk& got(std::string_view id, std::string_view text, bool failed = false) {
    return add(R"({"role":"user","content":[{"type":"tool_result","tool_use_id":")" +
               std::string(id) + R"(","content":)" + json_quoted(text) +
               (failed ? R"(,"is_error":true)" : "") + "}]}");
  }
  Talk& system(std::string_view text) {
    return add(R"({"role":"system","content":)" + json_quoted(text) + "}");
  }
  Ask ask() const {
    Ask request;
    request.body = R"({"model":"claude-opus-4-8","max_tokens":4096,"stream":)" +
                   std::string(stream_ ? "true," : "false,") + kTools + R"(,"messages":[)" +
                   messages_ + "]}";
    request.with("x-claude-code-session-id", session_);
    return request;
  }

 private:
  Talk& add(const std::string& message) {
    messages_ += (messages_.empty() ? "" : ",") + message;
    return *this;
  }
  bool stream_;
  std::string session_;
  std::string messages_;
};

/// Turns of agents are trusted, and writing is allowed.
Settings driving(std::string turn = {}) {
  Settings settings;
  settings.cascade =
      "policy = \"balanced\"\n[cascade.trust]\nask = \"trusted\"\ncontinue = "
      "\"trusted\"\naudit_share = 0\n[cascade.tools]\nallow = "
      "[\"write\"]\n" +
      std::move(turn);
  return settings;
}

constexpr const char* kRead = R"({"file_path":"/repo/a.c"})";
constexpr const char* kEdit =
    R"({"file_path":"/repo/a.c","old_string":"x = 1","new_string":"x = 2"})";

class DrivenTurn : public testing::TestWithParam<bool> {
 protected:
  static void expect(const Reply& reply, std::string_view verdict, std::string_view reason) {
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.whole);
    EXPECT_EQ(reply.header("x-rlm-verdict"), verdict);
    EXPECT_EQ(reply.header("x-rlm-reason"), reason);
    EXPECT_EQ(GetParam() ? grammar_mistake(reply.body) : "", "") << reply.body;
  }
  /// The draft model reads and edits; each call is proven and delivered.
  static void work(Scene& scene, Talk& talk) {
    scene.draft->script(sim::Reply::of_tool("Read", kRead));
    expect(scene.post(talk.user("set x to 2 in a.c").ask()), "VALIDATED", "cheapest");
    talk.called("toolu_1", "Read", kRead).got("toolu_1", "     1→int x = 1;");
    scene.draft->script(sim::Reply::of_tool("Edit", kEdit));
    expect(scene.post(talk.ask()), "VALIDATED", "driving");
    talk.called("toolu_2", "Edit", kEdit).got("toolu_2", "updated");
    EXPECT_TRUE(scene.verify->requests().empty());
  }
  static void expect_exact_bill(Scene& scene, std::size_t records) {
    scene.proxy->record_number(records);
    NanoUsd cost;
    for (const ExchangeRecord& record : scene.proxy->records()) cost += record.cost;
    EXPECT_EQ(cost.value,
              final_bill(*scene.draft).total.value + final_bill(*scene.verify).total.value);
  }
};

TEST_P(DrivenTurn, EndsWithOneVerdict) {
  Scene scene(driving());
  Talk talk(GetParam());
  work(scene, talk);
  scene.draft->script(says("x is 2 now."));
  scene.verify->script(says("USE_DRAFT"));
  const Reply reply = scene.post(talk.ask());
  EXPECT_EQ(text_of(reply.body), "x is 2 now.");
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.header("x-rlm-reason");
  EXPECT_EQ(reply.header("x-rlm-model"), "draft");
  EXPECT_EQ(scene.verify->requests().size(), 1u);
  expect_exact_bill(scene, 3);
}

TEST_P(DrivenTurn, ALongConversationIsJudgedOnADigest) {
  Scene scene(driving("[cascade.turn]\ndigest_tokens_max = 2000\n"));
  Talk talk(GetParam());
  talk.user("remember this: " + std::string(400'000, 'x') + " and this")
      .called("toolu_0", "Read", R"({"file_path":"/repo/b.c"})")
      .got("toolu_0", "int b;");
  work(scene, talk);
  scene.draft->script(says("x is 2 now."));
  scene.verify->script(says("USE_DRAFT"));
  const Reply reply = scene.post(talk.ask());
  expect(reply, "ACCEPTED", "driving,by_digest");
  EXPECT_EQ(text_of(reply.body), "x is 2 now.");
  const auto asked = scene.verify->requests();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_LT(asked[0].body.size(), 12'000u);
  for (const char* told : {"set x to 2 in a.c", "- x = 1", "+ x = 2", "x is 2 now."})
    EXPECT_NE(asked[0].body.find(told), std::string::npos) << told;
  const ExchangeRecord record = scene.proxy->record_number(3);
  ASSERT_EQ(record.calls.size(), 2u);
  EXPECT_EQ(record.calls[1].role, CallRole::Digest);
  EXPECT_GT(record.baseline, record.cost);
  EXPECT_GT(record.seen.input, 50'000) << "the client is told its own prompt";
  expect_exact_bill(scene, 3);
}

TEST_P(DrivenTurn, AnUnfinishedTurnGoesOnWithTheVerifyModel) {
  Scene scene(driving("[cascade.turn]\ndigest_tokens_max = 2000\n"));
  Talk talk(GetParam());
  talk.user("remember this: " + std::string(400'000, 'x'))
      .called("toolu_0", "Read", R"({"file_path":"/repo/b.c"})")
      .got("toolu_0", "int b;");
  work(scene, talk);
  scene.draft->script(says("Done, I think."));
  scene.verify->script(says("CONTINUE"));
  scene.verify->script(sim::Reply::of_tool("Read", R"({"file_path":"c.c"})"));
  const Reply reply = scene.post(talk.ask());
  expect(reply, "FALLBACK", "driving,by_digest,turn_continued");
  EXPECT_EQ(reply.header("x-rlm-model"), "verify");
  EXPECT_EQ(reply.body.find("Done, I think"), std::string::npos);
  talk.called("toolu_3", "Read", R"({"file_path":"c.c"})").got("toolu_3", "int c;");
  scene.verify->script(says("Now it is done."));
  expect(scene.post(talk.ask()), "DIRECT", "handed_over:turn_continued");
  talk.called("toolu_4", "Read", kRead).got("toolu_4", "int x = 2;");
  expect_exact_bill(scene, 4);
}

TEST_P(DrivenTurn, BehindTheConversationTheVerifyModelGoesOnByItself) {
  Scene scene(driving("[cascade.turn]\njudge = \"conversation\"\n"));
  Talk talk(GetParam());
  work(scene, talk);
  scene.draft->script(says("Done."));
  scene.verify->script(sim::Reply::of_tool("Read", kRead, "I check that."));
  const Reply reply = scene.post(talk.ask());
  expect(reply, "ENHANCED", "driving,by_conversation,turn_continued");
  EXPECT_EQ(text_of(reply.body), "I check that.");
  EXPECT_NE(reply.body.find("tool_use"), std::string::npos);
  talk.called("toolu_3", "Read", kRead).got("toolu_3", "int x = 2;");
  scene.verify->script(says("It is done."));
  expect(scene.post(talk.ask()), "DIRECT", "handed_over:turn_continued");
  expect_exact_bill(scene, 4);
}

TEST_P(DrivenTurn, ItsAnswerIsRepaired) {
  Scene scene(driving());
  Talk talk(GetParam());
  work(scene, talk);
  scene.draft->script(says("x is 3 now."));
  scene.verify->script(says("EDIT\n<<<<<<< SEARCH\n3\n=======\n2\n>>>>>>> REPLACE\n"));
  const Reply reply = scene.post(talk.ask());
  EXPECT_EQ(reply.header("x-rlm-verdict"), "REPAIRED") << reply.header("x-rlm-reason");
  EXPECT_EQ(text_of(reply.body), "x is 2 now.");
}

TEST_P(DrivenTurn, ACallThatIsNotProvenHandsItOverUntilTheUserSpeaksAgain) {
  Scene scene(driving());
  Talk talk(GetParam());
  work(scene, talk);
  scene.draft->script(sim::Reply::of_tool("Read", "{}"));
  scene.verify->script(sim::Reply::of_tool("Read", kRead));
  expect(scene.post(talk.ask()), "FALLBACK", "driving,not_proven:schema:required");
  talk.called("toolu_3", "Read", kRead).got("toolu_3", "int x = 2;");
  scene.verify->script(says("x is 2."));
  expect(scene.post(talk.ask()), "DIRECT", "handed_over:not_proven:schema:required");
  talk.user("now look again");
  scene.draft->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/d.c"})"));
  EXPECT_EQ(scene.post(talk.ask()).header("x-rlm-verdict"), "VALIDATED");
}

TEST_P(DrivenTurn, ASecondErrorHandsItOver) {
  Scene scene(driving());
  Talk talk(GetParam());
  work(scene, talk);
  const auto fails_once = [&](const char* id, const char* file) {
    const std::string input = std::string(R"({"file_path":"/repo/)") + file + "\"}";
    scene.draft->script(sim::Reply::of_tool("Read", input));
    expect(scene.post(talk.ask()), "VALIDATED", "driving");
    talk.called(id, "Read", input).got(id, "no such file", true);
  };
  fails_once("toolu_3", "c.c");
  fails_once("toolu_4", "d.c");
  scene.verify->script(says("There is no such file."));
  expect(scene.post(talk.ask()), "DIRECT", "handed_over:errors");
}

TEST_P(DrivenTurn, BehindASystemEntryTheVerdictIsOnADigest) {
  Scene scene(driving());
  Talk talk(GetParam());
  work(scene, talk);
  talk.system("3 tokens left");
  scene.draft->script(says("x is 2 now."));
  scene.verify->script(says("USE_DRAFT"));
  expect(scene.post(talk.ask()), "ACCEPTED", "driving,by_digest");
}

TEST_P(DrivenTurn, ADigestThatIsRefusedLeavesTheClientWithTheVerifyModelsAnswer) {
  Scene scene(driving());
  Talk talk(GetParam());
  work(scene, talk);
  talk.system("3 tokens left");
  scene.draft->script(says("x is 2 now."));
  scene.verify->script(fails("400"));
  scene.verify->script(says("My own words."));
  const Reply reply = scene.post(talk.ask());
  expect(reply, "FALLBACK", "driving,by_digest,digest_refused");
  EXPECT_EQ(text_of(reply.body), "My own words.");
}

TEST_P(DrivenTurn, AnAgentsSubAgentIsASessionOfItsOwn) {
  Scene scene(driving());
  Talk talk(GetParam());
  work(scene, talk);
  Talk other(GetParam());
  Ask request = other.user("look").called("toolu_9", "Read", kRead).got("toolu_9", "int x;").ask();
  request.with("x-claude-code-agent-id", "helper");
  scene.draft->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/e.c"})"));
  EXPECT_NE(scene.post(request).header("x-rlm-reason"), "driving") << "its beginning was not seen";
  scene.draft->script(sim::Reply::of_tool("Read", R"({"file_path":"/repo/d.c"})"));
  expect(scene.post(talk.ask()), "VALIDATED", "driving");
}

INSTANTIATE_TEST_SUITE_P(Turns, DrivenTurn, testing::Bool(), [](const auto& tested) {
  return std::string(tested.param ? "Streamed" : "Whole");
});

}  // namespace
}  // namespace rlm::test
