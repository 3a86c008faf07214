// What a client is told of its prompt's size before the upstream has told it, and that the ledger
// never takes it for the truth.

#include <algorithm>

#include "tests/support/raw_upstream.hpp"
#include "tests/support/world.hpp"

namespace rlm::test {
namespace {

constexpr const Asker& kMessages = kAskers[0];

std::string event_data(const Reply& reply, std::string_view name) {
  for (const SseEvent& event : sse_events(reply.body))
    if (event.name == name) return event.data;
  return "no such event in " + reply.body;
}

// All of a usage's input, however it is billed.
std::int64_t prompt_in(const std::string& event, const std::string& usage) {
  std::int64_t sum = 0;
  for (const char* part :
       {".input_tokens", ".cache_read_input_tokens", ".cache_creation_input_tokens"})
    sum += std::max<std::int64_t>(0, number_at(event, usage + part));  // vLLM tells no writes
  return sum;
}

std::int64_t told_at_start(const Reply& reply) {
  return prompt_in(event_data(reply, "message_start"), "message.usage");
}

std::int64_t told_at_end(const Reply& reply) {
  return prompt_in(event_data(reply, "message_delta"), "usage");
}

const std::string kLong(4'000, 'p');  // some 1,100 tokens

std::string words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "word " + std::to_string(i * i) + " of it, ";
  return text + "and that is all.";
}

class ToldPrompt : public ::testing::TestWithParam<Place> {};

TEST_P(ToldPrompt, IsAnEstimateAtTheStartAndTheTruthAtTheEnd) {
  World world(place("Anthropic"), GetParam());
  world.verify->script(says("a bell"));
  const Reply reply = ask_as(kMessages, world.proxy.port(), kLong, true, "direct");
  EXPECT_EQ(grammar_mistake(reply.body), "");
  const auto record = world.proxy.record_number(1);
  const Usage used = record.calls.at(0).usage;
  EXPECT_TRUE(used.reported);
  EXPECT_EQ(told_at_end(reply), used.prompt());
  EXPECT_GT(told_at_start(reply), used.prompt() / 2);
  EXPECT_LT(told_at_start(reply), used.prompt() * 2);
  world.expect_exact_bill();
}

TEST_P(ToldPrompt, IsMarkedAsAnEstimateInTheLedgerWhenTheStreamIsCut) {
  World world(place("Anthropic"), GetParam());
  world.verify->script(fails("reset@2500", std::string(4000, 'w')));
  const Reply reply = ask_as(kMessages, world.proxy.port(), kLong, true, "direct");
  EXPECT_GT(told_at_start(reply), 500);
  const auto call = world.proxy.record_number(1).calls.at(0);
  EXPECT_FALSE(call.usage.reported);
  EXPECT_TRUE(is_estimated(call));
  EXPECT_GT(call.usage.prompt(), 500);
}

TEST_P(ToldPrompt, IsToldWithADraftThatIsAcceptedAndWithARewrite) {
  World world(place("OpenAiChat"), GetParam());
  world.draft->script(says("a drafted answer of some length"));
  const Reply accepted = ask_as(kMessages, world.proxy.port(), kLong, true, "draft_verify");
  EXPECT_EQ(accepted.header("x-rlm-verdict"), "ACCEPTED") << accepted.body;
  EXPECT_GT(told_at_start(accepted), 500);
  EXPECT_GT(told_at_end(accepted), 500);
  world.draft->script(says("a drafted answer of some length"));
  world.verify->script(says("What the verify model says instead, at some length."));
  const Reply rewritten = ask_as(kMessages, world.proxy.port(), kLong, true, "draft_verify");
  EXPECT_EQ(rewritten.header("x-rlm-verdict"), "ENHANCED") << rewritten.body;
  EXPECT_GT(told_at_start(rewritten), 500);
  EXPECT_GT(told_at_end(rewritten), 500);
  world.expect_exact_bill();
}

TEST_P(ToldPrompt, IsToldWithADraftThatLeavesWhileItIsWritten) {
  World world(GetParam(), place("Anthropic"));
  world.draft->script(says_much(words(400)));
  Ask request;
  request.body = user_body(kLong, true);
  request.with("x-rlm-plan", "draft_only");
  const Reply reply = ask(world.proxy.port(), request);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "SKIPPED") << reply.body;
  EXPECT_GT(told_at_start(reply), 500);
  EXPECT_EQ(told_at_end(reply), world.proxy.record_number(1).calls.at(0).usage.prompt());
  world.expect_exact_bill();
}

class TokenCount : public ::testing::TestWithParam<Place> {};

Ask count(std::string body) {
  Ask request;
  request.target = "/v1/messages/count_tokens";
  request.body = std::move(body);
  return request;
}

std::string counted_body(const std::string& text) {
  return R"({"model":"claude-opus-4-8","messages":[{"role":"user","content":")" + text + R"("}]})";
}

TEST_P(TokenCount, IsTheUpstreamsOwnOrAnEstimateThatSaysSo) {
  World world(place("Anthropic"), GetParam());
  const Reply reply = ask(world.proxy.port(), count(counted_body(kLong)));
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_GT(number_at(reply.body, "input_tokens"), 500);
  EXPECT_LT(number_at(reply.body, "input_tokens"), 2'000);
  EXPECT_EQ(reply.header("x-rlm-estimate"), GetParam().speaks_openai() ? "true" : "");
  EXPECT_EQ(world.verify->requests().empty(), GetParam().speaks_openai());
  EXPECT_TRUE(world.proxy.records().empty());
}

TEST_P(TokenCount, OfABadBodyIsRefusedAsTheApiDoes) {
  World world(place("Anthropic"), GetParam());
  for (const char* body :
       {"{", R"({"model":"claude-opus-4-8"})", R"({"model":"claude-opus-4-8","messages":"hi"})",
        R"({"messages":[{"role":"user","content":"hi"}]})"}) {
    const Reply reply = ask(world.proxy.port(), count(body));
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_TRUE(is_error(reply.body, "invalid_request_error")) << reply.body;
  }
  const Reply unknown =
      ask(world.proxy.port(),
          count(R"({"model":"nobody","messages":[{"role":"user","content":"hi"}]})"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_TRUE(is_error(unknown.body, "not_found_error")) << unknown.body;
}

INSTANTIATE_TEST_SUITE_P(Dialects, ToldPrompt, ::testing::ValuesIn(kPlaces),
                         [](const auto& each) { return std::string(each.param.name); });
INSTANTIATE_TEST_SUITE_P(Dialects, TokenCount, ::testing::ValuesIn(kPlaces),
                         [](const auto& each) { return std::string(each.param.name); });

// A server that speaks Messages and has no count (Ollama's, for one) answers 404.
TEST(TokenCountOfOthers, IsEstimatedWhereTheUpstreamHasNoSuchPath) {
  RawUpstream server({{sized_response(404, "application/json", R"({"error":"not found"})")}});
  const Proxy proxy(
      world_config("[models.m]\nendpoint = \"anthropic-compatible\"\nretries = 0\n"
                   "api_key = \"${UPSTREAM_KEY}\"\nmodel = \"claude-opus-4-8\"\n"
                   "base_url = \"" +
                   server.base_url() + "\"\n"));
  const Reply reply = ask(proxy.port(), count(counted_body(kLong)));
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.header("x-rlm-estimate"), "true");
}

// A picture's bytes are no text: its tokens do not grow with its file.
TEST(TokenCountOfOthers, OfAPictureDoesNotGoByItsBytes) {
  World world(place("Anthropic"), place("OpenAiChat"));
  const std::string picture =
      R"({"model":"claude-opus-4-8","messages":[{"role":"user","content":[{"type":"image",)"
      R"("source":{"type":"base64","media_type":"image/png","data":")" +
      std::string(400'000, 'A') + R"("}},{"type":"text","text":"what is it?"}]}]})";
  const Reply reply = ask(world.proxy.port(), count(picture));
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_GT(number_at(reply.body, "input_tokens"), 1'000);
  EXPECT_LT(number_at(reply.body, "input_tokens"), 3'000);
}

}  // namespace
}  // namespace rlm::test
