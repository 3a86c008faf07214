// Requests that no cascade touches: the bytes and headers that cross the proxy, in both directions.

#include "tests/support/raw_upstream.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

// The preset paper sends whatever offers tools directly to the verify model.
constexpr std::string_view kTools =
    R"(,"tools":[{"name":"Read","description":"reads","input_schema":{"type":"object"}}])";

Settings before(const RawUpstream& upstream) {
  Settings settings;
  settings.verify_url = upstream.base_url();
  settings.cascades = false;
  return settings;
}

std::string body_of(const std::string& raw_request) {
  return raw_request.substr(raw_request.find("\r\n\r\n") + 4);
}

const std::string kAnswer =
    R"({"id":"msg_1","type":"message","role":"assistant","model":"sim-verify","content":[{"type":"text","text":"hi"}],)"
    R"("stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}})";

TEST(Direct, SplicesTheModelNameAndLeavesEveryOtherByte) {
  RawUpstream upstream({{sized_response(200, "application/json", kAnswer)}});
  Proxy proxy(before(upstream));
  const std::string front =
      "{ \"max_tokens\" : 100,\r\n\t\"unknown\": [1.50, 1e2, \"\\u00e9\\/\", null ],\n  \"model\":";
  const std::string back =
      " , \"messages\":[{\"content\":\"\xc3\xa9\\u00E9\",\"role\":\"user\"}],\"z\":{}, \"a\":-0.0 "
      "}\n";
  const Reply reply = ask(proxy.port(), front + "\"sim-verify\"" + back);
  EXPECT_EQ(reply.status, 200);
  ASSERT_EQ(upstream.requests().size(), 1u);
  EXPECT_EQ(body_of(upstream.requests()[0]), front + "\"sim-verify\"" + back);
}

TEST(Direct, MapsTheModelOfACascadeByASpliceAlone) {
  Scene scene;
  const std::string back =
      ",\"max_tokens\":64 , \"messages\":[{\"role\":\"user\",\"content\":\"x\"}]" +
      std::string(kTools) + ", \"unknown\": 1.0}";
  const Reply reply = scene.post("{\"model\" : \"claude-opus-4-8\"" + back);
  // The simulated model refuses unknown fields, which is how we know that it got them.
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("unknown"), std::string::npos);
  EXPECT_EQ(scene.verify->requests().at(0).body, "{\"model\" : \"sim-verify\"" + back);
  EXPECT_EQ(scene.draft->requests().size(), 0u);
}

TEST(Direct, PassesTheClientsModelNameWhenTheEndpointFixesNone) {
  RawUpstream upstream({{sized_response(200, "application/json", kAnswer)}});
  Settings settings = before(upstream);
  settings.verify_model.clear();
  Proxy proxy(settings);
  const std::string body = user_body("x", false, "", "any-model-at-all");
  EXPECT_EQ(ask(proxy.port(), body).status, 200);
  EXPECT_EQ(body_of(upstream.requests().at(0)), body);
}

