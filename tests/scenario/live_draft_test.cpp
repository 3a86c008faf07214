// A draft that is delivered while it is being written: what is held back, what leaves, and how it
// ends when it turns bad behind that.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kEasy = "say hello";

// Sentences that hold no loop; ASCII only.
std::string prose(std::size_t characters) {
  std::string text;
  for (int i = 0; text.size() < characters; ++i)
    text += "Sentence number " + std::to_string(i * i) + " says something. ";
  text.resize(characters);
  return text;
}

// These deltas, and then nothing more, for ever.
sim::Reply stalls_behind(std::vector<std::string> deltas) {
  std::size_t bytes = 0;
  for (const std::string& delta : deltas) bytes += delta.size() + 130;  // with its frame
  deltas.emplace_back(std::size_t{2000}, 'z');
  sim::Reply reply = says_in_pieces(std::move(deltas));
  reply.fault.kind = sim::Fault::Kind::Stall;
  reply.fault.at = bytes + 900;
  return reply;
}

Settings with_idle(std::string cascade = "") {
  Settings settings;
  settings.draft = "retries = 0\nidle_ms = 300";
  settings.cascade = std::move(cascade);
  return settings;
}

// Reads the answer to an easy streamed request until `text` has come, then to its end.
Reply read_behind(const Scene& scene, std::string_view text, bool& came) {
  Client client(scene.port());
  Ask request;
  request.body = user_body(kEasy, true);
  client.send(request);
  Reply reply = client.read_head();
  came = client.read_until(reply, text);
  while (client.read_more(reply)) {
  }
  return reply;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

// One answer, ended by one error event; nobody else was asked.
void expect_honest_end(Scene& scene, const Reply& reply, const std::string& cause, CallEnd end) {
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED");
  EXPECT_FALSE(reply.whole);
  EXPECT_EQ(count_of(reply.body, "event: message_start"), 1u);
  EXPECT_EQ(count_of(reply.body, "event: error"), 1u);
  EXPECT_EQ(count_of(reply.body, "event: message_stop"), 0u);
  EXPECT_EQ(sse_events(reply.body).back().name, "error");
  EXPECT_TRUE(scene.verify->requests().empty());
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  EXPECT_EQ(record.reason, "simple," + cause);
  ASSERT_EQ(record.calls.size(), 1u);
  EXPECT_EQ(record.calls[0].end, end);
  EXPECT_GE(record.first_byte_ms, 0);
}

TEST(LiveDraft, LeavesWhileItIsBeingWrittenAndOneThatStallsEndsHonestly) {
  Scene scene(with_idle());
  scene.draft->script(stalls_behind({prose(150), prose(250).substr(150)}));
  bool came = false;
  const Reply reply = read_behind(scene, prose(250).substr(200), came);
  EXPECT_TRUE(came);
  EXPECT_EQ(text_of(reply.body), prose(250));
  expect_honest_end(scene, reply, "draft_timeout", CallEnd::Failed);
}

TEST(LiveDraft, IsGivenUpForTheVerifyModelWhileItIsHeldBack) {
  Scene scene(with_idle("hold_back_ms = 0"));
  scene.draft->script(stalls_behind({prose(150)}));
  scene.verify->script(says("from the verify model"));
  const Reply reply = scene.post(user_body(kEasy, true));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(text_of(reply.body), "from the verify model");
  EXPECT_EQ(grammar_mistake(reply.body), "");
}

TEST(LiveDraft, LeavesAfterItsTimeHoweverFewCharactersThereAre) {
  Scene scene(with_idle("hold_back_ms = 20"));
  scene.draft->script(stalls_behind({"Hello you."}));
  bool came = false;
  const Reply reply = read_behind(scene, "Hello you.", came);
  EXPECT_TRUE(came);
  expect_honest_end(scene, reply, "draft_timeout", CallEnd::Failed);
}

TEST(LiveDraft, IsHeldLongerWhereItOpensLikeARefusal) {
  Scene scene(with_idle("hold_back_characters = 10\nhold_back_ms = 20"));
  scene.draft->script(stalls_behind({"I'm sorry, but I can't help with that. ", prose(300)}));
  scene.verify->script(says("from the verify model"));
  const Reply reply = scene.post(user_body(kEasy, true));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(text_of(reply.body), "from the verify model");
}

TEST(LiveDraft, ThatIsLongArrivesWholeWithTheGrammarAndWhatItCost) {
  Scene scene;
  scene.draft->script(says_in_pieces({prose(150), prose(1000).substr(150), " The end."}));
  const Reply reply = scene.post(user_body(kEasy, true));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED");
  EXPECT_EQ(reply.header("x-rlm-model"), "draft");
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(grammar_mistake(reply.body), "");
  EXPECT_EQ(text_of(reply.body), prose(1000) + " The end.");
  EXPECT_EQ(json_at(sse_events(reply.body).at(0).data, "message.model"), "claude-opus-4-8");
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Skipped);
  EXPECT_EQ(record.cost, final_bill(*scene.draft).total);
  EXPECT_EQ(count_of(reply.body, "\n: x-rlm-cost-usd=0.0"), 1u) << reply.body;
}

