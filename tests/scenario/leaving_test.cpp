// A client that hangs up: its exchange ends at once, its upstream calls are closed, and what was
// spent is in the ledger.

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "tests/support/raw_upstream.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kTools =
    R"(,"tools":[{"name":"Read","description":"reads","input_schema":{"type":"object"}}])";

Ask message(std::string body) {
  Ask request;
  request.body = std::move(body);
  return request;
}

// Waits until this many requests have arrived at the model; the client can only leave a call that
// is there.
void wait_for_requests(const sim::SimulatedModel& model, std::size_t count) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (model.requests().size() < count && std::chrono::steady_clock::now() < give_up)
    std::this_thread::yield();
}

TEST(Leaving, WhileWaitingForTheHeadClosesTheUpstreamCall) {
  for (const bool by_reset : {false, true}) {
    Scene scene;
    scene.verify->script(fails("stall_head"));
    Client client(scene.port());
    client.send(message(user_body("x", true, kTools)));
    wait_for_requests(*scene.verify, 1);
    by_reset ? client.reset() : client.close();
    ASSERT_TRUE(scene.verify->wait_finished(1));
    EXPECT_TRUE(scene.verify->requests().at(0).client_left);
    const ExchangeRecord record = scene.proxy->record_number(1);
    EXPECT_TRUE(record.client_left);
    EXPECT_EQ(record.verdict, Verdict::Failed);
    EXPECT_EQ(record.status, 0);
    ASSERT_EQ(record.calls.size(), 1u);
    EXPECT_EQ(record.calls[0].end, CallEnd::Cancelled);
  }
}

TEST(Leaving, IsNoticedBehindBytesOfTheNextRequest) {
  for (const std::string ahead : {"\r\n", "POST /v1/messages HTTP/1.1\r\n"}) {
    Scene scene;
    scene.verify->script(fails("stall_head"));
    Client client(scene.port());
    client.send(message(user_body("x", true, kTools)).text() + ahead);
    wait_for_requests(*scene.verify, 1);
    client.send(ahead);
    client.close();
    ASSERT_TRUE(scene.verify->wait_finished(1));
    EXPECT_TRUE(scene.proxy->record_number(1).client_left);
  }
}

TEST(Leaving, InTheMiddleOfAStreamClosesTheUpstreamCallAndKeepsTheUsageSoFar) {
  Scene scene;
  scene.verify->script(fails("stall@900"));
  Client client(scene.port());
  client.send(message(user_body("x", true, kTools)));
  Reply reply = client.read_head();
  ASSERT_TRUE(client.read_until(reply, "content_block_delta"));
  client.close();
  ASSERT_TRUE(scene.verify->wait_finished(1));
  EXPECT_TRUE(scene.verify->requests().at(0).client_left);
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_TRUE(record.client_left);
  EXPECT_EQ(record.status, 200);
  ASSERT_EQ(record.calls.size(), 1u);
  EXPECT_EQ(record.calls[0].end, CallEnd::Cancelled);
  EXPECT_FALSE(record.calls[0].usage.reported);
  EXPECT_EQ(record.calls[0].usage.prompt(), final_bill(*scene.verify).usage.prompt());
  EXPECT_GT(record.calls[0].usage.output, 0);
  EXPECT_GT(record.cost.value, 0);
}

TEST(Leaving, WhileAWholeAnswerIsWaitedForClosesTheUpstreamCall) {
  Scene scene;
  scene.verify->script(fails("stall@10"));
  Client client(scene.port());
  client.send(message(user_body("x", false, kTools)));
  wait_for_requests(*scene.verify, 1);
  client.close();
  ASSERT_TRUE(scene.verify->wait_finished(1));
  EXPECT_TRUE(scene.verify->requests().at(0).client_left);
  EXPECT_TRUE(scene.proxy->record_number(1).client_left);
}

TEST(Leaving, WhileTheDraftIsWrittenClosesTheDraftCallAndAsksNobodyElse) {
  Scene scene;
  scene.draft->script(fails("stall@900"));
  Client client(scene.port());
  client.send(message(user_body("hello", true)));
  wait_for_requests(*scene.draft, 1);
  client.close();
  ASSERT_TRUE(scene.draft->wait_finished(1));
  EXPECT_TRUE(scene.draft->requests().at(0).client_left);
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_TRUE(record.client_left);
  EXPECT_EQ(record.verdict, Verdict::Failed);
  ASSERT_EQ(record.calls.size(), 1u);
  EXPECT_EQ(record.calls[0].role, CallRole::Draft);
  EXPECT_EQ(record.calls[0].end, CallEnd::Cancelled);
  EXPECT_TRUE(scene.verify->requests().empty());
}

