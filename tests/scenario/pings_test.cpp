// Pings while a draft is waited for: when they come, and what they must not break.

#include "tests/support/raw_upstream.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kHard = "please refactor this function";

Settings pinging() {
  Settings settings;
  settings.limits = "ping_first_ms = 20\nping_interval_ms = 20\n";
  settings.draft = "retries = 0\nfirst_byte_ms = 5000";
  settings.verify = "retries = 0\nfirst_byte_ms = 5000";
  return settings;
}

// An answer that begins only after pings had time to come.
sim::Reply slowly(sim::Reply reply) {
  reply.first_token = Milliseconds(150);
  return reply;
}

std::size_t pings_in(const std::string& body) {
  std::size_t count = 0;
  for (const SseEvent& event : sse_events(body)) count += event.name == "ping" ? 1 : 0;
  return count;
}

TEST(Pings, ComeBeforeASlowDraftAndNeverBehindItsEnd) {
  Scene scene(pinging());
  scene.draft->script(slowly(says("Hello!")));
  const Reply reply = scene.post(user_body("say hello", true));
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.whole);
  const auto events = sse_events(reply.body);
  EXPECT_EQ(events.front().name, "ping");
  EXPECT_GE(pings_in(reply.body), 2u);
  EXPECT_EQ(grammar_mistake(reply.body), "") << reply.body;
  EXPECT_EQ(text_of(reply.body), "Hello!");
  EXPECT_TRUE(reply.body.find("message_start") > reply.body.find("event: ping"));
}

TEST(Pings, TheVerdictFollowsThemInAComment) {
  Scene scene(pinging());
  scene.draft->script(slowly(says("Hello!")));
  const Reply reply = scene.post(user_body("say hello", true));
  EXPECT_EQ(reply.count("x-rlm-verdict"), 0u);  // nobody knew when the head left
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(reply.header("x-rlm-exchange"), record.id);
  EXPECT_NE(reply.body.find("\n: x-rlm-verdict=SKIPPED x-rlm-model=draft\n\n"), std::string::npos)
      << reply.body;
  EXPECT_EQ(record.status, 200);
}

TEST(Pings, KeepOnWhileTheVerdictIsAwaited) {
  Scene scene(pinging());
  scene.draft->script(says("A draft."));
  scene.verify->script(slowly(says("USE_DRAFT")));
  const Reply reply = scene.post(user_body(kHard, true));
  EXPECT_GE(pings_in(reply.body), 2u);
  EXPECT_EQ(grammar_mistake(reply.body), "");
  EXPECT_EQ(text_of(reply.body), "A draft.");
  EXPECT_EQ(scene.proxy->record_number(1).verdict, Verdict::Accepted);
}

TEST(Pings, MayFallIntoARewriteButNeverIntoAnEvent) {
  Scene scene(pinging());
  scene.draft->script(says("A draft."));
  sim::Reply rewrite = slowly(says_in_pieces({"one ", "two ", "three ", "four ", "five"}));
  rewrite.output_tokens = 20;
  rewrite.tokens_per_second = 100;
  scene.verify->script(rewrite);
  const Reply reply = scene.post(user_body(kHard, true));
  EXPECT_GE(pings_in(reply.body), 2u);
  EXPECT_EQ(grammar_mistake(reply.body), "") << reply.body;
  EXPECT_EQ(text_of(reply.body), "one two three four five");
  EXPECT_NE(reply.body.find("\n: x-rlm-verdict=ENHANCED x-rlm-model=verify\n\n"),
            std::string::npos);
}

TEST(Pings, NeverFallIntoTheMiddleOfARelayedEvent) {
  // The fallback's bytes come slowly and cut anywhere.
  std::string stream =
      "event: message_start\ndata: "
      "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
      "\"assistant\","
      "\"content\":[],\"model\":\"m\",\"stop_reason\":null,\"usage\":{\"input_tokens\":1,\"output_"
      "tokens\":1}}}\n\n"
      "event: content_block_start\ndata: "
      "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":"
      "\"\"}}\n\n";
  for (int i = 0; i < 40; ++i)
    stream +=
        "event: content_block_delta\ndata: "
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":"
        "\"" +
        std::to_string(i) + " \"}}\n\n";
  stream +=
      "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
      "event: message_delta\ndata: "
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_"
      "tokens\":9}}\n\n"
      "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  RawUpstream upstream(
      {{chunked_response("text/event-stream", stream, 3), RawAnswer::Then::Keep, 2}});
  Settings settings = pinging();
  settings.verify_url = upstream.base_url();
  Scene scene(settings);
  sim::Reply failing = slowly(fails("cut@700"));
  scene.draft->script(failing);
  const Reply reply = scene.post(user_body("say hello", true));
  EXPECT_GE(pings_in(reply.body), 1u);
  EXPECT_EQ(grammar_mistake(reply.body), "") << reply.body;
  EXPECT_NE(reply.body.find(stream), std::string::npos);
}

TEST(Pings, AnErrorBehindThemIsAnEventAndACutConnection) {
  Scene scene(pinging());
  scene.draft->script(slowly(says("A draft.")));
  scene.verify->script(fails("529"));
  const Reply reply = scene.post(user_body(kHard, true));
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.whole);
  const auto events = sse_events(reply.body);
  EXPECT_EQ(events.front().name, "ping");
  EXPECT_EQ(events.back().name, "error");
  EXPECT_TRUE(is_error(events.back().data, "overloaded_error"));
  EXPECT_EQ(reply.body.find("message_start"), std::string::npos);
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  EXPECT_EQ(record.status, 200);
  EXPECT_EQ(record.error_type, "overloaded_error");
}

TEST(Pings, AFallbackBehindThemIsRelayedWhole) {
  Scene scene(pinging());
  scene.draft->script(slowly(fails("cut@700")));
  scene.verify->script(says("from the verify model"));
  const Reply reply = scene.post(user_body("say hello", true));
  EXPECT_GE(pings_in(reply.body), 2u);
  EXPECT_EQ(grammar_mistake(reply.body), "");
  EXPECT_EQ(text_of(reply.body), "from the verify model");
  EXPECT_NE(reply.body.find("\n: x-rlm-verdict=FALLBACK x-rlm-model=verify\n\n"),
            std::string::npos);
  EXPECT_EQ(scene.proxy->record_number(1).verdict, Verdict::Fallback);
}

TEST(Pings, AWholeBodyForAPingedStreamIsAnErrorEvent) {
  RawUpstream upstream(
      {{sized_response(200, "application/json", R"({"type":"message","content":[]})")}});
  Settings settings = pinging();
  settings.verify_url = upstream.base_url();
  Scene scene(settings);
  scene.draft->script(slowly(fails("cut@700")));
  const Reply reply = scene.post(user_body("say hello", true));
  EXPECT_FALSE(reply.whole);
  EXPECT_EQ(sse_events(reply.body).back().name, "error");
}

TEST(Pings, AreNotSentToAClientThatWantsAWholeAnswer) {
  Scene scene(pinging());
  scene.draft->script(slowly(says("Hello!")));
  const Reply reply = scene.post(user_body("say hello", false));
  EXPECT_EQ(reply.header("content-type"), "application/json");
  EXPECT_EQ(text_of(reply.body), "Hello!");
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED");
}

TEST(Pings, AnErrorBeforeTheFirstIsStillAStatus) {
  Scene scene(pinging());
  scene.draft->script(fails("500"));
  scene.verify->script(fails("529"));
  EXPECT_EQ(scene.post(user_body("say hello", true)).status, 529);
}

}  // namespace
}  // namespace rlm::test
