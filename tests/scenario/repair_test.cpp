// Repairs, end to end: the verify model edits a draft, and what becomes of edits that do not apply.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kHard = "please refactor this function";

// An answer in the client's form.
void expect_answer(const Reply& reply, bool stream, std::string_view text,
                   std::string_view verdict) {
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(reply.header("x-rlm-verdict"), verdict) << reply.header("x-rlm-reason");
  EXPECT_EQ(text_of(reply.body), text);
  EXPECT_EQ(stream ? grammar_mistake(reply.body) : "", "") << reply.body;
}

std::string edit(const std::string& search, const std::string& replace) {
  return "<<<<<<< SEARCH\n" + search + "\n=======\n" + replace + "\n>>>>>>> REPLACE\n";
}

class Repaired : public testing::TestWithParam<bool> {};

TEST_P(Repaired, AnAlmostRightDraftIsRepairedForAFewTokens) {
  const std::string edits = "EDIT\n" + edit("41", "42") + edit("lines", "lines,\nno more");
  for (const auto& pieces : std::vector<std::vector<std::string>>{
           {edits}, {"ED", "IT", edits.substr(4, 20), edits.substr(24)}}) {
    Scene scene;
    scene.draft->script(says("The function has 41 lines."));
    scene.verify->script(says_in_pieces(pieces));
    const Reply reply = scene.post(user_body(kHard, GetParam()));
    expect_answer(reply, GetParam(), "The function has 42 lines,\nno more.", "REPAIRED");
    EXPECT_EQ(reply.header("x-rlm-model"), "draft");
    EXPECT_EQ(reply.header("x-rlm-reason"), "keyword:refactor");
    const ExchangeRecord record = scene.proxy->record_number(1);
    EXPECT_EQ(record.verdict, Verdict::Repaired);
    ASSERT_EQ(record.calls.size(), 2u);
    EXPECT_EQ(record.calls[1].role, CallRole::Verify);
    EXPECT_EQ(record.calls[1].end, CallEnd::Complete);
    EXPECT_GT(record.calls[1].usage.output, 0);
    // The client is told the delivered answer's size, the draft's but for the edits.
    EXPECT_GT(record.seen.output, record.calls[0].usage.output);
    EXPECT_LT(record.seen.output, record.calls[0].usage.output + 6);
    EXPECT_GT(record.baseline.value, 0);
    EXPECT_EQ(record.cost.value,
              final_bill(*scene.draft).total.value + final_bill(*scene.verify).total.value);
  }
}

struct NoEdit {
  std::string reply;
  std::string cause;
};

TEST_P(Repaired, EditsThatDoNotApplyLeaveTheClientWithTheVerifyModelsOwnAnswer) {
  for (const NoEdit& one : std::vector<NoEdit>{
           {"EDIT\n" + edit("43", "42"), "not_found"},
           {"EDIT\n" + edit("n", "m"), "ambiguous"},
           {"EDIT\nMake it 42.", "malformed"},
           {"EDIT", "no_block"},
           {"EDIT\n" + edit("The function has 41 lines.", "```\nint"), "open_code_fence"}}) {
    Scene scene;
    scene.draft->script(says("The function has 41 lines."));
    scene.verify->script(says(one.reply));
    scene.verify->script(says("It has 42 lines."));
    const Reply reply = scene.post(user_body(kHard, GetParam()));
    EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
    EXPECT_EQ(text_of(reply.body), "It has 42 lines.");
    EXPECT_EQ(GetParam() ? grammar_mistake(reply.body) : "", "");
    EXPECT_EQ(reply.header("x-rlm-reason"), "keyword:refactor,edit_not_applicable:" + one.cause);
    EXPECT_EQ(reply.header("x-rlm-model"), "verify");
    const ExchangeRecord record = scene.proxy->record_number(1);
    ASSERT_EQ(record.calls.size(), 3u);
    EXPECT_EQ(record.calls[1].role, CallRole::Verify);
    EXPECT_EQ(record.calls[2].role, CallRole::Direct);
    EXPECT_EQ(record.cost.value,
              final_bill(*scene.draft).total.value + final_bill(*scene.verify).total.value);
  }
}

TEST_P(Repaired, AnAnswerThatOnlyBeginsLikeAnEditIsARewrite) {
  Scene scene;
  scene.draft->script(says("A draft."));
  scene.verify->script(says_in_pieces({"EDIT", "OR is the variable.\nSet it."}));
  expect_answer(scene.post(user_body(kHard, GetParam())), GetParam(),
                "EDITOR is the variable.\nSet it.", "ENHANCED");
}

INSTANTIATE_TEST_SUITE_P(Forms, Repaired, testing::Values(true, false), [](const auto& param_info) {
  return param_info.param ? "Streamed" : "Whole";
});

}  // namespace
}  // namespace rlm::test
