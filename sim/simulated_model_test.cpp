// The grammar of answers, errors and the bill, over real sockets.

#include "sim/simulated_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/test_client.hpp"
#include "wire/json_text.hpp"

namespace rlm::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> names_of(const Got& got) {
  std::vector<std::string> names;
  for (const Event& event : events_of(got.body)) {
    EXPECT_EQ(string_at(event.data, "type"), event.name);
    if (names.empty() || event.name != "content_block_delta" || names.back() != event.name)
      names.push_back(event.name);
  }
  return names;
}

TEST(SimulatedModel, StreamsTextWithTheExactEventGrammar) {
  const auto model = running();
  model->script(Reply::of_text("Hello wörld, this is a text of several deltas."));
  const Got got = ask(*model, user_body("hi", true));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.header("content-type"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(text_of(got), "Hello wörld, this is a text of several deltas.");
  EXPECT_EQ(names_of(got), (std::vector<std::string>{"message_start", "ping", "content_block_start",
                                                     "content_block_delta", "content_block_stop",
                                                     "message_delta", "message_stop"}));
  const auto events = events_of(got.body);
  EXPECT_EQ(string_at(events.front().data, "message.model"), "sim-verify");
  EXPECT_EQ(integer_at(events.front().data, "message.usage.input_tokens"), 1);
  EXPECT_EQ(integer_at(events[events.size() - 2].data, "usage.output_tokens"),
            14);  // 47 bytes / 3.5
  EXPECT_EQ(string_at(events[events.size() - 2].data, "delta.stop_reason"), "end_turn");
}

TEST(SimulatedModel, StreamsThinkingTextAndToolCallsInContiguousBlocks) {
  const auto model = running();
  Reply reply = Reply::of_tool("Read", R"({"file_path":"/a b.txt"})", "Let me look.");
  ReplyBlock thinking;
  thinking.kind = ReplyBlock::Kind::Thinking;
  thinking.text = "hm";
  reply.blocks.insert(reply.blocks.begin(), thinking);
  model->script(reply);
  const Got got = ask(*model, user_body("hi", true));
  std::string input;
  std::vector<std::int64_t> starts;
  std::string signature;
  for (const Event& event : events_of(got.body)) {
    if (event.name == "content_block_start") starts.push_back(integer_at(event.data, "index"));
    input += string_at(event.data, "delta.partial_json");
    signature += string_at(event.data, "delta.signature");
  }
  EXPECT_EQ(starts, (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(input, R"({"file_path":"/a b.txt"})");
  EXPECT_EQ(signature.size(), 64u);
  EXPECT_THAT(got.body, HasSubstr(R"("stop_reason":"tool_use")"));
  EXPECT_THAT(got.body, HasSubstr(R"("id":"toolu_)"));
}

TEST(SimulatedModel, AWholeAnswerSaysTheSameAsAStream) {
  const auto model = running();
  const Got streamed = ask(*model, user_body("tell me", true));
  const Got whole = ask(*model, user_body("tell me", false));
  EXPECT_EQ(whole.header("content-type"), "application/json");
  EXPECT_FALSE(text_of(whole).empty());
  EXPECT_EQ(text_of(whole), text_of(streamed));
  EXPECT_EQ(string_at(whole.body, "stop_reason"), "end_turn");
  const Bill both = billed(*model);
  EXPECT_EQ(both.calls.at(0).usage, both.calls.at(1).usage);
}

TEST(SimulatedModel, AnswersFollowFromSeedAndContentNotFromOrder) {
  SimConfig config;
  config.seed = 7;
  const auto one = running(config);
  const auto two = running(config);
  const std::string a = text_of(ask(*one, user_body("question a")));
  const std::string b = text_of(ask(*one, user_body("question b")));
  EXPECT_EQ(text_of(ask(*two, user_body("question b"))), b);
  EXPECT_EQ(text_of(ask(*two, user_body("question a"))), a);
  EXPECT_NE(a, b);
  config.seed = 8;
  EXPECT_NE(text_of(ask(*running(config), user_body("question a"))), a);
}

TEST(SimulatedModel, MessageAndToolIdsAreUniqueEvenForTheSameBody) {
  const auto model = running();
  const std::string first = string_at(ask(*model, user_body("x")).body, "id");
  const std::string second = string_at(ask(*model, user_body("x")).body, "id");
  EXPECT_NE(first, second);
  EXPECT_EQ(first.substr(0, 4), "msg_");
}

TEST(SimulatedModel, StopsAtMaxTokens) {
  const auto model = running();
  model->script(Reply::of_text(std::string(70, 'a')));  // 20 tokens
  const std::string body =
      R"({"model":"sim-verify","max_tokens":10,"messages":[{"role":"user","content":"x"}]})";
  const Got got = ask(*model, body);
  EXPECT_EQ(text_of(got), std::string(35, 'a'));
  EXPECT_EQ(string_at(got.body, "stop_reason"), "max_tokens");
  EXPECT_EQ(integer_at(got.body, "usage.output_tokens"), 10);
}

TEST(SimulatedModel, ZeroMaxTokensWarmsTheCacheAndSaysNothing) {
  const auto model = running();
  const Got got =
      ask(*model,
          R"({"model":"sim-verify","max_tokens":0,"messages":[{"role":"user","content":"x"}]})");
  EXPECT_EQ(got.status, 200);
  EXPECT_THAT(got.body, HasSubstr(R"("content":[])"));
  EXPECT_EQ(integer_at(got.body, "usage.output_tokens"), 0);
}

TEST(SimulatedModel, StopsAtAStopSequence) {
  const auto model = running();
  model->script(Reply::of_text("low</severity> and more"));
  const Got got = ask(*model, user_body("x", false, R"(,"stop_sequences":["</severity>"])"));
  EXPECT_EQ(text_of(got), "low");
  EXPECT_EQ(string_at(got.body, "stop_reason"), "stop_sequence");
  EXPECT_EQ(string_at(got.body, "stop_sequence"), "</severity>");
}

TEST(SimulatedModel, GivesResultsForSafeguardsThatTheRequestCarries) {
  const auto model = running();
  Reply reply = Reply::of_tool("Bash", R"({"command":"ls"})");
  reply.blocks[0].id = "toolu_1";
  const std::string more =
      R"(,"safeguards":[{"type":"dangerous_tool_use","classifier_context":{}}])";
  const std::string wanted =
      R"("safeguard_results":[{"type":"dangerous_tool_use","status":{"type":"available","tool_uses":)"
      R"({"toolu_1":{"type":"evaluated","outcome":"not_flagged"}}}}])";
  model->script(reply);
  EXPECT_THAT(ask(*model, user_body("x", false, more)).body, HasSubstr(wanted));
  model->script(reply);
  EXPECT_THAT(ask(*model, user_body("x", true, more)).body, HasSubstr(wanted));
  model->script(reply);
  EXPECT_THAT(ask(*model, user_body("x", true)).body, testing::Not(HasSubstr("safeguard_results")));
}

TEST(SimulatedModel, AnswersAWantedSchemaWithJsonThatFits) {
  const auto model = running();
  const std::string more =
      R"(,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":)"
      R"({"ok":{"type":"boolean"},"title":{"type":"string"},"level":{"enum":["low","high"]}}}}})";
  const std::string text = text_of(ask(*model, user_body("x", false, more)));
  EXPECT_THAT(text, HasSubstr(R"({"ok":true,"title":")"));
  EXPECT_THAT(text, HasSubstr(R"("level":"low"})"));
}

TEST(SimulatedModel, CountsTokensPerBlockAndRoundsUp) {
  const auto model = running();
  Ask request;
  request.target = "/v1/messages/count_tokens?beta=true";
  request.body =
      R"({"model":"sim-verify","system":"1234567","messages":[{"role":"user","content":"12345678"}]})";
  EXPECT_EQ(ask(*model, request).body, R"({"input_tokens":5})");  // 2 + 3
  EXPECT_EQ(model->bill().count, 0u);
}

TEST(SimulatedModel, ListsItsModels) {
  SimConfig config;
  config.models = {"claude-opus-5-5", "sim-verify"};
  const auto model = running(config);
  Ask request;
  request.method = "GET";
  request.target = "/v1/models?limit=1000";
  EXPECT_EQ(string_at(ask(*model, request).body, "last_id"), "sim-verify");
  request.target = "/v1/models/claude-opus-5-5";
  EXPECT_EQ(string_at(ask(*model, request).body, "id"), "claude-opus-5-5");
  request.target = "/v1/models/unknown";
  EXPECT_EQ(ask(*model, request).status, 404);
}

TEST(SimulatedModel, TheBillIsTheSumOfUsageTimesPrice) {
  SimConfig config;
  config.models = {"sim-verify", "sim-draft"};
  const auto model = running(config);
  NanoUsd sum;
  for (int i = 0; i < 8; ++i) {
    const char* id = i % 2 == 0 ? "sim-verify" : "sim-draft";
    const Got got = ask(*model, user_body("question " + std::to_string(i), false, "", id));
    // $ / MTok times tokens is micro-dollars: 5.50 in, 27.50 out; 1.74 in, 3.48 out.
    const std::int64_t in = i % 2 == 0 ? 5500 : 1740;
    const std::int64_t out = i % 2 == 0 ? 27500 : 3480;
    sum.value += in * integer_at(got.body, "usage.input_tokens") +
                 out * integer_at(got.body, "usage.output_tokens");
  }
  const Bill bill = model->bill();
  EXPECT_EQ(bill.count, 8u);
  EXPECT_EQ(bill.total, sum);
  NanoUsd calls;
  for (const BilledCall& call : bill.calls) calls += call.cost;
  EXPECT_EQ(calls, sum);
}

TEST(SimulatedModel, RemembersRequestsAsTheyCame) {
  const auto model = running();
  Ask request;
  request.body = user_body("remember me");
  request.target = "/v1/messages?beta=true";
  ask(*model, request);
  ASSERT_TRUE(model->wait_finished(1));
  const auto seen = model->requests();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].target, "/v1/messages?beta=true");
  EXPECT_EQ(seen[0].body, request.body);
  EXPECT_EQ(find_header(seen[0].headers, "X-Api-Key"), "key-1");
  EXPECT_EQ(seen[0].status, 200);
  EXPECT_TRUE(seen[0].finished);
}

TEST(SimulatedModel, IsScriptedAndReadThroughItsAdminPaths) {
  const auto model = running();
  Ask admin;
  admin.target = "/_sim/script";
  admin.body = R"([{"text_deltas":["USE_","DRAFT"],"when":"second"},{"text":"first"}])";
  EXPECT_EQ(ask(*model, admin).status, 200);
  EXPECT_EQ(text_of(ask(*model, user_body("the first"))), "first");
  const Got second = ask(*model, user_body("the second", true));
  EXPECT_THAT(second.body, HasSubstr(R"("text":"USE_")"));
  EXPECT_THAT(second.body, HasSubstr(R"("text":"DRAFT")"));
  admin.body = R"({"txt":"oops"})";
  EXPECT_THAT(ask(*model, admin).body, HasSubstr("unknown key"));
  admin.method = "GET";
  admin.body = "";
  admin.target = "/_sim/bill";
  EXPECT_EQ(integer_at(ask(*model, admin).body, "calls"), 2);
  admin.target = "/_sim/requests";
  EXPECT_THAT(ask(*model, admin).body, HasSubstr("the second"));
  admin.target = "/_sim/requests?holding=second";
  EXPECT_THAT(ask(*model, admin).body, AllOf(HasSubstr("the second"), Not(HasSubstr("the first"))));
  admin.method = "POST";
  admin.target = "/_sim/reset";
  EXPECT_EQ(ask(*model, admin).status, 200);
  EXPECT_EQ(model->bill().total, NanoUsd{0});
}

TEST(SimulatedModel, SaysAllThatIsWrongWithItsConfig) {
  SimConfig config;
  config.accuracy = 2;
  config.models = {"nobody-knows-me"};
  const auto started = SimulatedModel::start(config);
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().message, HasSubstr("accuracy"));
  EXPECT_THAT(started.error().message, HasSubstr("nobody-knows-me"));
}

}  // namespace
}  // namespace rlm::sim
