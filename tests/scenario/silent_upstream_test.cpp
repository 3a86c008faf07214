// Pings of ours in direct answers of upstreams that have none, and nowhere else.

#include <gmock/gmock.h>

#include "tests/support/world.hpp"

namespace rlm::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// An answer that begins only after pings had time to come.
sim::Reply slowly(sim::Reply reply) {
  reply.first_token = Milliseconds(150);
  return reply;
}

// Pieces with silences between them in which pings have time to come.
sim::Reply haltingly() {
  sim::Reply reply = says_in_pieces({"one ", "two ", "three ", "four ", "five"});
  reply.output_tokens = 5;
  reply.tokens_per_second = 8;
  return reply;
}

std::size_t pings_in(std::string_view body) {
  std::size_t count = 0;
  for (const SseEvent& event : sse_events(body)) count += event.name == "ping" ? 1 : 0;
  return count;
}

std::string_view behind(std::string_view body, std::string_view mark) {
  const auto at = body.find(mark);
  return at == body.npos ? std::string_view() : body.substr(at);
}

/// A draft model of Anthropic's, a verify model at this place, and a proxy that soon pings.
struct Waiting {
  explicit Waiting(std::string_view place_name, const std::string& lines = "",
                   const std::string& more_models = "")
      : draft(start_model(simulated(place("Anthropic"), sim::Side::Draft))),
        verify(start_model(simulated(place(place_name), sim::Side::Verify))),
        proxy(world_config("ping_first_ms = 20\nping_interval_ms = 20\n" +
                           model_lines("draft", place("Anthropic"), *draft, "sim-draft") +
                           model_lines("verify", place(place_name), *verify, "sim-verify") + lines +
                           more_models +
                           "[[cascade]]\nmatch = [\"claude-*\"]\ndraft = \"draft\"\n"
                           "verify = \"verify\"\npolicy = \"paper\"\n")) {}

  Reply ask(const Asker& as = kAskers[0], bool stream = true) const {
    return ask_as(as, proxy.port(), "waiting", stream, "direct");
  }

  std::unique_ptr<sim::SimulatedModel> draft;
  std::unique_ptr<sim::SimulatedModel> verify;
  Proxy proxy;
};

class SilentUpstream : public ::testing::TestWithParam<const char*> {};

TEST_P(SilentUpstream, PingsComeBeforeItsHead) {
  Waiting waiting(GetParam());
  waiting.verify->script(slowly(says("at last")));
  const Reply reply = waiting.ask();
  EXPECT_TRUE(reply.whole);
  const std::string_view body = reply.body;
  EXPECT_GE(pings_in(body.substr(0, body.find("event: message_start"))), 2u) << body;
  EXPECT_EQ(grammar_mistake(body), "") << body;
  EXPECT_EQ(text_of(body), "at last");
  EXPECT_THAT(reply.body, HasSubstr("\n: x-rlm-verdict=DIRECT x-rlm-model=verify\n\n"));
  EXPECT_EQ(waiting.proxy.record_number(1).verdict, Verdict::Direct);
}

TEST_P(SilentUpstream, PingsComeInItsSilences) {
  Waiting waiting(GetParam());
  waiting.verify->script(haltingly());
  const Reply reply = waiting.ask();
  EXPECT_GE(pings_in(behind(reply.body, "content_block_delta")), 3u) << reply.body;
  EXPECT_EQ(grammar_mistake(reply.body), "") << reply.body;
  EXPECT_EQ(text_of(reply.body), "one two three four five");
}

TEST_P(SilentUpstream, PingsComeInTheSilencesOfAFallback) {
  Waiting waiting(GetParam());
  waiting.draft->script(fails("500"));
  waiting.verify->script(haltingly());
  const Reply reply = ask_as(kAskers[0], waiting.proxy.port(), "waiting", true, "draft_verify");
  EXPECT_GE(pings_in(behind(reply.body, "content_block_delta")), 3u) << reply.body;
  EXPECT_EQ(grammar_mistake(reply.body), "") << reply.body;
  EXPECT_EQ(waiting.proxy.record_number(1).verdict, Verdict::Fallback);
}

