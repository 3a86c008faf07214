// The failure matrix (cascade.md §11): whatever fails, the client gets a whole answer or one clean
// error.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kHard = "please refactor this function";

Settings quick() {
  Settings settings;
  settings.draft = "retries = 0\nfirst_byte_ms = 60\nidle_ms = 60";
  settings.verify = "retries = 0\nfirst_byte_ms = 60\nidle_ms = 60";
  return settings;
}

struct DraftCase {
  std::string name;
  std::string fault;  // empty: `text` alone
  std::string text;
  std::string cause;
};

class DraftFails : public testing::TestWithParam<std::tuple<DraftCase, bool, bool>> {};

TEST_P(DraftFails, AndTheVerifyModelServesTheClient) {
  const auto& [one, hard, stream] = GetParam();
  Scene scene(quick());
  scene.draft->script(one.fault.empty() ? says(one.text) : fails(one.fault, one.text));
  scene.verify->script(says("from the verify model"));
  const Reply reply = scene.post(user_body(hard ? kHard : "say hello", stream));
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(text_of(reply.body), "from the verify model");
  EXPECT_EQ(stream ? grammar_mistake(reply.body) : "", "");
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(reply.header("x-rlm-model"), "verify");
  EXPECT_EQ(reply.header("x-rlm-reason"), (hard ? "keyword:refactor," : "simple,") + one.cause);
  // The fallback is the client's own request, without a trace of the draft.
  EXPECT_EQ(scene.verify->requests().at(0).body.find("USE_DRAFT"), std::string::npos);
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Fallback);
  ASSERT_EQ(record.calls.size(), 2u);
  EXPECT_EQ(record.calls[0].role, CallRole::Draft);
  EXPECT_EQ(record.calls[1].role, CallRole::Direct);
  EXPECT_EQ(record.calls[1].end, CallEnd::Complete);
}

const char* const kWords = "some words that nobody will see whole";

INSTANTIATE_TEST_SUITE_P(
    Matrix, DraftFails,
    testing::Combine(
        testing::Values(DraftCase{"Status429", "429", "", "draft_status_429"},
                        DraftCase{"Status500", "500", "", "draft_status_500"},
                        DraftCase{"Status529", "529", "", "draft_status_529"},
                        DraftCase{"NoHead", "stall_head", "", "draft_timeout"},
                        DraftCase{"Stall", "stall@700", kWords, "draft_timeout"},
                        DraftCase{"Reset", "reset@0", "", "draft_unreachable"},
                        DraftCase{"ResetLater", "reset@700", kWords, "draft_protocol"},
                        DraftCase{"Malformed", "malformed", kWords, "draft_protocol"},
                        DraftCase{"Cut", "cut", kWords, "draft_refused:incomplete"},
                        DraftCase{"CutInside", "cut@700", kWords, "draft_protocol"},
                        DraftCase{"ErrorFirst", "error_first", "", "draft_status_529"},
                        DraftCase{"ErrorLater", "error_later", kWords, "draft_status_529"},
                        DraftCase{"Empty", "", " ", "draft_refused:empty"},
                        DraftCase{"Refused", "", "I'm sorry, but I can't help with that request.",
                                  "draft_refused:refusal"},
                        DraftCase{"OpenFence", "", "Here:\n```cpp\nint main() {",
                                  "draft_refused:open_code_fence"}),
        testing::Bool(), testing::Bool()),
    [](const auto& param_info) {
      return std::get<0>(param_info.param).name +
             (std::get<1>(param_info.param) ? "Hard" : "Easy") +
             (std::get<2>(param_info.param) ? "Streamed" : "Whole");
    });

TEST(Fallback, ServesWhenTheDraftModelCannotBeReached) {
  Settings settings = quick();
  settings.draft_url = "http://127.0.0.1:1";
  Scene scene(settings);
  const Reply reply = scene.post(user_body("say hello", true));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(reply.header("x-rlm-reason"), "simple,draft_unreachable");
  EXPECT_EQ(grammar_mistake(reply.body), "");
}

TEST(Fallback, ThatFailsTooGivesTheVerifyModelsError) {
  Scene scene(quick());
  scene.draft->script(fails("500"));
  scene.verify->script(fails("529"));
  const Reply reply = scene.post(user_body("say hello", true));
  EXPECT_EQ(reply.status, 529);
  EXPECT_TRUE(is_error(reply.body, "overloaded_error"));
  EXPECT_EQ(reply.header("retry-after"), "1");
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FAILED");
  EXPECT_EQ(reply.header("x-rlm-reason"), "simple,draft_status_500");
}

