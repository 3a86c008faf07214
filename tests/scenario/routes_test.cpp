// Every path that the proxy answers, beside the messages themselves.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

Ask get(std::string target, std::string method = "GET") {
  Ask request;
  request.method = std::move(method);
  request.target = std::move(target);
  return request;
}

TEST(Routes, MessagesAreServedWithAndWithoutVersionAndWithAQuery) {
  for (const char* target :
       {"/v1/messages", "/messages", "/v1/messages?beta=true", "/messages?beta=true&x=%20"}) {
    Scene scene;
    Ask request;
    request.target = target;
    request.body =
        user_body("x", false, R"(,"tools":[{"name":"a","input_schema":{"type":"object"}}])");
    const Reply reply = scene.post(request);
    EXPECT_EQ(reply.status, 200) << target << reply.body;
    const std::string query = std::string(target).find('?') == std::string::npos
                                  ? ""
                                  : std::string(target).substr(std::string(target).find('?'));
    EXPECT_EQ(scene.verify->requests().at(0).target, "/v1/messages" + query);
  }
}

TEST(Routes, CountTokensIsPassedOnAndNotAccountedFor) {
  Scene scene;
  Ask request;
  request.target = "/v1/messages/count_tokens?beta=true";
  request.body =
      R"({"model":"claude-opus-4-8","messages":[{"role":"user","content":"hello there"}]})";
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.status, 200);
  EXPECT_GT(number_at(reply.body, "input_tokens"), 0);
  EXPECT_EQ(scene.verify->requests().at(0).target, request.target);
  EXPECT_EQ(scene.draft->requests().size(), 0u);
  EXPECT_EQ(final_bill(*scene.verify).count, 0u);
  scene.post(user_body("hello"));
  EXPECT_EQ(scene.proxy->records().size(), 1u);
}

TEST(Routes, CountTokensOfABadBodyIsRefusedInTheProvidersShape) {
  Scene scene;
  Ask request;
  request.target = "/v1/messages/count_tokens";
  request.body = R"({"model":"claude-opus-4-8"})";
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(is_error(reply.body, "invalid_request_error"));
}

TEST(Routes, ModelsAreListedFromTheConfigurationWhereNothingPassesThrough) {
  Settings settings;
  settings.cascade = "name = \"one\"";
  Scene scene(settings);
  const Reply list = scene.post(get("/v1/models"));
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(json_at(list.body, "data.0.type"), "model");
  EXPECT_NE(list.body.find("\"sim-verify\""), std::string::npos);
  EXPECT_EQ(json_at(list.body, "has_more"), "false");
  const Reply one = scene.post(get("/v1/models/sim-verify"));
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(json_at(one.body, "id"), "sim-verify");
  const Reply none = scene.post(get("/v1/models/unheard-of"));
  EXPECT_EQ(none.status, 404);
  EXPECT_TRUE(is_error(none.body, "not_found_error"));
}

TEST(Routes, ModelsComeFromTheUpstreamThatModelsPassTo) {
  Settings settings;
  settings.verify_model.clear();
  Scene scene(settings);
  const Reply list = scene.post(get("/v1/models?limit=1000"));
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(json_at(list.body, "data.0.id"), "sim-verify");
  EXPECT_EQ(scene.verify->requests().at(0).target, "/v1/models?limit=1000");
  EXPECT_EQ(scene.verify->requests().at(0).method, "GET");
  const Reply none = scene.post(get("/models/unheard-of"));
  EXPECT_EQ(none.status, 404);
  EXPECT_TRUE(is_error(none.body, "not_found_error"));
  // It is no exchange, and must not look like a failed one.
  for (const Reply& reply : {list, none}) {
    EXPECT_EQ(reply.count("x-rlm-verdict"), 0u);
    EXPECT_EQ(reply.count("x-rlm-exchange"), 0u);
    EXPECT_NE(reply.header("request-id"), "");
  }
  EXPECT_TRUE(scene.proxy->records().empty());
}

TEST(Routes, ModelsAreListedFromTheConfigurationWhenTheUpstreamCannotBeReached) {
  Settings settings;
  settings.verify_model.clear();
  settings.verify_url = "http://127.0.0.1:1";
  Scene scene(settings);
  const Reply list = scene.post(get("/v1/models"));
  EXPECT_EQ(list.status, 200);
  EXPECT_NE(list.body.find("\"sim-draft\""), std::string::npos);
}

