// Requests that cannot be served: each gets the provider's error shape, and the connection goes on.

#include "tests/support/raw_upstream.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

struct BodyCase {
  std::string name;
  std::string body;
  int status;
  std::string error_type;
  std::string says;  // within the message
};

std::string nested(std::size_t depth) {
  return R"({"model":"claude-opus-4-8","max_tokens":1,"messages":[{"role":"user","content":"x"}],"x":)" +
         std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

class BadBodies : public testing::TestWithParam<BodyCase> {};

TEST_P(BadBodies, AreRefusedAndTheConnectionGoesOn) {
  const BodyCase& one = GetParam();
  Settings settings;
  settings.limits = "json_depth_max = 16\nbody_bytes_max = 20000";
  Scene scene(settings);
  for (const char* target : {"/v1/messages", "/v1/messages/count_tokens"}) {
    Client client(scene.port());
    Ask request;
    request.target = target;
    request.body = one.body;
    client.send(request);
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.status, one.status) << reply.body;
    EXPECT_TRUE(is_error(reply.body, one.error_type)) << reply.body;
    EXPECT_NE(json_at(reply.body, "error.message").find(one.says), std::string::npos) << reply.body;
    EXPECT_EQ(reply.header("content-type"), "application/json");
    EXPECT_EQ(json_at(reply.body, "request_id"), reply.header("request-id"));
    EXPECT_EQ(reply.header("x-should-retry"), "false");
    request.body = user_body("hello");
    client.send(request);
    EXPECT_EQ(client.read_reply().status, 200);
  }
  EXPECT_EQ(scene.draft->requests().size(), 1u);  // of the good one
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  EXPECT_EQ(record.status, one.status);
  EXPECT_TRUE(record.calls.empty());
}

constexpr const char* kBad = "invalid_request_error";

