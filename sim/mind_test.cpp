// What is known, judged, scripted and invented.

#include "sim/mind.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

using testing::HasSubstr;

Answers answers_of(std::string_view lines, Side side = Side::Verify) {
  Answers answers;
  std::string mistakes;
  answers.add_lines(lines, side, "answers.jsonl", mistakes);
  EXPECT_EQ(mistakes, "");
  return answers;
}

SimRequest asked(const std::string& messages, const std::string& more = "") {
  wire::JsonIndex index;
  const auto request = read_request(
      R"({"model":"m","max_tokens":9,"messages":[)" + messages + "]" + more + "}", index, {});
  EXPECT_TRUE(request.has_value()) << request.error().message;
  return request.value_or(SimRequest());
}

std::string user(std::string_view text) {
  return "{\"role\":\"user\",\"content\":" + wire::json_string(text) + "}";
}

std::string verdict_on(std::string_view question, std::string_view draft,
                       std::string_view instruction = "Judge.\nUSE_DRAFT, EDIT or rewrite.") {
  return user(question) + "," +
         user(std::string(instruction) + "\n==========\n" + std::string(draft) + "\n==========\n");
}

constexpr std::string_view kRules =
    R"({"match":"capital of France","right":"Paris","wrong":["Lyon","Nice"]}
{"equals":"ping","text":"pong","output_tokens":7}
{"match":"weather","tool_calls":[{"name":"get_weather","input":{"city":"Bern"}}],"latency_ms":3}
)";

TEST(Mind, AnswersRulesByPartOrWholeOfTheLastUserText) {
  const SimConfig config;
  const Mind mind(config, answers_of(kRules), std::nullopt);
  EXPECT_EQ(mind.answer(asked(user("What is the capital of France?"))).text(), "Paris");
  EXPECT_EQ(mind.answer(asked(user("ping"))).output_tokens, 7);
  EXPECT_NE(mind.answer(asked(user("ping pong"))).text(), "pong");
  const Reply tool = mind.answer(asked(user("the weather?")));
  EXPECT_EQ(tool.blocks.at(0).name, "get_weather");
  EXPECT_EQ(tool.blocks.at(0).text, R"({"city":"Bern"})");
  EXPECT_EQ(tool.first_token, Milliseconds(3));
}

TEST(Mind, LooksThroughRemindersAndPastSystemMessages) {
  const SimConfig config;
  const Mind mind(config, answers_of(kRules), std::nullopt);
  const std::string wrapped =
      R"({"role":"user","content":[{"type":"text","text":"<system-reminder>ping</system-reminder>"},)"
      R"({"type":"text","text":" ping\n"}]},{"role":"system","content":"weather"})";
  EXPECT_EQ(mind.answer(asked(wrapped)).text(), "pong");
}

TEST(Mind, GivesTheRightAnswerAsOftenAsItsAccuracySays) {
  SimConfig config;
  config.accuracy = 0.7;
  const Mind mind(config, answers_of(kRules), std::nullopt);
  int right = 0;
  for (int i = 0; i < 1000; ++i)
    right += mind.answer(asked(user("capital of France? " + std::to_string(i)))).text() == "Paris"
                 ? 1
                 : 0;
  EXPECT_NEAR(right, 700, 60);
}

struct VerdictCase {
  const char* name;
  std::string question;
  std::string draft;
  bool accepts;
};

class MindVerdict : public testing::TestWithParam<VerdictCase> {};

