// Every client's dialect over every provider's: real sockets, models that refuse what the real ones
// refuse, and bills to the nano-dollar.

#include <gmock/gmock.h>

#include "tests/support/world.hpp"

namespace rlm::test {
namespace {

using ::testing::HasSubstr;

class EveryPlace : public ::testing::TestWithParam<Place> {};

TEST_P(EveryPlace, AnswersEveryClientStreamedAndWholeAndIsPaidExactly) {
  World world(place("Anthropic"), GetParam());
  for (const Asker& as : kAskers)
    for (const bool stream : {true, false}) {
      SCOPED_TRACE(std::string(as.name) + (stream ? ", streamed" : ", whole"));
      world.verify->script(says("seventeen bells"));
      const Reply reply = ask_as(as, world.proxy.port(), "bells", stream, "direct");
      EXPECT_EQ(reply.status, 200) << reply.body;
      EXPECT_TRUE(reply.whole);
      EXPECT_THAT(reply.body, HasSubstr("seventeen bells"));
      EXPECT_EQ(reply.header("content-type").substr(0, 16),
                stream ? "text/event-strea" : "application/json");
      EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
    }
  world.expect_exact_bill();
}

TEST_P(EveryPlace, CallsAToolForEveryClient) {
  World world(place("Anthropic"), GetParam());
  for (const Asker& as : kAskers)
    for (const bool stream : {true, false}) {
      SCOPED_TRACE(std::string(as.name) + (stream ? ", streamed" : ", whole"));
      world.verify->script(sim::Reply::of_tool("look", R"({"at":"the tower"})", "I look."));
      const Reply reply = ask_as(as, world.proxy.port(), "towers", stream, "direct");
      EXPECT_EQ(reply.status, 200) << reply.body;
      EXPECT_THAT(reply.body, HasSubstr("I look."));
      EXPECT_THAT(reply.body, HasSubstr(as.says_tool));
    }
  world.expect_exact_bill();
}

TEST_P(EveryPlace, ItsErrorsReachEveryClientInItsOwnDialect) {
  World world(place("Anthropic"), GetParam());
  for (const Asker& as : kAskers) {
    SCOPED_TRACE(as.name);
    world.verify->script(fails("429"));
    const Reply reply = ask_as(as, world.proxy.port(), "limits", true, "direct");
    EXPECT_EQ(reply.status, 429) << reply.body;
    const bool messages = std::string_view(as.name) == "Messages";
    // What speaks Messages without being Anthropic's passes with its own word.
    const bool own_word = messages && std::string_view(GetParam().name) == "VllmMessages";
    EXPECT_THAT(reply.body, HasSubstr(own_word ? "RateLimitError" : "rate_limit"));
    EXPECT_EQ(reply.body.find(R"("type":"error")") != std::string::npos, messages) << reply.body;
  }
}

TEST_P(EveryPlace, ACutStreamNeverLooksWhole) {
  World world(place("Anthropic"), GetParam());
  for (const Asker& as : kAskers) {
    SCOPED_TRACE(as.name);
    world.verify->script(fails("reset@700", std::string(4000, 'w')));
    const Reply reply = ask_as(as, world.proxy.port(), "cuts", true, "direct");
    EXPECT_FALSE(reply.whole && reply.body.find("[DONE]") != std::string::npos);
    EXPECT_EQ(reply.body.find("message_stop"), std::string::npos);
    EXPECT_EQ(reply.body.find("response.completed"), std::string::npos);
  }
}

TEST_P(EveryPlace, DraftsForEveryClient) {
  World world(GetParam(), place("Anthropic"));
  for (const Asker& as : kAskers) {
    SCOPED_TRACE(as.name);
    world.draft->script(says("a drafted answer of some length"));
    const Reply reply = ask_as(as, world.proxy.port(), "drafts", true, "draft_verify");
    EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.body;
    EXPECT_THAT(reply.body, HasSubstr("a drafted answer of some length"));
  }
  world.expect_exact_bill();
}

TEST_P(EveryPlace, JudgesADraftForEveryClient) {
  World world(place("OpenAiChat"), GetParam());
  for (const Asker& as : kAskers) {
    SCOPED_TRACE(as.name);
    world.draft->script(says("a drafted answer of some length"));
    const Reply reply = ask_as(as, world.proxy.port(), "verdicts", true, "draft_verify");
    EXPECT_EQ(reply.header("x-rlm-verdict"), "ACCEPTED") << reply.body;
    EXPECT_THAT(reply.body, HasSubstr("a drafted answer of some length"));
  }
  world.expect_exact_bill();
}

INSTANTIATE_TEST_SUITE_P(Dialects, EveryPlace, ::testing::ValuesIn(kPlaces),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(SpentBudget, IsNotTriedAgainByAnyClient) {
  World world(place("Anthropic"), place("OpenAiChat"));
  const std::string spent =
      R"({"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}})";
  for (const Asker& as : kAskers) {
    SCOPED_TRACE(as.name);
    sim::Reply refusal = fails("429");
    refusal.fault.headers = Headers();
    refusal.fault.body = spent;
    world.verify->script(refusal);
    const Reply reply = ask_as(as, world.proxy.port(), "money", true, "direct");
    const bool messages = std::string_view(as.name) == "Messages";
    EXPECT_EQ(reply.status, messages ? 402 : 429) << reply.body;
    EXPECT_THAT(reply.body, HasSubstr(messages ? "billing_error" : "insufficient_quota"));
    EXPECT_EQ(reply.header("x-should-retry"), "false");
  }
}

