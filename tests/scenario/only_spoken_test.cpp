// A request that Messages cannot say, of a client whose model speaks as it does.

#include <gmock/gmock.h>

#include "tests/support/raw_upstream.hpp"
#include "tests/support/world.hpp"

namespace rlm::test {
namespace {

using ::testing::HasSubstr;

struct Unsayable {
  const char* name;
  const char* at;  // an upstream that speaks so
  const char* target;
  const char* fields;
  const char* refusal;  // of the simulated upstream itself; null: it answers
};

const Unsayable kUnsayable[] = {
    {"SeveralAnswers", "OpenAiChat", "/v1/chat/completions",
     R"("n":2,"messages":[{"role":"user","content":"hi"}])", "a simulated model gives one choice"},
    {"Sound", "OpenAiChat", "/v1/chat/completions",
     R"("messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"QQ==","format":"wav"}}]}])",
     nullptr},
    {"WhatTheUpstreamKeeps", "OpenAiResponses", "/v1/responses",
     R"("previous_response_id":"resp_1","input":[{"role":"user","content":"hi"}])",
     "'resp_1' not found"},
};

class OnlySpoken : public ::testing::TestWithParam<Unsayable> {
 protected:
  Reply post(const World& world, bool stream, const std::string& more = "") const {
    Ask request;
    request.target = GetParam().target;
    request.body = R"({"model":"claude-opus-4-8",)" + more + GetParam().fields + R"(,"stream":)" +
                   (stream ? "true}" : "false}");
    request.with("x-rlm-plan", "draft_only");
    return ask(world.proxy.port(), request);
  }
};

TEST_P(OnlySpoken, ReachesAnUpstreamThatSpeaksAsTheClientDoes) {
  World world(place("Anthropic"), place(GetParam().at));
  for (const bool stream : {true, false}) {
    world.verify->script(says("seventeen bells"));
    const Reply reply = post(world, stream);
    const char* refusal = GetParam().refusal;
    EXPECT_EQ(reply.status, refusal != nullptr ? 400 : 200) << reply.body;
    EXPECT_TRUE(reply.whole);
    EXPECT_THAT(reply.body, HasSubstr(refusal != nullptr ? refusal : "seventeen bells"));
    EXPECT_EQ(reply.header("x-rlm-verdict"), refusal != nullptr ? "FAILED" : "DIRECT");
    EXPECT_EQ(reply.header("x-rlm-reason"), "own_dialect");
    EXPECT_THAT(world.verify->requests().back().body, HasSubstr(GetParam().fields));
    EXPECT_THAT(world.verify->requests().back().body, HasSubstr(R"("model":"sim-verify")"));
  }
  EXPECT_TRUE(world.draft->requests().empty());
  world.expect_exact_bill();
}

TEST_P(OnlySpoken, IsRefusedByAnyOther) {
  World world(place("OpenAiChat"), place("Anthropic"));
  const Reply reply = post(world, true);
  EXPECT_EQ(reply.status, 400) << reply.body;
  EXPECT_TRUE(world.verify->requests().empty());
}

// Whoever reads the first of two and whoever reads the last would disagree about the model.
TEST_P(OnlySpoken, MustNameItsModelOnce) {
  World world(place("Anthropic"), place(GetParam().at));
  EXPECT_EQ(post(world, true, R"("model":"another",)").status, 400);
  EXPECT_EQ(post(world, true, R"("background":true,)").status, 400) << "nobody can fetch it here";
  EXPECT_TRUE(world.verify->requests().empty());
}

INSTANTIATE_TEST_SUITE_P(Dialects, OnlySpoken, ::testing::ValuesIn(kUnsayable),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(OnlySpokenAnswer, PassesAsItIsAndIsPaid) {
  const std::string usage =
      R"("usage":{"prompt_tokens":9,"completion_tokens":6,"total_tokens":15})";
  const std::string whole =
      R"({"id":"c","object":"chat.completion","model":"m","choices":[)"
      R"({"index":1,"message":{"role":"assistant","content":"two"},"finish_reason":"stop"},)"
      R"({"index":0,"message":{"role":"assistant","content":"one"},"finish_reason":"stop"}],)" +
      usage + "}";
  const auto chunk = [](std::string_view choice) {
    return R"(data: {"id":"c","object":"chat.completion.chunk","model":"m","choices":[)" +
           std::string(choice) + "]}\n\n";
  };
  const std::string stream =
      chunk(R"({"index":0,"delta":{"role":"assistant","content":"one"},"finish_reason":null})") +
      chunk(R"({"index":1,"delta":{"role":"assistant","content":"two"},"finish_reason":null})") +
      chunk(R"({"index":0,"delta":{},"finish_reason":"stop"})") +
      chunk(R"({"index":1,"delta":{},"finish_reason":"stop"})");
  const std::string usage_chunk =
      R"(data: {"id":"c","object":"chat.completion.chunk","model":"m","choices":[],)" + usage +
      "}\n\n";
  const std::string done = "data: [DONE]\n\n";
  RawUpstream upstream({{sized_response(200, "application/json", whole)},
                        {sized_response(200, "text/event-stream", stream + usage_chunk + done)}});
  Proxy proxy(
      world_config("[models.m]\nendpoint = \"openai-compatible\"\nmodel = \"m\"\nbase_url = \"" +
                   upstream.base_url() + "\"\nretries = 0\n"));
  Ask request;
  request.target = "/v1/chat/completions";
  const std::string front = R"({"model":"m","n":2,"messages":[{"role":"user","content":"hi"}])";
  request.body = front + "}";
  EXPECT_EQ(ask(proxy.port(), request).body, whole);
  request.body = front + R"(,"stream":true})";
  EXPECT_EQ(ask(proxy.port(), request).body, stream + done)
      << "the usage was asked for by the proxy alone";
  const auto record = proxy.record_number(2);
  EXPECT_EQ(record.reason, "own_dialect");
  for (const auto& one : proxy.records()) {
    EXPECT_EQ(one.seen.prompt(), 9);
    EXPECT_EQ(one.seen.output, 6);
    EXPECT_EQ(one.verdict, Verdict::Direct);
  }
}

}  // namespace
}  // namespace rlm::test
