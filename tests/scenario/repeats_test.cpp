// Clients send the same bytes again, up to 30 times, when they got no answer: what was paid for is
// not paid for again.

#include <thread>

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kHard = "please refactor this function";

Settings no_retries() {
  Settings settings;
  settings.draft = "retries = 0";
  settings.verify = "retries = 0";
  return settings;
}

TEST(Repeats, ThirtyTriesAfterAFailedVerdictCostOneDraft) {
  Scene scene(no_retries());
  scene.draft->script(says("The refactored function."));
  for (int i = 0; i < 29; ++i) scene.verify->script(fails("529"));
  scene.verify->script(says("USE_DRAFT"));
  for (int i = 0; i < 29; ++i) EXPECT_EQ(scene.post(user_body(kHard)).status, 529) << i;
  const Reply reply = scene.post(user_body(kHard));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED");
  EXPECT_EQ(text_of(reply.body), "The refactored function.");
  EXPECT_EQ(scene.draft->requests().size(), 1u);
  EXPECT_EQ(scene.verify->requests().size(), 30u);
  const ExchangeRecord record = scene.proxy->record_number(30);
  EXPECT_EQ(record.reason, "keyword:refactor,repeated");
  ASSERT_EQ(record.calls.size(), 1u);
  EXPECT_EQ(record.calls[0].role, CallRole::Verify);
  EXPECT_GT(record.baseline.value, 0);
}

TEST(Repeats, ARefusedDraftIsNotAskedForAgainEither) {
  Scene scene(no_retries());
  scene.draft->script(says("I'm sorry, but I can't help with that request."));
  for (int i = 0; i < 5; ++i) scene.verify->script(fails("529"));
  scene.verify->script(says("from the verify model"));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(scene.post(user_body("say hello")).status, 529);
  const Reply reply = scene.post(user_body("say hello"));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(reply.header("x-rlm-reason"), "simple,repeated,draft_refused:refusal");
  EXPECT_EQ(text_of(reply.body), "from the verify model");
  EXPECT_EQ(scene.draft->requests().size(), 1u);
}

TEST(Repeats, ADraftThatBrokeInTheMiddleOfItsAnswerIsReplacedByTheVerifyModelsNextTime) {
  Scene scene(no_retries());
  std::string text;
  for (int i = 0; i < 20; ++i) text += "Sentence number " + std::to_string(i * i) + ". ";
  scene.draft->script(says(text + "\n```cpp\nint main() {"));
  scene.verify->script(says("from the verify model"));
  const Reply broken = scene.post(user_body("say hello", true));
  EXPECT_FALSE(broken.whole);
  const Reply reply = scene.post(user_body("say hello", true));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(text_of(reply.body), "from the verify model");
  EXPECT_EQ(scene.draft->requests().size(), 1u);
}

TEST(Repeats, TheSameQuestionAfterAnAnswerIsANewOne) {
  Scene scene;
  scene.draft->script(says("first"));
  scene.draft->script(says("second"));
  EXPECT_EQ(text_of(scene.post(user_body("say hello")).body), "first");
  EXPECT_EQ(text_of(scene.post(user_body("say hello")).body), "second");
}

TEST(Repeats, AnotherClientGetsADraftOfItsOwn) {
  Scene scene(no_retries());
  scene.draft->script(says("of the first"));
  scene.draft->script(says("of the second"));
  scene.verify->script(fails("529"));
  scene.verify->script(says("USE_DRAFT"));
  EXPECT_EQ(scene.post(user_body(kHard)).status, 529);
  Ask other;
  other.headers[0].second = "key-2";
  other.body = user_body(kHard);
  EXPECT_EQ(text_of(scene.post(other).body), "of the second");
}

TEST(Repeats, TwinsThatAreUnderWayTogetherShareOneDraftAndItsVerdict) {
  Scene scene;
  sim::Reply slow = says("The refactored function.");
  slow.first_token = Milliseconds(300);
  scene.draft->script(slow);
  scene.verify->script(says("USE_DRAFT"));
  std::vector<Reply> replies(4);
  std::vector<std::thread> clients;
  for (Reply& reply : replies)
    clients.emplace_back([&reply, &scene] { reply = scene.post(user_body(kHard)); });
  for (std::thread& client : clients) client.join();
  for (const Reply& reply : replies) {
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.header("x-rlm-reason");
    EXPECT_EQ(text_of(reply.body), "The refactored function.");
  }
  EXPECT_EQ(scene.draft->requests().size(), 1u);
  EXPECT_EQ(scene.verify->requests().size(), 1u);
}

}  // namespace
}  // namespace rlm::test