TEST(Leaving, WhileTheVerdictIsAwaitedClosesTheVerdictCall) {
  for (const std::string fault : {"stall_head", "stall@700"}) {
    Scene scene;
    scene.verify->script(fails(fault, "USE"));
    Client client(scene.port());
    client.send(message(user_body("please refactor this", true)));
    wait_for_requests(*scene.verify, 1);
    client.close();
    ASSERT_TRUE(scene.verify->wait_finished(1)) << fault;
    EXPECT_TRUE(scene.verify->requests().at(0).client_left);
    const ExchangeRecord record = scene.proxy->record_number(1);
    EXPECT_TRUE(record.client_left);
    EXPECT_EQ(record.verdict, Verdict::Failed);
    ASSERT_EQ(record.calls.size(), 2u);
    EXPECT_EQ(record.calls[0].end, CallEnd::Complete);
    EXPECT_EQ(record.calls[1].role, CallRole::Verify);
    EXPECT_EQ(record.calls[1].end, CallEnd::Cancelled);
  }
}

TEST(Leaving, InTheMiddleOfARewriteClosesTheVerdictCall) {
  Scene scene;
  sim::Reply rewrite = says_in_pieces({"A better answer ", "that goes on ", "and on"});
  rewrite.fault.kind = sim::Fault::Kind::Stall;
  rewrite.fault.at = 1000;
  scene.verify->script(rewrite);
  Client client(scene.port());
  client.send(message(user_body("please refactor this", true)));
  Reply reply = client.read_head();
  ASSERT_TRUE(client.read_until(reply, "A better answer"));
  client.close();
  ASSERT_TRUE(scene.verify->wait_finished(1));
  EXPECT_TRUE(scene.verify->requests().at(0).client_left);
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_TRUE(record.client_left);
  ASSERT_EQ(record.calls.size(), 2u);
  EXPECT_EQ(record.calls[1].end, CallEnd::Cancelled);
  EXPECT_GT(record.calls[1].cost.value, 0);
}

// A session's request whose system prompt is cached.
Ask cached_request() {
  Ask request = message(user_body("say hello", true,
                                  R"(,"system":[{"type":"text","text":")" + std::string(8960, 's') +
                                      R"(","cache_control":{"type":"ephemeral"}}])"));
  request.with("x-claude-code-session-id", "11111111-2222-3333-4444-555555555555");
  return request.with("x-rlm-plan", "direct");
}