TEST(SpokenDialect, ReachesAnUpstreamThatSpeaksItAsItIsButForTheModel) {
  World world(place("Anthropic"), place("OpenAiChat"));
  Ask request;
  request.target = "/v1/chat/completions";
  request.body =
      R"({"seed":7,"model":"claude-opus-4-8","logprobs":false,"messages":[{"role":"user","content":"hi"}]})";
  request.with("x-rlm-plan", "direct");
  const Reply reply = ask(world.proxy.port(), request);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(reply.body, HasSubstr("system_fingerprint")) << "the upstream's own bytes";
  EXPECT_EQ(
      world.verify->requests().at(0).body,
      R"({"seed":7,"model":"sim-verify","logprobs":false,"messages":[{"role":"user","content":"hi"}]})");
  world.expect_exact_bill();
}

TEST(SpokenDialect, IsFittedToAnUpstreamThatTakesLessOfIt) {
  World world(place("Anthropic"), place("DeepSeek"));
  Ask request;
  request.target = "/v1/chat/completions";
  request.body =
      R"({"model":"claude-opus-4-8","max_completion_tokens":400,"messages":[{"role":"developer","content":"be brief"},)"
      R"({"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":)"
      R"({"name":"answer","schema":{"type":"object","properties":{"a":{"type":"string"}}}}}})";
  request.with("x-rlm-plan", "direct");
  const Reply reply = ask(world.proxy.port(), request);
  EXPECT_EQ(reply.status, 200) << reply.body;
  const std::string sent = world.verify->requests().at(0).body;
  EXPECT_THAT(sent, HasSubstr(R"({"role":"system","content":"be brief\n\nAnswer with one JSON)"));
  EXPECT_EQ(json_at(sent, "response_format.type"), "json_object");
  world.expect_exact_bill();
}

TEST(SpokenDialect, ARaceListensForMessagesWhateverTheVerifyModelSpeaks) {
  for (const bool stream : {true, false}) {
    World world(place("Anthropic"), place("OpenAiChat"));
    sim::Reply slow = says("never heard");
    slow.first_token = Milliseconds(60'000);
    world.draft->script(std::move(slow));
    world.verify->script(says("first at the tower"));
    Ask request;
    request.target = "/v1/chat/completions";
    request.body =
        std::string(
            R"({"model":"claude-opus-4-8","messages":[{"role":"user","content":"hi"}],"stream":)") +
        (stream ? "true}" : "false}");
    request.with("x-rlm-plan", "draft_only;race");
    const Reply reply = ask(world.proxy.port(), request);
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_TRUE(reply.whole);
    EXPECT_EQ(reply.header("x-rlm-reason"), "forced,raced,race_lost");
    EXPECT_THAT(reply.body, HasSubstr("first at the tower"));
    EXPECT_EQ(reply.body.find("system_fingerprint"), std::string::npos)
        << "its bytes went through Messages";
    EXPECT_EQ(reply.body.find("[DONE]") != std::string::npos, stream);
  }
}

TEST(SpokenDialect, OfACloudIsAnsweredInItsOwnForm) {
  World world(place("Anthropic"), place("Anthropic"));
  const std::string body =
      R"({"max_tokens":90,"messages":[{"role":"user","content":"hi"}],"anthropic_version":)";
  world.verify->script(says("from the tower"));
  Ask vertex;
  vertex.target =
      "/v1/projects/p/locations/global/publishers/anthropic/models/claude-opus-4-8:rawPredict";
  vertex.body = body + R"("vertex-2023-10-16"})";
  vertex.with("x-rlm-plan", "direct");
  const Reply whole = ask(world.proxy.port(), vertex);
  EXPECT_EQ(whole.status, 200) << whole.body;
  EXPECT_THAT(whole.body, HasSubstr("from the tower"));
  Ask native;
  native.target = "/model/claude-opus-4-8/invoke-with-response-stream";
  native.body = body + R"("bedrock-2023-05-31"})";
  native.with("x-rlm-plan", "direct");
  world.verify->script(says("from the bell"));
  const Reply frames = ask(world.proxy.port(), native);
  EXPECT_EQ(frames.status, 200) << frames.body;
  EXPECT_EQ(frames.header("content-type"), "application/vnd.amazon.eventstream");
  EXPECT_THAT(frames.body, HasSubstr(":event-type"));
  Ask bedrock;
  bedrock.target = "/model/us.anthropic.claude-opus-4-8/invoke-with-response-stream";
  bedrock.body = body + R"("bedrock-2023-05-31"})";
  const Reply stream = ask(world.proxy.port(), bedrock);
  EXPECT_EQ(stream.status, 404) << "no cascade and no endpoint has this name: " << stream.body;
  EXPECT_THAT(stream.body, HasSubstr(R"("message":"model: us.anthropic.claude-opus-4-8")"));
}

TEST(SpokenDialect, RefusesWhatItCannotMeanInTheClientsWords) {
  World world(place("Anthropic"), place("Anthropic"));
  Ask request;
  request.target = "/v1/chat/completions";
  request.body = R"({"model":"claude-opus-4-8","n":2,"messages":[{"role":"user","content":"hi"}]})";
  const Reply reply = ask(world.proxy.port(), request);
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr(R"("type":"invalid_request_error")"));
  EXPECT_THAT(reply.body, HasSubstr("n: "));
  EXPECT_TRUE(world.verify->requests().empty());
}

}  // namespace
}  // namespace rlm::test