TEST(Routes, NoModelsNameLeadsToAnotherPathOfTheUpstream) {
  Settings settings;
  settings.verify_model.clear();
  settings.verify = "api_key = \"${VERIFY_KEY}\"";
  Scene scene(settings);
  for (const char* name : {"..", "../messages", "x/../../y", "%2e%2e", "a%2fb", ".", "a/b", "//"}) {
    const Reply reply = scene.post(get("/v1/models/" + std::string(name)));
    EXPECT_EQ(reply.status, 404) << name;
    EXPECT_TRUE(is_error(reply.body, "not_found_error")) << reply.body;
  }
  EXPECT_TRUE(scene.verify->requests().empty());
}

TEST(Routes, HelloAndHealthAreAnswered) {
  Scene scene;
  const Reply head = scene.post(get("/api/hello", "HEAD"));
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(scene.post(get("/api/hello")).status, 200);
  for (const char* path : {"/healthz", "/readyz"}) {
    const Reply reply = scene.post(get(path));
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(reply.body, "ok\n");
  }
}

TEST(Routes, AHeadRequestLeavesTheConnectionInOrder) {
  Scene scene;
  Client client(scene.port());
  client.send(get("/api/hello", "HEAD"));
  EXPECT_EQ(client.read_reply(true).status, 200);
  client.send(get("/healthz"));
  EXPECT_EQ(client.read_reply().body, "ok\n");
}

TEST(Routes, OtherMethodsAndPathsAreRefusedInTheProvidersShape) {
  Scene scene;
  struct Case {
    const char* method;
    const char* target;
    int status;
  };
  for (const Case& one :
       {Case{"GET", "/v1/messages", 405}, Case{"DELETE", "/v1/messages", 405},
        Case{"POST", "/v1/models", 405}, Case{"GET", "/v1/nothing", 404},
        Case{"POST", "/v1/messages/batches", 404}, Case{"GET", "/v1messages", 404},
        Case{"GET", "//v1/messages", 404}, Case{"POST", "/v1/messages/", 404}}) {
    const Reply reply = scene.post(get(one.target, one.method));
    EXPECT_EQ(reply.status, one.status) << one.method << " " << one.target;
    EXPECT_EQ(json_at(reply.body, "type"), "error");
    EXPECT_NE(reply.header("request-id"), "");
  }
}

struct Unserved {
  const char* name;
  const char* method;
  const char* target;
  Headers headers;
  int status;
  bool openai;            // whose form the error has
  const char* code = "";  // OpenAI's
  const char* says = "no such path";
};

class WhatNoRouteServes : public ::testing::TestWithParam<Unserved> {};

TEST_P(WhatNoRouteServes, IsRefusedInTheFormOfTheApiThatIsSpoken) {
  const Unserved& one = GetParam();
  Scene scene;
  Ask request = get(one.target, one.method);
  request.headers.clear();
  for (const Header header : one.headers)
    request.with(std::string(header.name), std::string(header.value));
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.status, one.status) << reply.body;
  EXPECT_NE(reply.body.find(one.says), std::string::npos) << reply.body;
  EXPECT_NE(reply.header("request-id"), "");
  EXPECT_EQ(json_at(reply.body, "type"), one.openai ? "(none)" : "error") << reply.body;
  if (one.openai) {
    EXPECT_EQ(json_at(reply.body, "error.type"), "invalid_request_error");
    EXPECT_EQ(json_at(reply.body, "error.param"), "null");
    EXPECT_EQ(json_at(reply.body, "error.code"), one.code);
  }
  EXPECT_EQ(reply.header("allow").empty(), one.status != 405);
}

const Headers kNone;
const Headers kBearer{{"authorization", "Bearer sk-x"}};
const Headers kBearerOfAnthropic{{"authorization", "Bearer sk-x"},
                                 {"anthropic-version", "2023-06-01"}};