TEST(Leaving, BeforeTheAnswerIsBookedWithThePromptThatTheModelHasRead) {
  for (const std::string policy : {"balanced", "off"}) {
    Settings settings;
    settings.cascade = "policy = \"" + policy + "\"";
    Scene scene(settings);
    EXPECT_EQ(scene.post(cached_request()).status, 200);
    scene.verify->script(fails("stall_head"));
    Client client(scene.port());
    client.send(cached_request());
    wait_for_requests(*scene.verify, 2);
    client.close();
    ASSERT_TRUE(scene.verify->wait_finished(2));
    const ExchangeRecord record = scene.proxy->record_number(2);
    const CallRecord& call = record.calls.at(0);
    const Usage billed = final_bill(*scene.verify).calls.back().usage;
    EXPECT_TRUE(is_estimated(call)) << policy;
    EXPECT_GT(billed.cache_read, 2'000);
    const double off = .02 * static_cast<double>(billed.prompt());
    EXPECT_NEAR(static_cast<double>(call.usage.cache_read), static_cast<double>(billed.cache_read),
                off)
        << policy;
    EXPECT_NEAR(static_cast<double>(call.usage.prompt()), static_cast<double>(billed.prompt()), off)
        << policy;
    EXPECT_EQ(record.baseline, record.cost) << "direct would have lost the same";
    EXPECT_NEAR(metric(scene, R"(rlm_cost_estimated_usd_total{endpoint="verify",role="direct"})"),
                call.cost.dollars(), 1e-12);
  }
}

// Only a stream's generation ends with its connection.
TEST(Leaving, AWholeAnswerIsBookedWithTheLengthThatAnswersHave) {
  Settings settings;
  settings.cascade = "policy = \"balanced\"";
  Scene scene(settings);
  scene.verify->script(fails("stall_head"));
  Client client(scene.port());
  Ask request = message(user_body("x", false));
  client.send(request.with("x-rlm-plan", "direct"));
  wait_for_requests(*scene.verify, 1);
  client.close();
  const CallRecord call = scene.proxy->record_number(1).calls.at(0);
  EXPECT_TRUE(is_estimated(call));
  EXPECT_GT(call.usage.output, 0);
  ASSERT_TRUE(scene.verify->wait_finished(1));
  EXPECT_GT(final_bill(*scene.verify).calls.at(0).usage.output, 0);
}

TEST(Leaving, BetweenTwoAttemptsEndsTheWaiting) {
  Settings settings;
  settings.verify = "retries = 3";
  Scene scene(settings);
  sim::Reply limited = fails("429@0");
  limited.fault.headers.add("retry-after", "4");
  scene.verify->script(limited);
  Client client(scene.port());
  client.send(message(user_body("x", true, kTools)));
  ASSERT_TRUE(scene.verify->wait_finished(1));
  client.close();
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_TRUE(record.client_left);
  EXPECT_EQ(record.calls.size(), 1u);
  EXPECT_EQ(scene.verify->requests().size(), 1u);
}

TEST(Leaving, WhileNobodyCanBeReachedEndsTheTrying) {
  Settings settings;
  settings.verify = "retries = 5\nbackoff_ms = 4000";
  settings.verify_url = "http://127.0.0.1:1";
  settings.cascades = false;
  Proxy proxy(settings);
  Client client(proxy.port());
  client.send(message(user_body("x", true, kTools, "sim-verify")));
  client.close();
  EXPECT_TRUE(proxy.record_number(1).client_left);
}

TEST(Leaving, WhileTheRequestBodyIsSentLeavesARecordWithoutCalls) {
  Scene scene;
  Client client(scene.port());
  client.send(
      "POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\ncontent-length: "
      "1000\r\n\r\n{\"model\"");
  client.close();
  const ExchangeRecord record = scene.proxy->record_number(1);
  EXPECT_TRUE(record.client_left);
  EXPECT_TRUE(record.calls.empty());
  EXPECT_EQ(record.status, 0);
}

TEST(Leaving, TheProxyServesTheNextClientAsBefore) {
  Scene scene;
  for (int i = 0; i < 20; ++i) {
    scene.verify->script(fails(i % 2 == 0 ? "stall_head" : "stall@500"));
    Client client(scene.port());
    client.send(message(user_body("x", true, kTools)));
    wait_for_requests(*scene.verify, static_cast<std::size_t>(i) + 1);
    client.reset();
  }
  ASSERT_TRUE(scene.verify->wait_finished(20));
  EXPECT_EQ(scene.post(user_body("x", true, kTools)).status, 200);
  EXPECT_EQ(scene.proxy->record_number(21).verdict, Verdict::Direct);
  EXPECT_EQ(scene.proxy->records().size(), 21u);
}

// A test process that is paused finds its waits interrupted when it goes on. Had its clients left
// for that, their calls would have been cut and paid, and a day's ledger be short of them.
TEST(Leaving, IsNotWhatAnInterruptedClientDoes) {
  struct sigaction nothing {};
  nothing.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &nothing, nullptr);  // without SA_RESTART
  Scene scene;
  sim::Reply answer = says("worth the wait");
  answer.first_token = Milliseconds(200);
  scene.verify->script(answer);
  std::atomic<bool> waits{true};
  Reply reply;
  std::thread client([&] {
    reply = scene.post(user_body("x", false, kTools));
    waits = false;
  });
  wait_for_requests(*scene.verify, 1);
  while (waits) {
    ::pthread_kill(client.native_handle(), SIGUSR1);
    std::this_thread::yield();
  }
  client.join();
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(text_of(reply.body), "worth the wait");
  EXPECT_EQ(scene.proxy->record_number(1).cost, final_bill(*scene.verify).total);
}

TEST(Leaving, ARequestLeftUnreadByTheUpstreamIsCutToo) {
  RawUpstream upstream({{"", RawAnswer::Then::WaitForPeer}});
  Settings settings;
  settings.verify_url = upstream.base_url();
  settings.cascades = false;
  Proxy proxy(settings);
  Client client(proxy.port());
  client.send(message(user_body("x", true, "", "sim-verify")));
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (upstream.requests().empty() && std::chrono::steady_clock::now() < give_up)
    std::this_thread::yield();
  client.close();
  EXPECT_TRUE(upstream.wait_peer_left());
}

}  // namespace
}  // namespace rlm::test