TEST_P(SilentUpstream, AnErrorBehindAPingIsAnEventAndACutConnection) {
  Waiting waiting(GetParam(), "first_byte_ms = 150\n");
  waiting.verify->script(fails("stall_head"));
  const Reply reply = waiting.ask();
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.whole);
  const auto events = sse_events(reply.body);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.front().name, "ping");
  EXPECT_EQ(events.back().name, "error");
  EXPECT_TRUE(is_error(events.back().data, "timeout_error")) << reply.body;
  const ExchangeRecord record = waiting.proxy.record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  EXPECT_EQ(record.status, 200);
}

TEST_P(SilentUpstream, PingsDoNotHideThatItIsDead) {
  Waiting waiting(GetParam(), "idle_ms = 200\n");
  waiting.verify->script(fails("stall@1200", std::string(4000, 'w')));
  const Reply reply = waiting.ask();
  EXPECT_FALSE(reply.whole);
  EXPECT_GE(pings_in(behind(reply.body, "message_start")), 1u) << reply.body;
  const auto events = sse_events(reply.body);
  EXPECT_EQ(events.back().name, "error");
}

TEST_P(SilentUpstream, AnErrorBeforeTheFirstPingIsStillAStatus) {
  Waiting waiting(GetParam());
  waiting.verify->script(fails("400"));
  EXPECT_EQ(waiting.ask().status, 400);
}

TEST_P(SilentUpstream, AWholeAnswerIsWaitedForWithoutPings) {
  Waiting waiting(GetParam());
  waiting.verify->script(slowly(says("at last")));
  const Reply reply = waiting.ask(kAskers[0], false);
  EXPECT_EQ(reply.header("content-type"), "application/json");
  EXPECT_EQ(text_of(reply.body), "at last");
}

INSTANTIATE_TEST_SUITE_P(Pings, SilentUpstream,
                         ::testing::Values("OpenAiChat", "OpenAiResponses", "BedrockBearer",
                                           "VllmMessages"),
                         [](const auto& each) { return std::string(each.param); });

TEST(PingingUpstream, KeepsItsStatusAndItsBytes) {
  Waiting waiting("Anthropic", "first_byte_ms = 150\n");
  waiting.verify->script(fails("stall_head"));
  EXPECT_EQ(waiting.ask().status, 504);
  waiting.verify->script(haltingly());
  const Reply reply = waiting.ask();
  EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
  EXPECT_EQ(pings_in(reply.body), 1u) << "its own, behind message_start";
}

TEST(PingingUpstream, GetsNoneOfOursWhereItAnswersForASilentOne) {
  const auto other = start_model(simulated(place("Anthropic"), sim::Side::Verify));
  Waiting waiting("BedrockBearer", "also = [\"elsewhere\"]\n",
                  model_lines("elsewhere", place("Anthropic"), *other, "sim-verify"));
  waiting.verify->script(slowly(fails("error_first")));
  other->script(haltingly());
  const Reply reply = waiting.ask();
  EXPECT_EQ(sse_events(reply.body).front().name, "ping") << "the silent one was waited for";
  EXPECT_EQ(grammar_mistake(reply.body), "") << reply.body;
  EXPECT_EQ(text_of(reply.body), "one two three four five");
  EXPECT_EQ(pings_in(behind(reply.body, "content_block_delta")), 0u) << reply.body;
}

TEST(SilentUpstreamTold, AnOpenAiClientGetsComments) {
  for (const std::string_view place_name : {"BedrockBearer", "OpenAiResponses"}) {
    Waiting waiting(place_name);
    waiting.verify->script(slowly(haltingly()));
    const Reply reply = waiting.ask(kAskers[1]);
    EXPECT_TRUE(reply.body.starts_with(":")) << reply.body;
    EXPECT_THAT(std::string(behind(reply.body, "one ")), HasSubstr("\n\n:")) << reply.body;
    EXPECT_THAT(reply.body, Not(HasSubstr("event: ping")));
    EXPECT_THAT(reply.body, HasSubstr("[DONE]"));
  }
}

TEST(SilentUpstreamTold, WhatPassesInTheClientsOwnDialectPassesAsItIs) {
  Waiting waiting("OpenAiChat");
  waiting.verify->script(slowly(haltingly()));
  const Reply reply = waiting.ask(kAskers[1]);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
  EXPECT_THAT(reply.body, Not(HasSubstr("\n:")));
  EXPECT_TRUE(reply.body.starts_with("data:")) << reply.body;
}

}  // namespace
}  // namespace rlm::test