TEST_P(MindVerdict, FollowsFromWhatTheDraftIsWorth) {
  SimConfig config;
  config.verdict.accept_right = 1;
  config.verdict.accept_wrong = 0;
  config.verdict.accept_unknown = 1;
  const Mind mind(config, answers_of(kRules), std::nullopt);
  const std::string said =
      mind.answer(asked(verdict_on(GetParam().question, GetParam().draft))).text();
  EXPECT_EQ(said == "USE_DRAFT", GetParam().accepts) << said;
  if (!GetParam().accepts) {
    EXPECT_EQ(said, "Paris");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Mind, MindVerdict,
    testing::Values(VerdictCase{"Right", "capital of France?", "Paris", true},
                    VerdictCase{"HoldsTheRightOne", "capital of France?", "It is Paris.\n", true},
                    VerdictCase{"Wrong", "capital of France?", "Lyon", false},
                    VerdictCase{"HoldsAWrongOne", "capital of France?", "It is Nice.", false},
                    VerdictCase{"EqualToTheOwnAnswer", "ping", "pong", true},
                    VerdictCase{"Unknown", "something else", "whatever", true}),
    [](const auto& tested) { return tested.param.name; });

TEST(Mind, AcceptsAsOftenAsTheBehaviourSays) {
  SimConfig config;
  config.verdict.accept_unknown = 0.6;
  const Mind mind(config, Answers(), std::nullopt);
  int accepted = 0;
  for (int i = 0; i < 1000; ++i)
    accepted +=
        mind.answer(asked(verdict_on("q" + std::to_string(i), "d"))).text() == "USE_DRAFT" ? 1 : 0;
  EXPECT_NEAR(accepted, 600, 60);
}

TEST(Mind, RepairsADraftThatIsNearlyRightAndRewritesAnother) {
  SimConfig config;
  config.verdict.accept_wrong = 0;
  config.verdict.edit = 1;
  const std::string rest =
      " Writers wait until every reader has left, and no reader enters meanwhile." +
      std::string(" Neither of them ever holds the lock across a call.");
  const std::string right = "Readers take it shared." + rest;
  const std::string wrong = "Readers take it alone." + rest;
  const Mind mind(config,
                  answers_of(R"({"equals":"q","right":")" + right + R"(","wrong":[")" + wrong +
                             R"(","No idea."]})"),
                  std::nullopt);
  EXPECT_EQ(mind.answer(asked(verdict_on("q", "No idea."))).text(), right);
  EXPECT_EQ(mind.answer(asked(verdict_on("q", wrong))).text(),
            "EDIT\n<<<<<<< SEARCH\nReaders take it alone. \n=======\nReaders take it shared. \n"
            ">>>>>>> REPLACE\n");
  EXPECT_EQ(mind.answer(asked(verdict_on("q", wrong, "USE_DRAFT or rewrite."))).text(), right)
      << "what no instruction offers is not done";
}

TEST(Mind, FindsTheDraftBetweenTheLastTwoEqualFences) {
  EXPECT_EQ(draft_in("text\n=====\ndraft\n---\nmore\n=====\n"), "draft\n---\nmore");
  EXPECT_EQ(draft_in("=====\n\n====="), "");
  EXPECT_EQ(draft_in("=====\n====="), "");
  EXPECT_EQ(draft_in("no fence"), "no fence");
  EXPECT_EQ(draft_in("===\nonly one"), "===\nonly one");
  EXPECT_EQ(draft_in(""), "");
}

constexpr std::string_view kPairs =
    R"({"id":"1","kind":"math","messages":[{"role":"user","content":"\n2+2? "}],"draft":{"model":"d","text":"5","correct":false,"output_tokens":3},"verify":{"model":"v","text":"4","correct":true}}
{"id":"2","messages":[{"role":"user","content":"call it"}],"draft":{"tool_calls":[{"name":"f","input":{"a":1}}],"correct":1},"verify":{"tool_calls":[{"name":"g","input":{}}]}}
{"id":"3","messages":[{"role":"user","content":"an agent's run"}],"draft":{"correct":true,"n_steps":4},"verify":{"correct":true}}
)";

TEST(Mind, AnswersRecordedPairsWithItsSideAndJudgesTheirDrafts) {
  SimConfig config;
  config.verdict.accept_right = config.verdict.accept_unknown = 1;
  config.verdict.accept_wrong = 0;
  const Answers draft_side = answers_of(kPairs, Side::Draft);
  EXPECT_EQ(draft_side.size(), 2u);
  const Mind draft(config, draft_side, std::nullopt);
  EXPECT_EQ(draft.answer(asked(user("\n2+2? "))).text(), "5");
  EXPECT_EQ(draft.answer(asked(user("2+2?"))).output_tokens, 3);
  EXPECT_EQ(draft.answer(asked(user("call it"))).blocks.at(0).name, "f");
  const Mind verify(config, answers_of(kPairs), std::nullopt);
  EXPECT_EQ(verify.answer(asked(verdict_on("2+2?", "5"))).text(), "4");
  EXPECT_EQ(verify.answer(asked(verdict_on("2+2?", "4"))).text(), "USE_DRAFT");
}

