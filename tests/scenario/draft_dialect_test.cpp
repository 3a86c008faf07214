// What a draft model's dialect cannot say is known before a draft is made: the verify model is
// asked at once, the client reads why, and nothing is spent.

#include "tests/support/world.hpp"

namespace rlm::test {
namespace {

struct Lack {
  const char* name;
  const char* draft_at;
  const char* fields;   // of the request, behind its messages
  const char* content;  // of its message
  const char* reason;
};

const std::string kPdf =
    R"([{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"}},)"
    R"({"type":"text","text":"what is it?"}])";
const std::string kPictureByUrl =
    R"([{"type":"image","source":{"type":"url","url":"https://example.com/a.png"}},)"
    R"({"type":"text","text":"what is it?"}])";
const std::string kLongName =
    R"(,"tools":[{"name":")" + std::string(70, 'n') + R"(","input_schema":{"type":"object"}}])";
constexpr const char* kFiveStops = R"(,"stop_sequences":["a1","b2","c3","d4","e5"])";
constexpr const char* kOneStop = R"(,"stop_sequences":["a1"])";
constexpr const char* kText = R"("hi there")";

const Lack kLacks[] = {
    {"ALongToolName", "OpenAiChat", kLongName.c_str(), kText, "tool_names"},
    {"ALongToolNameInResponses", "OpenAiResponses", kLongName.c_str(), kText, "tool_names"},
    {"FiveStops", "OpenAiChat", kFiveStops, kText, "stop_sequences"},
    {"AnyStopInResponses", "OpenAiResponses", kOneStop, kText, "stop_sequences"},
    {"APdf", "DeepSeek", "", kPdf.c_str(), "documents"},
    {"APictureByUrlIsTaken", "OpenAiChat", "", kPictureByUrl.c_str(), ""},
    {"FiveStopsAreTaken", "DeepSeek", kFiveStops, kText, ""},
    {"OneStopIsTaken", "OpenAiChat", kOneStop, kText, ""},
    {"ALongToolNameIsTakenByMessages", "Anthropic", kLongName.c_str(), kText, ""},
};

class DraftDialect : public ::testing::TestWithParam<Lack> {};

TEST_P(DraftDialect, IsKnownBeforeADraftIsMade) {
  const Lack& lack = GetParam();
  World world(place(lack.draft_at), place("Anthropic"),
              "[cascade.draft_abilities]\nimages = true\ndocuments = true\n");
  Ask request;
  request.body =
      R"({"model":"claude-opus-4-8","max_tokens":900,"messages":[{"role":"user","content":)" +
      std::string(lack.content) + "}]" + lack.fields + "}";
  request.with("x-rlm-plan", "draft_verify");
  const Reply reply = ask(world.proxy.port(), request);
  EXPECT_EQ(reply.status, 200) << reply.body;
  const auto record = world.proxy.record_number(1);
  if (*lack.reason == '\0') {
    EXPECT_EQ(reply.header("x-rlm-reason"), "forced");
    EXPECT_EQ(world.draft->requests().size(), 1u);
    return;
  }
  EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
  EXPECT_EQ(reply.header("x-rlm-reason"), lack.reason);
  EXPECT_TRUE(world.draft->requests().empty());
  ASSERT_EQ(record.calls.size(), 1u);
  EXPECT_EQ(record.plan, Plan::Direct);
}

INSTANTIATE_TEST_SUITE_P(Dialects, DraftDialect, ::testing::ValuesIn(kLacks),
                         [](const auto& each) { return std::string(each.param.name); });

// The name that the client uses says nothing of the model behind it.
TEST(RulesOfAModel, AreThoseOfTheModelBehindTheAlias) {
  for (const bool older : {true, false}) {
    const Place& at = place("Anthropic");
    const std::string model = older ? "claude-sonnet-4-5" : "claude-opus-5";
    sim::SimConfig config = simulated(at, sim::Side::Verify);
    config.models = {model};
    const auto verify = start_model(config);
    const auto draft = start_model(simulated(at, sim::Side::Draft));
    const Proxy proxy(world_config(model_lines("draft", at, *draft, "sim-draft") +
                                   model_lines("verify", at, *verify, model) +
                                   "[[cascade]]\nmatch = [\"smart\"]\ndraft = \"draft\"\n"
                                   "verify = \"verify\"\npolicy = \"paper\"\n"));
    Ask request;
    request.target = "/v1/chat/completions";
    request.body =
        R"({"model":"smart","temperature":0,"messages":[{"role":"user","content":"hi"}]})";
    request.with("x-rlm-plan", "direct");
    const Reply reply = ask(proxy.port(), request);
    EXPECT_EQ(reply.status, 200) << reply.body;
    const std::string sent = verify->requests().at(0).body;
    EXPECT_EQ(json_at(sent, "temperature"), older ? "0" : "(none)") << sent;
  }
}

// The web search goes to the models of Anthropic's dialect alone: no other has it by that name.
TEST(OpenAiClients, GetTheLimitAndTheWebSearchThatAreConfigured) {
  for (const char* at : {"Anthropic", "OpenAiResponses"}) {
    const auto model = start_model(simulated(place(at), sim::Side::Verify));
    const Proxy proxy(
        world_config(model_lines("verify", place(at), *model, "sim-verify") +
                     "[openai_clients]\nmax_tokens = 777\nweb_search = \"web_search_20250305\"\n"));
    Ask request;
    request.target = "/v1/chat/completions";
    request.body =
        R"({"model":"verify","web_search_options":{},"messages":[{"role":"user","content":"hi"}]})";
    const Reply reply = ask(proxy.port(), request);
    EXPECT_EQ(reply.status, 200) << reply.body;
    const std::string sent = model->requests().at(0).body;
    const bool messages = std::string_view(at) == "Anthropic";
    EXPECT_EQ(json_at(sent, messages ? "max_tokens" : "max_output_tokens"), "777") << sent;
    EXPECT_EQ(sent.find("web_search_20250305") != sent.npos, messages) << sent;
  }
}

}  // namespace
}  // namespace rlm::test