INSTANTIATE_TEST_SUITE_P(
    Body, BadBodies,
    testing::Values(
        BodyCase{"Empty", "", 400, kBad, ""}, BodyCase{"Cut", R"({"model":"m")", 400, kBad, ""},
        BodyCase{"NoJson", "hello", 400, kBad, ""}, BodyCase{"AnArray", "[]", 400, kBad, "object"},
        BodyCase{"ANumber", "1", 400, kBad, "object"},
        BodyCase{"TwoValues", R"({"model":"m","messages":[]} {})", 400, kBad, ""},
        BodyCase{"ATrailingComma", R"({"model":"m",})", 400, kBad, ""},
        BodyCase{"BadUtf8", "{\"model\":\"m\xff\",\"messages\":[]}", 400, kBad, ""},
        BodyCase{"AControlCharacter", "{\"model\":\"m\x01\",\"messages\":[]}", 400, kBad, ""},
        BodyCase{"NoModel", R"({"max_tokens":1,"messages":[{"role":"user","content":"x"}]})", 400,
                 kBad, "model"},
        BodyCase{"ModelIsNumber",
                 R"({"model":1,"max_tokens":1,"messages":[{"role":"user","content":"x"}]})", 400,
                 kBad, "model"},
        BodyCase{"NoMessages", R"({"model":"claude-opus-4-8","max_tokens":1})", 400, kBad,
                 "messages"},
        BodyCase{"MessagesIsText", R"({"model":"claude-opus-4-8","max_tokens":1,"messages":"x"})",
                 400, kBad, "messages"},
        BodyCase{"NoMessageInMessages",
                 R"({"model":"claude-opus-4-8","max_tokens":1,"messages":[]})", 400, kBad,
                 "messages"},
        BodyCase{
            "TheModelTwice",
            R"({"model":"a","model":"b","max_tokens":1,"messages":[{"role":"user","content":"x"}]})",
            400, kBad, "model"},
        BodyCase{
            "StreamIsText",
            R"({"model":"claude-opus-4-8","max_tokens":1,"stream":"yes","messages":[{"role":"user","content":"x"}]})",
            400, kBad, "stream"},
        BodyCase{
            "ToolsIsObject",
            R"({"model":"claude-opus-4-8","max_tokens":1,"tools":{},"messages":[{"role":"user","content":"x"}]})",
            400, kBad, "tools"},
        BodyCase{"TooDeep", nested(18), 413, "request_too_large", "deep"},
        BodyCase{"UnknownModel",
                 R"({"model":"gpt-9","max_tokens":1,"messages":[{"role":"user","content":"x"}]})",
                 404, "not_found_error", "model: gpt-9"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(BadInput, NestingIsAllowedUpToItsLimit) {
  Settings settings;
  settings.limits = "json_depth_max = 16";
  Scene scene(settings);
  EXPECT_EQ(scene.post(nested(16)).status, 200);
  EXPECT_EQ(scene.post(nested(17)).status, 413);
}

TEST(BadInput, MaxTokensIsRequiredButForCounting) {
  Scene scene;
  const std::string body =
      R"({"model":"claude-opus-4-8","messages":[{"role":"user","content":"x"}]})";
  const Reply reply = scene.post(body);
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(json_at(reply.body, "error.message"), "max_tokens: Field required");
}

std::string body_of_size(std::size_t bytes) {
  const std::string empty = user_body("");
  return user_body(std::string(bytes - empty.size(), 'x'));
}

TEST(BadInput, BodiesAreAllowedUpToTheirLimit) {
  Settings settings;
  settings.limits = "body_bytes_max = 20000";
  Scene scene(settings);
  EXPECT_EQ(scene.post(body_of_size(20'000)).status, 200);
  const Reply reply = scene.post(body_of_size(20'001));
  EXPECT_EQ(reply.status, 413);
  EXPECT_TRUE(is_error(reply.body, "request_too_large"));
  EXPECT_NE(reply.body.find("20000"), std::string::npos);
  EXPECT_EQ(reply.header("connection"), "close");
}

TEST(BadInput, ATooLargeBodyIsRefusedBeforeItIsSent) {
  Settings settings;
  settings.limits = "body_bytes_max = 20000";
  Scene scene(settings);
  Client client(scene.port());
  client.send(
      "POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\ncontent-length: "
      "99999999999\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 413);
  client.close();
}

TEST(BadInput, ATooLargeChunkedBodyIsRefusedWhileItIsSent) {
  Settings settings;
  settings.limits = "body_bytes_max = 20000";
  Scene scene(settings);
  Client client(scene.port());
  client.send(
      "POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\ntransfer-encoding: "
      "chunked\r\n\r\n");
  for (int i = 0; i < 30; ++i) client.send("400\r\n" + std::string(1024, 'x') + "\r\n");
  const Reply reply = client.read_reply();
  EXPECT_EQ(reply.status, 413);
  EXPECT_TRUE(is_error(reply.body, "request_too_large"));
  EXPECT_TRUE(client.wait_closed());
}

TEST(BadInput, AMissingCredentialIsAnAuthenticationError) {
  Scene scene;
  Ask request;
  request.headers = {{"anthropic-version", "2023-06-01"}};
  request.body = user_body("hello");
  for (const char* odd : {"", "Basic abc", "Bearer", "Bearer "}) {
    Ask one = request;
    if (*odd != '\0') one.with("authorization", odd);
    const Reply reply = scene.post(one);
    EXPECT_EQ(reply.status, 401) << odd;
    EXPECT_TRUE(is_error(reply.body, "authentication_error"));
  }
  request.with("authorization", "Bearer token");
  EXPECT_EQ(scene.post(request).status, 200);
}

TEST(BadInput, AnUnreachableUpstreamIsNamedInTheError) {
  Settings settings;
  settings.verify_url = "http://127.0.0.1:1";
  settings.verify = "retries = 0";
  settings.cascades = false;
  Proxy proxy(settings);
  const Reply reply = ask(proxy.port(), user_body("x", false, "", "sim-verify"));
  EXPECT_EQ(reply.status, 502);
  EXPECT_TRUE(is_error(reply.body, "api_error"));
  EXPECT_NE(reply.body.find("127.0.0.1:1"), std::string::npos);
  EXPECT_EQ(reply.header("x-should-retry"), "true");
}

TEST(BadInput, AnUpstreamThatSpeaksNonsenseIsABadGateway) {
  for (const std::string bytes :
       {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\nx",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"}) {
    RawUpstream upstream({{bytes, RawAnswer::Then::Close}});
    Settings settings;
    settings.cascades = false;
    settings.verify = "retries = 0";
    settings.verify_url = upstream.base_url();
    Proxy proxy(settings);
    const Reply reply = ask(proxy.port(), user_body("x", false, "", "sim-verify"));
    EXPECT_EQ(reply.status, 502) << bytes;
    EXPECT_TRUE(is_error(reply.body, "api_error")) << reply.body;
  }
}

TEST(BadInput, OneRequestTooManyIsToldToComeBack) {
  Settings settings;
  settings.limits = "in_flight_max = 1";
  Scene scene(settings);
  scene.verify->script(fails("stall@700"));
  Client first(scene.port());
  Ask request;
  request.body = user_body("refactor", true);
  request.with("x-rlm-plan", "direct");
  first.send(request);
  Reply begun = first.read_head();
  EXPECT_EQ(begun.status, 200);
  const Reply second = scene.post(user_body("hello"));
  EXPECT_EQ(second.status, 529);
  EXPECT_TRUE(is_error(second.body, "overloaded_error"));
  EXPECT_EQ(second.header("retry-after"), "1");
  EXPECT_EQ(second.header("x-should-retry"), "true");
  first.close();
  scene.proxy->record_number(2);
  EXPECT_EQ(scene.post(user_body("hello")).status, 200);
}

}  // namespace
}  // namespace rlm::test