TEST(Direct, GivesBackTheAnswerByteForByte) {
  const std::string odd =
      " {\"type\":\"message\" ,\r\n\"content\":[], \"x\":\"\xc3\xa9\\u00e9\"}\n\n";
  RawUpstream upstream({{sized_response(200, "application/json", odd)}});
  Proxy proxy(before(upstream));
  const Reply reply = ask(proxy.port(), user_body("x", false, "", "sim-verify"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(reply.body, odd);
  EXPECT_EQ(reply.header("content-length"), std::to_string(odd.size()));
}

struct HeaderCase {
  std::string name;
  std::string value;
  bool passes;
};

class RequestHeaders : public testing::TestWithParam<HeaderCase> {};

TEST_P(RequestHeaders, CrossOrStay) {
  RawUpstream upstream({{sized_response(200, "application/json", kAnswer)}});
  Proxy proxy(before(upstream));
  Ask request;
  request.body = user_body("x", false, "", "sim-verify");
  request.with(GetParam().name, GetParam().value);
  EXPECT_EQ(ask(proxy.port(), request).status, 200);
  const std::string sent = upstream.requests().at(0);
  const std::string line = "\r\n" + GetParam().name + ": " + GetParam().value + "\r\n";
  EXPECT_EQ(sent.find(line) != std::string::npos, GetParam().passes) << sent;
}

INSTANTIATE_TEST_SUITE_P(
    Direct, RequestHeaders,
    testing::Values(
        HeaderCase{"anthropic-beta", "context-1m-2025-08-07,other", true},
        HeaderCase{"Anthropic-Unknown-Thing", "kept", true},
        HeaderCase{"User-Agent", "claude-cli/2.1 (external, cli)", true},
        HeaderCase{"x-stainless-retry-count", "0", true},
        HeaderCase{"X-Claude-Code-Session-Id", "7d1c", true},
        HeaderCase{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true},
        HeaderCase{"authorization", "Bearer own", true}, HeaderCase{"x-app", "cli", true},
        HeaderCase{"content-type", "application/json", true},
        HeaderCase{"Accept-Encoding", "gzip, br", false}, HeaderCase{"Cookie", "session=1", false},
        HeaderCase{"TE", "trailers", false}, HeaderCase{"Trailer", "x-sum", false},
        HeaderCase{"Upgrade", "h2c", false}, HeaderCase{"Keep-Alive", "timeout=5", false},
        HeaderCase{"Proxy-Connection", "keep-alive", false},
        HeaderCase{"Proxy-Authorization", "Basic abc", false},
        HeaderCase{"X-RLM-Plan", "direct", false}, HeaderCase{"x-rlm-anything", "ours", false}),
    [](const auto& param_info) {
      std::string name = param_info.param.name;
      std::erase(name, '-');
      return name;
    });

TEST(Direct, DropsTheHeadersThatConnectionNames) {
  RawUpstream upstream({{sized_response(200, "application/json", kAnswer)}});
  Proxy proxy(before(upstream));
  Ask request;
  request.body = user_body("x", false, "", "sim-verify");
  request.with("Connection", "keep-alive, X-Hop").with("x-hop", "1").with("x-end", "2");
  EXPECT_EQ(ask(proxy.port(), request).status, 200);
  const std::string sent = upstream.requests().at(0);
  EXPECT_EQ(sent.find("x-hop: 1"), std::string::npos);
  EXPECT_NE(sent.find("x-end: 2"), std::string::npos);
}

TEST(Direct, SendsOneHostAndOneLengthOfItsOwn) {
  RawUpstream upstream({{sized_response(200, "application/json", kAnswer)}});
  Proxy proxy(before(upstream));
  EXPECT_EQ(ask(proxy.port(), user_body("x", false, "", "sim-verify")).status, 200);
  const std::string sent = upstream.requests().at(0);
  EXPECT_NE(sent.find("\r\nhost: 127.0.0.1:" + std::to_string(upstream.port()) + "\r\n"),
            std::string::npos);
  EXPECT_EQ(sent.find("host:"), sent.rfind("host:"));
  EXPECT_EQ(sent.find("content-length:"), sent.rfind("content-length:"));
}

TEST(Direct, AnEndpointsOwnKeyReplacesBothOfTheClients) {
  RawUpstream upstream({{sized_response(200, "application/json", kAnswer)}});
  Settings settings = before(upstream);
  settings.verify = "api_key = \"${VERIFY_KEY}\"";
  Proxy proxy(settings);
  Ask request;
  request.body = user_body("x", false, "", "sim-verify");
  request.with("Authorization", "Bearer client-token");
  EXPECT_EQ(ask(proxy.port(), request).status, 200);
  const std::string sent = upstream.requests().at(0);
  EXPECT_NE(sent.find("x-api-key: verify-key\r\n"), std::string::npos);
  EXPECT_EQ(sent.find("client-token"), std::string::npos);
  EXPECT_EQ(sent.find("key-1"), std::string::npos);
}

TEST(Direct, ABearerKeyIsSentAsAuthorization) {
  RawUpstream upstream({{sized_response(200, "application/json", kAnswer)}});
  Settings settings = before(upstream);
  settings.verify = "api_key = \"${VERIFY_KEY}\"\nauth = \"bearer\"";
  Proxy proxy(settings);
  EXPECT_EQ(ask(proxy.port(), user_body("x", false, "", "sim-verify")).status, 200);
  const std::string sent = upstream.requests().at(0);
  EXPECT_NE(sent.find("authorization: Bearer verify-key\r\n"), std::string::npos);
  EXPECT_EQ(sent.find("x-api-key"), std::string::npos);
}

TEST(Direct, TheDraftModelSeesNoneOfTheClientsHeadersAndNoKeyOfTheirs) {
  Scene scene;
  Ask request;
  request.body = user_body("hello");
  request.with("anthropic-beta", "b-1").with("user-agent", "claude-cli").with("x-app", "cli");
  EXPECT_EQ(scene.post(request).header("x-rlm-verdict"), "SKIPPED");
  const auto seen = scene.draft->requests().at(0);
  EXPECT_EQ(find_header(seen.headers, "x-api-key"), "draft-key");
  EXPECT_EQ(find_header(seen.headers, "anthropic-version"), "2023-06-01");
  for (const char* name : {"anthropic-beta", "x-app", "authorization"})
    EXPECT_EQ(find_header(seen.headers, name), "") << name;
  EXPECT_EQ(find_header(seen.headers, "user-agent"), "rlm-cascade");
}

TEST(Direct, ResponseHeadersCrossButForThoseOfTheHop) {
  RawUpstream upstream({{sized_response(
      200, "application/json", kAnswer,
      "anthropic-ratelimit-requests-remaining: 7\r\nx-odd: a b\r\nset-cookie: s=1\r\n"
      "x-rlm-verdict: FORGED\r\nkeep-alive: timeout=5\r\nconnection: keep-alive, x-hop\r\nx-hop: "
      "1\r\n")}});
  Proxy proxy(before(upstream));
  const Reply reply = ask(proxy.port(), user_body("x", false, "", "sim-verify"));
  EXPECT_EQ(reply.header("request-id"), "req_raw");
  EXPECT_EQ(reply.count("request-id"), 1u);
  EXPECT_EQ(reply.header("anthropic-ratelimit-requests-remaining"), "7");
  EXPECT_EQ(reply.header("x-odd"), "a b");
  EXPECT_EQ(reply.header("content-type"), "application/json");
  for (const char* name : {"set-cookie", "keep-alive", "x-hop", "connection"})
    EXPECT_EQ(reply.count(name), 0u) << name;
  EXPECT_EQ(reply.count("x-rlm-verdict"), 1u);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
}

TEST(Direct, SaysWhatHappenedInItsOwnHeaders) {
  Scene scene;
  const Reply reply = scene.post(user_body("x", false, kTools));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("x-rlm-verdict"), "DIRECT");
  EXPECT_EQ(reply.header("x-rlm-model"), "verify");
  EXPECT_EQ(reply.header("x-rlm-reason"), "tools");
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_EQ(reply.header("x-rlm-exchange"), record.id);
  EXPECT_EQ(record.asked_model, "claude-opus-4-8");
  EXPECT_EQ(record.answered_model, "verify");
  EXPECT_EQ(record.verdict, Verdict::Direct);
  EXPECT_EQ(record.cost, final_bill(*scene.verify).total);
}

// What a stream costs is known at its end: a trailer tells it and leaves the body as it was.
TEST(Direct, AStreamTellsItsCostBehindItsLastByte) {
  for (const bool falls_back : {false, true}) {
    Scene scene;
    if (falls_back) scene.draft->script(fails("400"));
    sim::Reply slow = says_in_pieces({"One word ", std::string(70, 'w')});
    slow.tokens_per_second = 100;  // the head leaves long before the end
    scene.verify->script(slow);
    const Reply reply = scene.post(user_body("say hello", true, falls_back ? "" : kTools));
    EXPECT_EQ(reply.header("x-rlm-verdict"), falls_back ? "FALLBACK" : "DIRECT");
    EXPECT_EQ(reply.header("x-rlm-cost-usd"), "");
    EXPECT_EQ(reply.header("trailer"), "x-rlm-cost-usd");
    EXPECT_EQ(grammar_mistake(reply.body), "");
    EXPECT_EQ(reply.body.find("x-rlm"), std::string::npos);
    ASSERT_EQ(reply.trailers.size(), 1u);
    EXPECT_EQ(reply.trailers[0].first, "x-rlm-cost-usd");
    EXPECT_NEAR(std::stod(reply.trailers[0].second), scene.proxy->record_number(1).cost.dollars(),
                1e-12);
  }
}

TEST(Direct, NoCostFollowsWhereItStandsInTheHead) {
  Scene scene;
  const Reply reply = scene.post(user_body("x", false, kTools));
  EXPECT_NE(reply.header("x-rlm-cost-usd"), "");
  EXPECT_EQ(reply.count("trailer"), 0u);
}

}  // namespace
}  // namespace rlm::test