INSTANTIATE_TEST_SUITE_P(
    Routes, WhatNoRouteServes,
    ::testing::Values(
        Unserved{"Embeddings", "POST", "/v1/embeddings", kNone, 404, true, "unknown_url"},
        Unserved{"Completions", "POST", "/v1/completions", kNone, 404, true, "unknown_url",
                 "/v1/chat/completions"},
        Unserved{"BelowChat", "POST", "/chat/completion", kNone, 404, true, "unknown_url"},
        Unserved{"AStoredResponse", "GET", "/v1/responses/resp_1", kNone, 404, true, "unknown_url",
                 "responses are not kept here"},
        Unserved{"VersionTwice", "POST", "/v1/v1/messages", kNone, 404, false, "",
                 "take it out of the base URL"},
        Unserved{"Batches", "POST", "/v1/messages/batches", kNone, 404, false},
        Unserved{"NobodysWithABearer", "POST", "/v1/nothing", kBearer, 404, true, "unknown_url"},
        Unserved{"NobodysOfClaudeCode", "POST", "/v1/nothing", kBearerOfAnthropic, 404, false},
        Unserved{"AnotherMethodOfChat", "GET", "/v1/chat/completions", kNone, 405, true,
                 "method_not_supported", "expected POST"},
        Unserved{"AnotherMethodOfResponses", "PUT", "/v1/responses", kNone, 405, true,
                 "method_not_supported", "PUT found"},
        Unserved{"AnotherMethodOfMessages", "PATCH", "/v1/messages", kNone, 405, false, "",
                 "expected POST"},
        Unserved{"OptionsOfMessages", "OPTIONS", "/v1/messages", kNone, 405, false, "",
                 "expected POST"},
        Unserved{"AnotherMethodOfModels", "POST", "/v1/models", kBearer, 405, true,
                 "method_not_supported", "expected GET, HEAD"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(Routes, AHeadThatCannotBeReadIsRefusedInTheFormOfItsPath) {
  Scene scene;
  for (const bool openai : {true, false}) {
    Client client(scene.port());
    client.send("POST " + std::string(openai ? "/v1/chat/completions?x=1" : "/v1/messages") +
                " HTTP/1.1\r\nhost: a\r\ncontent-length: no\r\n\r\n");
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(json_at(reply.body, "type"), openai ? "(none)" : "error") << reply.body;
    EXPECT_EQ(json_at(reply.body, "error.type"), "invalid_request_error") << reply.body;
  }
}

TEST(Routes, AnUnknownModelIsRefusedInTheFormOfTheClientThatAsks) {
  Scene scene;
  Ask request = get("/v1/models/unheard-of");
  request.headers = {{"authorization", "Bearer sk-x"}};
  const Reply reply = scene.post(request);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(json_at(reply.body, "error.code"), "model_not_found") << reply.body;
}

TEST(Routes, ModelsAnswerAHeadRequest) {
  Scene scene;
  Client client(scene.port());
  client.send(get("/v1/models", "HEAD"));
  EXPECT_EQ(client.read_reply(true).status, 200);
  client.send(get("/healthz"));
  EXPECT_EQ(client.read_reply().body, "ok\n");
}

TEST(Routes, OperatorsPagesAreThereForOurHostAlone) {
  Scene scene;
  scene.post(user_body("hello"));
  scene.proxy->records();
  for (const char* path : {"/metrics", "/metrics/prometheus"}) {
    const Reply reply = scene.post(get(path));
    EXPECT_EQ(reply.status, 200);
    EXPECT_NE(reply.body.find("rlm_requests_total{verdict=\"SKIPPED\"} 1"), std::string::npos);
  }
  const Reply summary = scene.post(get("/api/summary"));
  EXPECT_EQ(summary.status, 200);
  const Reply rows = scene.post(get("/api/exchanges?limit=5"));
  EXPECT_EQ(rows.status, 200);
  Client stranger(scene.port());
  stranger.send("GET /api/summary HTTP/1.1\r\nhost: evil.example\r\n\r\n");
  EXPECT_EQ(stranger.read_reply().status, 403);
  EXPECT_EQ(scene.post(get("/metrics", "POST")).status, 405);
}

TEST(Routes, AnAdminListenerOfItsOwnTakesThePagesFromTheOther) {
  Settings settings;
  settings.more = "[admin]\naddress = \"127.0.0.1:0\"\n";
  Scene scene(settings);
  ASSERT_NE(scene.proxy->admin_port(), scene.port());
  EXPECT_EQ(scene.post(get("/metrics")).status, 404);
  EXPECT_EQ(ask(scene.proxy->admin_port(), get("/metrics")).status, 200);
  EXPECT_EQ(ask(scene.proxy->admin_port(), user_body("hello")).status, 404);
  EXPECT_EQ(ask(scene.proxy->admin_port(), get("/healthz")).status, 200);
}

}  // namespace
}  // namespace rlm::test
