// Every client's dialect over every provider's: real sockets, models that refuse what the real ones
// refuse, and bills to the nano-dollar.

#include <gmock/gmock.h>

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

using ::testing::HasSubstr;

/// A provider as a test knows it: whom to simulate, and what stands in the configuration.
struct Place {
  const char* name;
  sim::Provider provider;
  const char* path;   // of the base URL
  const char* lines;  // further lines of [models.<name>]
  const char* endpoint;
  const char* prefix = "";  // of the models' ids there
};

constexpr Place kPlaces[] = {
    {"Anthropic", sim::Provider::Anthropic, "", "api_key = \"${UPSTREAM_KEY}\"\n", "anthropic"},
    {"OpenAiChat", sim::Provider::OpenAi, "/v1", "api_key = \"${UPSTREAM_KEY}\"\n", "openai"},
    {"OpenAiResponses", sim::Provider::OpenAi, "/v1", "api_key = \"${UPSTREAM_KEY}\"\n",
     "openai-responses"},
    {"DeepSeek", sim::Provider::DeepSeek, "", "api_key = \"${UPSTREAM_KEY}\"\n", "deepseek-openai"},
    {"OpenRouter", sim::Provider::OpenRouter, "/api/v1", "api_key = \"${UPSTREAM_KEY}\"\n",
     "openrouter"},
    {"FoundryChat", sim::Provider::Foundry, "/openai/v1", "api_key = \"${UPSTREAM_KEY}\"\n",
     "foundry-openai"},
    {"FoundryClaude", sim::Provider::Foundry, "/anthropic", "api_key = \"${UPSTREAM_KEY}\"\n",
     "foundry"},
    {"Vertex", sim::Provider::Vertex, "",
     "project = \"p1\"\nlocation = \"global\"\napi_key = \"${UPSTREAM_KEY}\"\n", "vertex"},
    {"BedrockSigned", sim::Provider::Bedrock, "",
     "region = \"us-east-1\"\naccess_key_id = \"AKIDEXAMPLE\"\n"
     "secret_access_key = \"${UPSTREAM_KEY}\"\n",
     "bedrock", "us.anthropic."},
    {"BedrockBearer", sim::Provider::Bedrock, "",
     "region = \"us-east-1\"\napi_key = \"${UPSTREAM_KEY}\"\n", "bedrock", "global.anthropic."},
    {"Mantle", sim::Provider::Mantle, "/anthropic",
     "region = \"us-east-1\"\naccess_key_id = \"AKIDEXAMPLE\"\nprice_per_mille = 1000\n"
     "secret_access_key = \"${UPSTREAM_KEY}\"\n",
     "bedrock-mantle", "anthropic."},
};

const Place& place(std::string_view name) {
  for (const Place& one : kPlaces)
    if (one.name == name) return one;
  throw std::runtime_error("no such place");
}

sim::SimConfig simulated(const Place& where, sim::Side side) {
  const bool verifies = side == sim::Side::Verify;
  sim::SimConfig config = verifies ? Scene::verify_config() : Scene::draft_config();
  config.cache = sim::CacheKind::Explicit;
  config.provider = where.provider;
  const bool is_signed =
      std::string_view(where.lines).find("access_key_id") != std::string_view::npos;
  config.models = {where.prefix + config.models.front()};
  config.keys = {"upstream-key"};
  if (is_signed) {
    config.keys.clear();
    config.aws.access_key_id = "AKIDEXAMPLE";
    config.aws.secret_access_key = "upstream-key";
  }
  config.aws.region = "us-east-1";
  return config;
}

std::string model_lines(std::string_view name, const Place& where, const sim::SimulatedModel& model,
                        std::string_view id) {
  return "[models." + std::string(name) + "]\nendpoint = \"" + where.endpoint + "\"\nmodel = \"" +
         where.prefix + std::string(id) + "\"\nbase_url = \"" + model.base_url() + where.path +
         "\"\nretries = 0\n" + where.lines;
}

/// One model for drafts and one for verdicts, each at a place, and the proxy before them.
struct World {
  World(const Place& draft_at, const Place& verify_at)
      : draft(start_model(simulated(draft_at, sim::Side::Draft))),
        verify(start_model(simulated(verify_at, sim::Side::Verify))),
        proxy(
            "[listen]\naddress = \"127.0.0.1:0\"\nthreads = 1\n[log]\nlevel = \"off\"\n"
            "[ledger]\npath = \"\"\njournal_bytes = 1048576\n[limits]\ndrain_ms = 0\n" +
            model_lines("draft", draft_at, *draft, "sim-draft") +
            model_lines("verify", verify_at, *verify, "sim-verify") +
            "[[cascade]]\nmatch = [\"claude-*\"]\ndraft = \"draft\"\nverify = \"verify\"\n"
            "policy = \"paper\"\n") {}

  /// The ledger's money is the models' own.
  void expect_exact_bill() {
    NanoUsd cost;
    for (const auto& record : proxy.records()) cost += record.cost;
    EXPECT_EQ(cost.value, final_bill(*verify).total.value + final_bill(*draft).total.value);
  }

  std::unique_ptr<sim::SimulatedModel> draft;
  std::unique_ptr<sim::SimulatedModel> verify;
  Proxy proxy;
};

/// The same question in three dialects.
struct Asker {
  const char* name;
  const char* target;
  const char* front;
  const char* back;
  const char* says_tool;  // what a streamed tool call must hold
};

constexpr Asker kAskers[] = {
    {"Messages", "/v1/messages",
     R"({"model":"claude-opus-4-8","max_tokens":900,"messages":[{"role":"user","content":"Tell me of )",
     R"("}],"tools":[{"name":"look","input_schema":{"type":"object","properties":{"at":{"type":"string"}}}}])",
     R"("name":"look")"},
    {"Chat", "/v1/chat/completions",
     R"({"model":"claude-opus-4-8","max_tokens":900,"messages":[{"role":"user","content":"Tell me of )",
     R"("}],"tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{"at":{"type":"string"}}}}}])",
     R"("name":"look")"},
    {"Responses", "/v1/responses",
     R"({"model":"claude-opus-4-8","max_output_tokens":900,"store":false,"input":[{"role":"user","content":"Tell me of )",
     R"("}],"tools":[{"type":"function","name":"look","strict":false,"parameters":{"type":"object","properties":{"at":{"type":"string"}}}}])",
     R"("name":"look")"},
};

Reply ask_as(const Asker& as, std::uint16_t port, std::string_view word, bool stream,
             std::string_view plan) {
  Ask request;
  request.target = as.target;
  request.body = as.front + std::string(word) + as.back + (stream ? ",\"stream\":true}" : "}");
  request.with("x-rlm-plan", std::string(plan));
  return ask(port, request);
}

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
    EXPECT_THAT(reply.body, HasSubstr("rate_limit"));
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