TEST(Fallback, HappensAfterTheDraftsOwnRetries) {
  Settings settings = quick();
  settings.draft = "retries = 2";
  Scene scene(settings);
  for (int i = 0; i < 3; ++i) scene.draft->script(fails("500"));
  EXPECT_EQ(scene.post(user_body("say hello")).header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(scene.draft->requests().size(), 3u);
  EXPECT_EQ(scene.proxy->record_number(1).calls.size(), 4u);
}

TEST(Fallback, IsNotNeededWhenARetryOfTheDraftSucceeds) {
  Settings settings = quick();
  settings.draft = "retries = 2";
  Scene scene(settings);
  scene.draft->script(fails("529@0"));
  scene.draft->script(says("Hello!"));
  const Reply reply = scene.post(user_body("say hello"));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED");
  EXPECT_EQ(text_of(reply.body), "Hello!");
}

struct VerdictCase {
  std::string name;
  std::string fault;
  int status;
  std::string error_type;
};

class VerdictFails : public testing::TestWithParam<std::tuple<VerdictCase, bool>> {};

TEST_P(VerdictFails, AndTheClientGetsOneCleanError) {
  const auto& [one, stream] = GetParam();
  Scene scene(quick());
  scene.draft->script(says("A draft."));
  scene.verify->script(fails(one.fault, "USE"));
  const Reply reply = scene.post(user_body(kHard, stream));
  EXPECT_EQ(reply.status, one.status);
  EXPECT_TRUE(reply.whole);
  EXPECT_TRUE(is_error(reply.body, one.error_type)) << reply.body;
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FAILED");
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  EXPECT_EQ(record.status, one.status);
  ASSERT_EQ(record.calls.size(), 2u);
  EXPECT_EQ(record.calls[0].end, CallEnd::Complete);
  EXPECT_EQ(record.calls[1].end, CallEnd::Failed);
}

TEST_P(VerdictFails, AndTheDraftIsServedWhereThatIsConfigured) {
  const auto& [one, stream] = GetParam();
  Settings settings = quick();
  settings.cascade = "on_verify_failure = \"serve_draft\"";
  Scene scene(settings);
  scene.draft->script(says("A draft."));
  scene.verify->script(fails(one.fault, "USE"));
  const Reply reply = scene.post(user_body(kHard, stream));
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(text_of(reply.body), "A draft.");
  EXPECT_EQ(stream ? grammar_mistake(reply.body) : "", "");
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED");
  EXPECT_NE(reply.header("x-rlm-reason").find("verify_failed:"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, VerdictFails,
    testing::Combine(
        testing::Values(VerdictCase{"Status500", "500", 500, "api_error"},
                        VerdictCase{"Status529", "529", 529, "overloaded_error"},
                        VerdictCase{"Status429", "429", 429, "rate_limit_error"},
                        VerdictCase{"NoHead", "stall_head", 504, "timeout_error"},
                        VerdictCase{"Reset", "reset@0", 502, "api_error"},
                        VerdictCase{"StallBeforeAnyWord", "stall@460", 504, "timeout_error"},
                        VerdictCase{"ErrorFirst", "error_first", 529, "overloaded_error"},
                        VerdictCase{"Malformed", "malformed", 502, "api_error"}),
        testing::Bool()),
    [](const auto& param_info) {
      return std::get<0>(param_info.param).name +
             (std::get<1>(param_info.param) ? "Streamed" : "Whole");
    });

struct RewriteCase {
  std::string name;
  std::string fault;
  int status;  // for a client that does not stream
  std::string error_type;
};

class RewriteFails : public testing::TestWithParam<RewriteCase> {};

TEST_P(RewriteFails, InTheMiddleOfAStreamAndEndsInOneErrorEvent) {
  Scene scene(quick());
  scene.draft->script(says("A draft."));
  sim::Reply rewrite = fails(GetParam().fault);
  rewrite.blocks =
      says_in_pieces({"A better answer that ", "is never ", "finished in this ", "life"}).blocks;
  scene.verify->script(rewrite);
  const Reply reply = scene.post(user_body(kHard, true));
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.whole);
  EXPECT_EQ(text_of(reply.body).substr(0, 21), "A better answer that ");
  EXPECT_TRUE(
      names_of(reply.body).starts_with("message_start content_block_start content_block_delta"));
  const auto events = sse_events(reply.body);
  EXPECT_EQ(events.back().name, "error");
  EXPECT_EQ(reply.body.find("event: error"), reply.body.rfind("event: error"));
  EXPECT_TRUE(is_error(events.back().data, GetParam().error_type)) << events.back().data;
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  EXPECT_EQ(record.status, 200);
  EXPECT_EQ(record.calls.at(1).end, CallEnd::Failed);
  EXPECT_GT(record.calls.at(1).cost.value, 0);
}

TEST_P(RewriteFails, BeforeAnythingWasSentToAClientThatWantsItWhole) {
  Scene scene(quick());
  scene.draft->script(says("A draft."));
  sim::Reply rewrite = fails(GetParam().fault);
  rewrite.blocks =
      says_in_pieces({"A better answer that ", "is never ", "finished in this ", "life"}).blocks;
  scene.verify->script(rewrite);
  const Reply reply = scene.post(user_body(kHard, false));
  EXPECT_EQ(reply.status, GetParam().status);
  EXPECT_TRUE(is_error(reply.body, GetParam().error_type)) << reply.body;
}

INSTANTIATE_TEST_SUITE_P(Matrix, RewriteFails,
                         testing::Values(RewriteCase{"ByAReset", "reset@800", 502, "api_error"},
                                         RewriteCase{"ByAStall", "stall@800", 504, "timeout_error"},
                                         RewriteCase{"ByAnEarlyEnd", "cut@800", 502, "api_error"},
                                         RewriteCase{"WithoutMessageStop", "cut", 502, "api_error"},
                                         RewriteCase{"ByAnErrorEvent", "error_later", 529,
                                                     "overloaded_error"}),
                         [](const auto& param_info) { return param_info.param.name; });

}  // namespace
}  // namespace rlm::test