TEST(Answers, ReportBadLinesWithTheirNumbers) {
  Answers answers;
  std::string mistakes;
  answers.add_lines("{\"match\":\"a\"}\n\nnonsense\n{\"match\":\"b\",\"txt\":\"c\"}\n", Side::Draft,
                    "f", mistakes);
  EXPECT_THAT(mistakes, HasSubstr("f:1: need an answer"));
  EXPECT_THAT(mistakes, HasSubstr("f:3: "));
  EXPECT_THAT(mistakes, HasSubstr("f:4: unknown key \"txt\""));
}

TEST(Answers, SayWhichFileCannotBeRead) {
  const auto loaded = Answers::load({"/nonexistent/answers.jsonl"}, Side::Draft);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_THAT(loaded.error().message, HasSubstr("/nonexistent/answers.jsonl"));
}

constexpr std::string_view kSession =
    R"({"sessions":[{"match":"rename","vars":{"cwd":{"after":"directory: ","until":"\n"},
  "name":{"after":"to '","until":"'"}},"steps":[
  {"text":"Reading {{name}}.","tool_calls":[{"name":"Read","input":{"file_path":"{{cwd}}/a.txt"}}]},
  {"tool_calls":[{"name":"Edit","input":{"new_string":"{{result}}"}}]}],"final":"Done with {{name}}: {{unknown}}"}]})";

TEST(Coder, PlaysItsStepsByTheTurnsSinceTheUsersText) {
  const auto coder = Coder::parse(kSession);
  ASSERT_TRUE(coder.has_value()) << coder.error().message;
  const SimConfig config;
  const Mind mind(config, Answers(), *coder);
  const std::string tools =
      R"(,"tools":[{"name":"Read"},{"name":"Edit"}],"system":"Working directory: /home/x\nmore")";
  const std::string ask = user("please rename it to 'b'");
  const std::string call =
      R"(,{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"Read","input":{}}]})";
  const std::string result =
      R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"say \"x\""}]}]})";
  const std::string call2 =
      R"(,{"role":"assistant","content":[{"type":"tool_use","id":"t2","name":"Edit","input":{}}]})";
  const std::string result2 =
      R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"t2","content":"ok"}]})";

  const Reply first = mind.answer(asked(ask, tools));
  EXPECT_EQ(first.text(), "Reading b.");
  EXPECT_EQ(first.blocks.at(1).text, R"({"file_path":"/home/x/a.txt"})");
  const Reply second = mind.answer(asked(ask + call + result, tools));
  EXPECT_EQ(second.blocks.at(0).text, R"({"new_string":"say \"x\""})");
  const Reply last = mind.answer(asked(ask + call + result + call2 + result2, tools));
  EXPECT_EQ(last.text(), "Done with b: {{unknown}}");
  // Without the tools it has nothing to play.
  EXPECT_TRUE(mind.answer(asked(ask)).blocks.at(0).name.empty());
  // A draft model gets what the client says in system entries as user texts of their own.
  const std::string aside = "," + user("Today is Monday.");
  EXPECT_EQ(mind.answer(asked(ask + aside, tools)).text(), "Reading b.");
}

TEST(Coder, AsAVerifyModelTakesItsOwnNextStepAndNoOther) {
  SimConfig config;
  config.verdict = {.accept_right = 1, .accept_wrong = 0, .accept_unknown = 0};
  const auto coder = Coder::parse(kSession);
  ASSERT_TRUE(coder.has_value()) << coder.error().message;
  const Mind mind(config, Answers(), *coder);
  const std::string tools =
      R"(,"tools":[{"name":"Read"},{"name":"Edit"}],"system":"Working directory: /home/x\nmore")";
  const auto judged = [&](const std::string& before, std::string_view draft) {
    const std::string question =
        before + "," + user("Reply USE_DRAFT.\n---\n" + std::string(draft) + "\n---\n");
    return mind.answer(asked(question, tools));
  };
  const std::string ask = user("please rename it to 'b'");
  EXPECT_EQ(judged(ask, "I look.\nRead {\"file_path\":\"/home/x/a.txt\"}").text(), "USE_DRAFT");
  const Reply own = judged(ask, R"(Read {"file_path":"/home/x/b.txt"})");
  EXPECT_EQ(own.blocks.at(1).text, R"({"file_path":"/home/x/a.txt"})");

  const std::string going =
      ask +
      R"(,{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"Read","input":{}}]})"
      R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"old"}]})";
  EXPECT_EQ(judged(going, R"(Edit {"new_string":"old"})").text(), "USE_DRAFT");
  EXPECT_EQ(judged(going, "All done.").blocks.at(0).name, "Edit") << "the work is not";
}

}  // namespace
}  // namespace rlm::sim