TEST(LiveDraft, ThatRunsIntoALoopIsStoppedAndEndsHonestly) {
  Scene scene;
  std::vector<std::string> deltas{prose(2000)};
  for (int i = 0; i < 500; ++i) deltas.emplace_back("Let me check this once more.\n");
  scene.draft->script(says_in_pieces(std::move(deltas)));
  const Reply reply = scene.post(user_body(kEasy, true));
  expect_honest_end(scene, reply, "draft_refused:repetition", CallEnd::Cancelled);
  EXPECT_LT(count_of(reply.body, "once more"), 200u);
}

TEST(LiveDraft, ThatEndsInAnOpenFenceEndsHonestly) {
  Scene scene;
  scene.draft->script(says_in_pieces({prose(300), "\n```cpp\nint main() {"}));
  const Reply reply = scene.post(user_body(kEasy, true));
  expect_honest_end(scene, reply, "draft_refused:open_code_fence", CallEnd::Complete);
}

TEST(LiveDraft, IsHeldWholeWhenConfiguredSo) {
  Scene scene(with_idle("hold_back_characters = 0"));
  scene.draft->script(stalls_behind({prose(500)}));
  scene.verify->script(says("from the verify model"));
  const Reply reply = scene.post(user_body(kEasy, true));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(text_of(reply.body), "from the verify model");
}

TEST(LiveDraft, IsHeldWholeWhereToolsAreOffered) {
  Scene scene(with_idle());
  scene.draft->script(sim::Reply::of_tool("Read", R"({"path":"a"})", prose(500)));
  scene.verify->script(says("from the verify model"));
  Ask request;
  request.body =
      user_body(kEasy, true, R"(,"tools":[{"name":"Read","input_schema":{"type":"object"}}])");
  request.with("x-rlm-plan", "draft_only");
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FALLBACK");
  EXPECT_EQ(text_of(reply.body), "from the verify model");
}

TEST(LiveDraft, WhoseClientLeavesIsStopped) {
  Scene scene;
  scene.draft->script(stalls_behind({prose(300)}));
  Client client(scene.port());
  Ask request;
  request.body = user_body(kEasy, true);
  client.send(request);
  Reply reply = client.read_head();
  EXPECT_TRUE(client.read_until(reply, "Sentence"));
  client.close();
  ASSERT_TRUE(scene.draft->wait_finished(1));
  EXPECT_TRUE(scene.draft->requests().at(0).client_left);
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_TRUE(record.client_left);
  EXPECT_EQ(record.calls.at(0).end, CallEnd::Cancelled);
}

TEST(StreamedRewrite, TellsAtItsEndWhatTheExchangeCost) {
  Scene scene;
  scene.draft->script(says("A draft."));
  scene.verify->script(says_in_pieces({"A better ", "answer."}));
  const Reply reply = scene.post(user_body("please refactor this function", true));
  EXPECT_EQ(reply.header("x-rlm-verdict"), "ENHANCED");
  EXPECT_EQ(reply.count("x-rlm-cost-usd"), 0u);
  EXPECT_EQ(grammar_mistake(reply.body), "");
  const std::string mark = "\n: x-rlm-cost-usd=";
  ASSERT_EQ(count_of(reply.body, mark), 1u);
  const double told = std::stod(reply.body.substr(reply.body.find(mark) + mark.size()));
  EXPECT_NEAR(told, scene.proxy->record_number(1).cost.dollars(), 1e-9);
}

}  // namespace
}  // namespace rlm::test
