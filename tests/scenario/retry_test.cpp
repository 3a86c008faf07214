// What is tried again, how often, and what the client sees of it.

#include "tests/support/raw_upstream.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kTools =
    R"(,"tools":[{"name":"Read","description":"reads","input_schema":{"type":"object"}}])";

std::string direct_body(bool stream = false) {
  return user_body("x", stream, kTools);
}

Settings with(std::string verify) {
  Settings settings;
  settings.verify = std::move(verify);
  return settings;
}

struct RetryCase {
  std::string name;
  std::string fault;
  std::size_t attempts;  // with two retries and a fault at every attempt
  int status;
  std::string error_type;
};

class Retries : public testing::TestWithParam<RetryCase> {};

TEST_P(Retries, AreCountedAndEndInTheUpstreamsOwnError) {
  for (const bool stream : {false, true}) {
    Scene scene(with("retries = 2\nfirst_byte_ms = 60\nidle_ms = 60"));
    for (int i = 0; i < 4; ++i) scene.verify->script(fails(GetParam().fault));
    const Reply reply = scene.post(direct_body(stream));
    EXPECT_EQ(reply.status, GetParam().status);
    EXPECT_TRUE(is_error(reply.body, GetParam().error_type)) << reply.body;
    EXPECT_EQ(scene.verify->requests().size(), GetParam().attempts);
    const ExchangeRecord record = scene.proxy->record_number(1);
    EXPECT_EQ(record.verdict, Verdict::Failed);
    EXPECT_EQ(record.status, GetParam().status);
    EXPECT_EQ(record.error_type, GetParam().error_type);
    ASSERT_EQ(record.calls.size(), GetParam().attempts);
    for (std::size_t i = 0; i < record.calls.size(); ++i) {
      EXPECT_EQ(record.calls[i].attempt, static_cast<int>(i));
      EXPECT_EQ(record.calls[i].end, CallEnd::Failed);
      // Of a model that falls silent we hang up: what it has read is paid.
      EXPECT_EQ(record.calls[i].cost.value > 0, GetParam().fault == "stall_head");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Retry, Retries,
    testing::Values(RetryCase{"A500", "500", 3, 500, "api_error"},
                    RetryCase{"A503", "503", 3, 503, "api_error"},
                    RetryCase{"Overload", "529@0", 3, 529, "overloaded_error"},
                    RetryCase{"AnErrorEventInPlaceOfAnAnswer", "error_first", 3, 529,
                              "overloaded_error"},
                    RetryCase{"AResetBeforeTheHead", "reset@0", 3, 502, "api_error"},
                    RetryCase{"NoHead", "stall_head", 1, 504, "timeout_error"},
                    RetryCase{"RateLimitWithoutATime", "429@0", 1, 429, "rate_limit_error"},
                    RetryCase{"RateLimitForTooLong", "429@60", 1, 429, "rate_limit_error"},
                    RetryCase{"BadRequest", "400", 1, 400, "invalid_request_error"},
                    RetryCase{"Unauthorized", "401", 1, 401, "authentication_error"},
                    RetryCase{"TooLarge", "413", 1, 413, "request_too_large"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Retry, ASecondAttemptServesTheClientAsIfNothingHadHappened) {
  for (const std::string fault : {"500", "529@0", "error_first", "reset@0"}) {
    Scene scene(with("retries = 1"));
    scene.verify->script(fails(fault));
    scene.verify->script(says("at last"));
    const Reply reply = scene.post(direct_body(true));
    EXPECT_EQ(reply.status, 200) << fault;
    EXPECT_EQ(grammar_mistake(reply.body), "");
    EXPECT_EQ(text_of(reply.body), "at last");
    const ExchangeRecord record = scene.proxy->record_number(1);
    EXPECT_EQ(record.verdict, Verdict::Direct);
    EXPECT_EQ(record.calls.size(), 2u);
    EXPECT_EQ(record.cost, final_bill(*scene.verify).total);
  }
}

TEST(Retry, ARateLimitIsWaitedForWhenItsTimeIsShort) {
  sim::Reply limited = fails("429@0");
  limited.fault.headers.add("retry-after-ms", "1");
  Scene scene;
  scene.verify->script(limited);
  scene.verify->script(says("at last"));
  EXPECT_EQ(text_of(scene.post(direct_body()).body), "at last");
}

TEST(Retry, EveryAttemptSendsTheSameBytes) {
  Scene scene(with("retries = 2"));
  scene.verify->script(fails("500"));
  scene.verify->script(fails("500"));
  EXPECT_EQ(scene.post(direct_body()).status, 200);
  const auto seen = scene.verify->requests();
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].body, seen[1].body);
  EXPECT_EQ(seen[1].body, seen[2].body);
}

TEST(Retry, TheUpstreamsErrorReachesTheClientUntouchedWithItsHeaders) {
  const std::string body =
      " {\"type\":\"error\", \"error\":{\"type\":\"rate_limit_error\",\"message\":\"Number of "
      "request tokens\"},\"x\":1}\n";
  RawUpstream upstream(
      {{sized_response(429, "application/json", body,
                       "retry-after: 77\r\nx-should-retry: "
                       "true\r\nanthropic-ratelimit-unified-status: rejected\r\n")}});
  Settings settings;
  settings.verify_url = upstream.base_url();
  settings.cascades = false;
  Proxy proxy(settings);
  const Reply reply = ask(proxy.port(), user_body("x", false, "", "sim-verify"));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.body, body);
  EXPECT_EQ(reply.header("retry-after"), "77");
  EXPECT_EQ(reply.header("x-should-retry"), "true");
  EXPECT_EQ(reply.header("anthropic-ratelimit-unified-status"), "rejected");
  EXPECT_EQ(reply.header("request-id"), "req_raw");
  EXPECT_EQ(reply.header("x-rlm-verdict"), "FAILED");
}

TEST(Retry, OurOwnErrorsTellTheClientWhetherToTryAgain) {
  Scene scene(with("retries = 0"));
  scene.verify->script(fails("reset@0"));
  const Reply reply = scene.post(direct_body());
  EXPECT_EQ(reply.status, 502);
  EXPECT_EQ(reply.header("x-should-retry"), "true");
  EXPECT_EQ(json_at(reply.body, "request_id"), reply.header("request-id"));
}

TEST(Retry, AnErrorEventThatComesByteByByteIsStillNoAnswer) {
  const std::string failure =
      "event: error\ndata: "
      "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow "
      "down\"}}\n\n";
  for (const std::size_t piece : {1, 5, 1000}) {
    RawUpstream upstream(
        {{chunked_response("text/event-stream", failure, piece), RawAnswer::Then::Keep, piece}});
    Settings settings;
    settings.verify_url = upstream.base_url();
    settings.cascades = false;
    Proxy proxy(settings);
    const Reply reply = ask(proxy.port(), user_body("x", true, "", "sim-verify"));
    EXPECT_EQ(reply.status, 429);
    EXPECT_EQ(json_at(reply.body, "error.message"), "slow down");
    EXPECT_EQ(reply.header("content-type"), "application/json");
  }
}

TEST(Retry, AnEmptyStreamIsAnErrorAndNoEmptyAnswer) {
  RawUpstream upstream({{chunked_response("text/event-stream", "", 1)}});
  Settings settings;
  settings.verify_url = upstream.base_url();
  settings.cascades = false;
  Proxy proxy(settings);
  const Reply reply = ask(proxy.port(), user_body("x", true, "", "sim-verify"));
  EXPECT_EQ(reply.status, 502);
  EXPECT_TRUE(is_error(reply.body, "api_error"));
}

TEST(Retry, AKeptConnectionThatTurnsOutClosedIsReplacedAndBothSendingsAreNoted) {
  const std::string answer =
      sized_response(200, "application/json", R"({"type":"message","content":[]})");
  // The second request finds its connection closed after it was sent; the third answer is for its
  // repetition.
  RawUpstream upstream({{answer}, {"", RawAnswer::Then::Close}, {answer}});
  Settings settings;
  settings.verify_url = upstream.base_url();
  settings.cascades = false;
  settings.verify = "retries = 0";
  Proxy proxy(settings);
  const std::string body = user_body("x", false, "", "sim-verify");
  EXPECT_EQ(ask(proxy.port(), body).status, 200);
  EXPECT_EQ(ask(proxy.port(), body).status, 200);
  EXPECT_EQ(upstream.connections(), 2u);
  const ExchangeRecord record = proxy.record_number(2);
  ASSERT_EQ(record.calls.size(), 2u);
  EXPECT_EQ(record.calls[0].error, "unreachable");
  EXPECT_EQ(record.calls[0].cost, NanoUsd{}) << "nobody answered it";
  EXPECT_EQ(record.calls[1].attempt, 1);
  EXPECT_EQ(record.calls[1].end, CallEnd::Complete);
}

TEST(Retry, AFreshConnectionThatIsClosedIsNotReplacedSilently) {
  RawUpstream upstream({{"", RawAnswer::Then::Close}, {"", RawAnswer::Then::Close}});
  Settings settings;
  settings.verify_url = upstream.base_url();
  settings.cascades = false;
  settings.verify = "retries = 0";
  Proxy proxy(settings);
  EXPECT_EQ(ask(proxy.port(), user_body("x", false, "", "sim-verify")).status, 502);
  EXPECT_EQ(upstream.requests().size(), 1u);
}

TEST(Retry, ConnectionsAreKeptAndUsedAgain) {
  const std::string sized =
      sized_response(200, "application/json", R"({"type":"message","content":[]})");
  const std::string chunked =
      chunked_response("application/json", R"({"type":"message","content":[]})", 4);
  RawUpstream upstream({{sized}, {chunked}, {sized}, {chunked}});
  Settings settings;
  settings.verify_url = upstream.base_url();
  settings.cascades = false;
  Proxy proxy(settings);
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(ask(proxy.port(), user_body("x", false, "", "sim-verify")).status, 200);
  EXPECT_EQ(upstream.connections(), 1u);
}

}  // namespace
}  // namespace rlm::test
