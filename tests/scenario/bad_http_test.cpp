// HTTP that two parsers could read differently is refused, so that nothing can be smuggled through;
// and the connection is in the right state afterwards.

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

struct HeadCase {
  std::string name;
  std::string bytes;
  int status;
};

class BadHeads : public testing::TestWithParam<HeadCase> {};

TEST_P(BadHeads, AreRefusedAndTheConnectionIsClosed) {
  Scene scene;
  Client client(scene.port());
  client.send(GetParam().bytes);
  const Reply reply = client.read_reply();
  EXPECT_EQ(reply.status, GetParam().status);
  const char* type = reply.status == 431 ? "request_too_large" : "invalid_request_error";
  EXPECT_TRUE(is_error(reply.body, type)) << reply.body;
  EXPECT_EQ(reply.header("connection"), "close");
  EXPECT_TRUE(client.wait_closed());
  EXPECT_TRUE(scene.verify->requests().empty());
  EXPECT_TRUE(scene.draft->requests().empty());
}

std::string post_with(const std::string& headers, const std::string& body = "") {
  return "POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\n" + headers + "\r\n" + body;
}

std::string many_headers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "x-" + std::to_string(i) + ": 1\r\n";
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Http, BadHeads,
    testing::Values(
        HeadCase{"LengthAndChunked",
                 post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                 400},
        HeadCase{"ChunkedAndLength",
                 post_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
                 400},
        HeadCase{"TwoLengths", post_with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
                 400},
        HeadCase{"TwoEqualLengths",
                 post_with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        HeadCase{"AListOfLengths", post_with("Content-Length: 5, 5\r\n", "hello"), 400},
        HeadCase{"ASignedLength", post_with("Content-Length: +5\r\n", "hello"), 400},
        HeadCase{"ANegativeLength", post_with("Content-Length: -5\r\n", "hello"), 400},
        HeadCase{"AHexLength", post_with("Content-Length: 0x5\r\n", "hello"), 400},
        HeadCase{"AnEmptyLength", post_with("Content-Length: \r\n", "hello"), 400},
        HeadCase{"ALengthBeyondAllNumbers", post_with("Content-Length: 99999999999999999999\r\n"),
                 400},
        HeadCase{"AnotherCoding", post_with("Transfer-Encoding: gzip\r\n"), 400},
        HeadCase{"ChunkedTwice", post_with("Transfer-Encoding: chunked, chunked\r\n"), 400},
        HeadCase{"TwoCodings",
                 post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        HeadCase{"ACodingWithATrick",
                 post_with("Transfer-Encoding: \x0b"
                           "chunked\r\n"),
                 400},
        HeadCase{"ASpaceBeforeTheColon", post_with("Transfer-Encoding : chunked\r\n"), 400},
        HeadCase{"AFoldedLine", post_with("x-a: 1\r\n b\r\n"), 400},
        HeadCase{"ALineWithoutColon", post_with("nonsense\r\n"), 400},
        HeadCase{"AHeaderWithoutName", post_with(": 1\r\n"), 400},
        HeadCase{"BareLineFeeds", "GET /healthz HTTP/1.1\nHost: x\n\n", 400},
        HeadCase{"ABareLineFeedInside", "GET /healthz HTTP/1.1\nHost: x\r\n\r\n", 400},
        HeadCase{"ACarriageReturnInside", post_with("x-a: 1\r2\r\n"), 400},
        HeadCase{"ANullInAValue", post_with(std::string("x-a: 1\0", 7) + "\r\n"), 400},
        HeadCase{"NoHost", "GET /healthz HTTP/1.1\r\n\r\n", 400},
        HeadCase{"TwoHosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        HeadCase{"AnotherVersion", "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", 400},
        HeadCase{"AVersionInSmallLetters", "GET /healthz http/1.1\r\nHost: a\r\n\r\n", 400},
        HeadCase{"NoVersion", "GET /healthz\r\nHost: a\r\n\r\n", 400},
        HeadCase{"ASpaceInTheTarget", "GET /heal thz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        HeadCase{"AControlInTheTarget", "GET /heal\x7fthz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        HeadCase{"AMethodWithParentheses", "G(T /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        HeadCase{"ATlsHello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n", 13),
                 400},
        HeadCase{"ChunkedInHttp10",
                 "POST /v1/messages HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        HeadCase{"TooManyHeaders", post_with(many_headers(127)), 400},
        HeadCase{"ATooLargeHead", post_with("x-a: " + std::string(70'000, 'a') + "\r\n"), 431},
        HeadCase{"AHeadThatNeverEnds", "GET /" + std::string(70'000, 'a'), 431}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Http, AsManyHeadersAsAllowedAreFine) {
  Scene scene;
  Client client(scene.port());
  client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n" + many_headers(127) + "\r\n");
  EXPECT_EQ(client.read_reply().status, 200);
}

TEST(Http, EmptyLinesBeforeARequestAreIgnored) {
  Scene scene;
  Client client(scene.port());
  client.send(
      "\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET /readyz HTTP/1.1\r\nHost: "
      "x\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 200);
  EXPECT_EQ(client.read_reply().status, 200);
}

TEST(Http, AHeadMayComeByteByByte) {
  Scene scene;
  Client client(scene.port());
  const std::string body = user_body("hello");
  for (const char c : "POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\nContent-Length: " +
                          std::to_string(body.size()) + "\r\n\r\n" + body)
    client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.read_reply().status, 200);
}

TEST(Http, PipelinedRequestsAreAnsweredInOrder) {
  Scene scene;
  scene.draft->script(says("first"));
  scene.draft->script(says("second"));
  Client client(scene.port());
  Ask message;
  message.body = user_body("hello", true);
  Ask health;
  health.method = "GET";
  health.target = "/healthz";
  client.send(message.text() + health.text() + message.text());
  EXPECT_EQ(text_of(client.read_reply().body), "first");
  EXPECT_EQ(client.read_reply().body, "ok\n");
  EXPECT_EQ(text_of(client.read_reply().body), "second");
}

TEST(Http, ARequestBehindARefusedBodyIsNeverServed) {
  Settings settings;
  settings.limits = "body_bytes_max = 2000";
  Scene scene(settings);
  Client client(scene.port());
  Ask large;
  large.body = user_body(std::string(5000, 'x'));
  Ask health;
  health.method = "GET";
  health.target = "/healthz";
  client.send(large.text() + health.text());
  EXPECT_EQ(client.read_reply().status, 413);
  EXPECT_EQ(client.read_reply().status, 0);
}

TEST(Http, ChunkedBodiesAreRead) {
  const std::string body = user_body("hello \xc3\xa9");
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, body.size()}) {
    Scene scene;
    std::string chunks;
    for (std::size_t at = 0; at < body.size(); at += size) {
      char line[32];
      std::snprintf(line, sizeof line, at == 0 ? "%zX;name=value\r\n" : "%zx\r\n",
                    std::min(size, body.size() - at));
      chunks += line + body.substr(at, size) + "\r\n";
    }
    Client client(scene.port());
    client.send(post_with("Transfer-Encoding: Chunked\r\n") + chunks + "0\r\nx-trailer: 1\r\n\r\n" +
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.read_reply().header("x-rlm-verdict"), "SKIPPED");
    EXPECT_EQ(client.read_reply().body, "ok\n");
  }
}

TEST(Http, MalformedChunksAreRefusedAndTheConnectionIsClosed) {
  for (const std::string chunks : {"x\r\n", "5\nhello", "5\r\nhelloX\r\n", "-1\r\n", "5 5\n",
                                   "fffffffffffffffff\r\n", "0\r\n\n"}) {
    Scene scene;
    Client client(scene.port());
    client.send(post_with("Transfer-Encoding: chunked\r\n") + chunks);
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.status, 400) << chunks;
    EXPECT_TRUE(is_error(reply.body, "invalid_request_error"));
    EXPECT_TRUE(client.wait_closed());
  }
}

TEST(Http, AClientThatExpectsToBeAskedIsAskedForItsBody) {
  Scene scene;
  Client client(scene.port());
  const std::string body = user_body("hello");
  const std::string head =
      post_with("Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size()) + "\r\n");
  client.send(head);
  EXPECT_EQ(client.read_head().status, 100);
  client.send(body);
  EXPECT_EQ(client.read_reply().status, 200);
  // One that does not wait is not asked.
  client.send(head + body);
  EXPECT_EQ(client.read_reply().status, 200);
}

TEST(Http, AClientWithoutKeyIsNotAskedForItsBody) {
  Settings settings;
  settings.listen = "api_keys = [\"${OUR_KEY}\"]";
  settings.verify = "api_key = \"${VERIFY_KEY}\"";
  Scene scene(settings);
  Client client(scene.port());
  client.send(post_with("Expect: 100-continue\r\nContent-Length: 1000\r\n"));
  EXPECT_EQ(client.read_head().status, 401);
}

TEST(Http, ABodyThatStopsArrivingIsATimeout) {
  Settings settings;
  settings.limits = "body_idle_ms = 100";
  Scene scene(settings);
  for (const std::string& head :
       {post_with("Content-Length: 1000\r\n", "{\"model\":"),
        post_with("Transfer-Encoding: chunked\r\n", "9\r\n{\"model\":")}) {
    Client client(scene.port());
    client.send(head);
    const Reply reply = client.read_reply();
    EXPECT_EQ(reply.status, 408);
    EXPECT_TRUE(is_error(reply.body, "invalid_request_error")) << reply.body;
    EXPECT_EQ(reply.header("connection"), "close");
    EXPECT_TRUE(client.wait_closed());
  }
  EXPECT_EQ(scene.proxy->record_number(2).status, 408);
}

TEST(Http, AHeadThatStopsArrivingEndsTheConnection) {
  Settings settings;
  settings.limits = "head_timeout_ms = 100";
  Scene scene(settings);
  Client client(scene.port());
  client.send("GET /healthz HTTP/1.1\r\nHost:");
  EXPECT_TRUE(client.wait_closed());
}

TEST(Http, AnIdleConnectionIsClosed) {
  Settings settings;
  settings.limits = "keep_alive_idle_ms = 100";
  Scene scene(settings);
  Client client(scene.port());
  client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 200);
  EXPECT_TRUE(client.wait_closed());
}

TEST(Http, ConnectionsAreAllowedUpToTheirLimit) {
  Settings settings;
  settings.limits = "connections_max = 2";
  Scene scene(settings);
  const std::string health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  Client first(scene.port());
  first.send(health);
  EXPECT_EQ(first.read_reply().status, 200);
  Client second(scene.port());
  second.send(health);
  EXPECT_EQ(second.read_reply().status, 200);
  Client third(scene.port());
  third.send(health);
  const Reply reply = third.read_reply();
  EXPECT_EQ(reply.status, 529);
  EXPECT_TRUE(is_error(reply.body, "overloaded_error"));
  first.send(health);
  EXPECT_EQ(first.read_reply().status, 200);
}

TEST(Http, AnOldClientGetsNoChunks) {
  Scene scene;
  scene.verify->script(says("hello"));
  Client client(scene.port());
  const std::string body = user_body("x", true);
  client.send(
      "POST /v1/messages HTTP/1.0\r\nx-api-key: k\r\nanthropic-version: 2023-06-01\r\nx-rlm-plan: "
      "direct\r\ncontent-length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const Reply reply = client.read_reply();
  EXPECT_EQ(reply.count("transfer-encoding"), 0u);
  EXPECT_EQ(reply.count("trailer"), 0u) << "which only chunks can carry";
  EXPECT_EQ(reply.header("connection"), "close");
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(grammar_mistake(reply.body), "");
}

TEST(Http, AnOldClientsBrokenStreamIsResetBecauseNothingElseShowsIt) {
  Scene scene;
  scene.verify->script(fails("cut"));
  Client client(scene.port());
  const std::string body = user_body("x", true);
  client.send(
      "POST /v1/messages HTTP/1.0\r\nx-api-key: k\r\nanthropic-version: 2023-06-01\r\nx-rlm-plan: "
      "direct\r\ncontent-length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const Reply reply = client.read_reply();
  EXPECT_TRUE(reply.reset);
  EXPECT_FALSE(reply.whole);
}

TEST(Http, AClientThatWantsItsConnectionClosedGetsThat) {
  Scene scene;
  Client client(scene.port());
  client.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const Reply reply = client.read_reply();
  EXPECT_EQ(reply.header("connection"), "close");
  EXPECT_TRUE(client.wait_closed());
}

}  // namespace
}  // namespace rlm::test
