// Credentials against a token endpoint on the loopback, on one event loop and a clock that the test
// moves.
#include "credential/token_credential.hpp"

#include <gtest/gtest.h>

#include "credential/test_keys.hpp"
#include "net/http_server.hpp"
#include "tests/support/run_task.hpp"

namespace rlm::credential {
namespace {

using test::user_json;

struct Reply {
  int status = 200;
  std::string body{};
  std::string date{};
};

// Answers with the replies in order, the last one for ever; holds one back until it is told or its
// client has left.
struct Endpoint {
  Endpoint() : server(worker, [this](net::HttpTransaction& t) { return answer(t, *this); }) {
    url = "http://127.0.0.1:" + std::to_string(*server.listen("127.0.0.1", 0));
  }
  static net::Task<void> answer(net::HttpTransaction& transaction, Endpoint& endpoint) {
    auto body = co_await transaction.read_body(1 << 16);
    if (!body) co_return;
    endpoint.requests.push_back(transaction.head().method + ' ' + transaction.head().target + ' ' +
                                std::string(body->view()));
    endpoint.arrived.set();
    if (endpoint.holds) {
      net::StopCallback on_gone(
          transaction.gone(), [](void* event) { static_cast<net::Event*>(event)->set(); },
          &endpoint.release);
      co_await endpoint.release.wait();
    }
    const std::size_t last = endpoint.replies.size() - 1;
    const Reply& reply = endpoint.replies[std::min(endpoint.requests.size() - 1, last)];
    Headers headers;
    if (!reply.date.empty()) headers.add("date", reply.date);
    co_await transaction.respond(reply.status, headers, reply.body);
  }
  std::unique_ptr<TokenCredential> credential(std::shared_ptr<const TokenGrant> grant = nullptr) {
    if (!grant) grant = google_grant(*read_google_key(user_json(url + "/token")));
    return std::move(*TokenCredential::make(worker, std::move(grant), {}, clock));
  }
  void run(net::Task<void> task) { rlm::test::run_task(worker, then_shut_down(std::move(task))); }
  net::Task<void> then_shut_down(net::Task<void> task) {
    co_await std::move(task);
    co_await server.shut_down(Milliseconds(0));
  }

  net::Worker worker;
  FakeClock clock;
  net::HttpServer server;
  std::string url;
  std::vector<Reply> replies;
  std::vector<std::string> requests;
  bool holds = false;
  net::Event arrived{worker.io()};
  net::Event release{worker.io()};
  net::StopSource stop;
};

std::string token_json(const std::string& token, int seconds = 3600) {
  return R"({"access_token":")" + token + R"(","expires_in":)" + std::to_string(seconds) +
         R"(,"token_type":"Bearer"})";
}

// What is wanted is a literal always, so that spawned tasks may refer to it.

// The authorization header, or what went wrong.
net::Task<std::string> ask(CredentialSource& credential, net::StopSource& stop) {
  Headers headers;
  const RequestToSign request;
  auto done = co_await credential.authorize(request, headers, stop);
  if (!done) co_return std::string(name_of(done.error().kind)) + ": " + done.error().message;
  co_return std::string(headers.find("authorization"));
}

net::Task<void> expect(CredentialSource& credential, net::StopSource& stop,
                       std::string_view wanted) {
  const std::string got = co_await ask(credential, stop);
  EXPECT_EQ(got, wanted);
}

net::Task<void> expect_part(CredentialSource& credential, net::StopSource& stop,
                            std::string_view wanted) {
  const std::string got = co_await ask(credential, stop);
  EXPECT_NE(got.find(wanted), std::string::npos) << got;
  EXPECT_EQ(got.find("s3cret"), std::string::npos) << got;
}

net::Task<void> keep_and_renew(Endpoint& endpoint) {
  const auto credential = endpoint.credential();
  co_await expect(*credential, endpoint.stop, "Bearer one");
  endpoint.clock.advance(Milliseconds(3'299'000));
  co_await expect(*credential, endpoint.stop, "Bearer one");
  EXPECT_EQ(endpoint.requests.size(), 1u);
  endpoint.clock.advance(Milliseconds(1'000));  // five minutes are left
  co_await expect(*credential, endpoint.stop, "Bearer two");
  endpoint.clock.advance(Milliseconds(29'000));  // of a minute: half of its life has not passed
  co_await expect(*credential, endpoint.stop, "Bearer two");
  endpoint.clock.advance(Milliseconds(1'000));
  co_await expect(*credential, endpoint.stop, "Bearer three");
}

TEST(TokenCredential, IsKeptAndRenewedBeforeItExpires) {
  Endpoint endpoint;
  endpoint.replies = {
      {200, token_json("one")}, {200, token_json("two", 60)}, {200, token_json("three")}};
  endpoint.run(keep_and_renew(endpoint));
  EXPECT_EQ(endpoint.requests.size(), 3u);
  EXPECT_TRUE(endpoint.requests[0].starts_with("POST /token grant_type=refresh_token&"))
      << endpoint.requests[0];
}

net::Task<void> renew_in_vain(Endpoint& endpoint) {
  const auto credential = endpoint.credential();
  co_await expect(*credential, endpoint.stop, "Bearer one");
  endpoint.clock.advance(Milliseconds(3'400'000));
  co_await expect(*credential, endpoint.stop, "Bearer one");
  co_await expect(*credential, endpoint.stop, "Bearer one");
  EXPECT_EQ(endpoint.requests.size(), 2u);  // not asked again at once
  endpoint.clock.advance(Milliseconds(30'000));
  co_await expect(*credential, endpoint.stop, "Bearer one");
  EXPECT_EQ(endpoint.requests.size(), 3u);
  endpoint.clock.advance(Milliseconds(200'000));
  co_await expect_part(*credential, endpoint.stop, "unreachable: the user at Google's");
}

TEST(TokenCredential, IsUsedToItsEndWhenItCannotBeRenewed) {
  Endpoint endpoint;
  endpoint.replies = {{200, token_json("one")}, {503, "busy"}};
  endpoint.run(renew_in_vain(endpoint));
}

net::Task<void> many_at_once(Endpoint& endpoint, std::string_view wanted, int count) {
  const auto credential = endpoint.credential();
  net::TaskScope scope(endpoint.worker);
  for (int i = 0; i < count; ++i) scope.spawn(expect_part(*credential, endpoint.stop, wanted));
  co_await endpoint.arrived.wait();
  endpoint.release.set();
  co_await scope.join();
}

TEST(TokenCredential, IsFetchedOnceForAllWhoWaitForIt) {
  Endpoint endpoint;
  endpoint.holds = true;
  endpoint.replies = {{200, token_json("one")}};
  endpoint.run(many_at_once(endpoint, "Bearer one", 50));
  EXPECT_EQ(endpoint.requests.size(), 1u);
}

TEST(TokenCredential, ARefusalIsOneForAllWhoWaited) {
  Endpoint endpoint;
  endpoint.holds = true;
  endpoint.replies = {{400, R"({"error":"invalid_grant"})"}};
  endpoint.run(many_at_once(endpoint, "forbidden: the gateway's own credential", 50));
  EXPECT_EQ(endpoint.requests.size(), 1u);
}

net::Task<void> leave_while_fetching(Endpoint& endpoint) {
  const auto credential = endpoint.credential();
  net::TaskScope scope(endpoint.worker);
  net::StopSource first;
  net::StopSource second;
  scope.spawn(expect(*credential, first, "cancelled: the client left"));
  scope.spawn(expect(*credential, second, "cancelled: the client left"));
  scope.spawn(expect(*credential, endpoint.stop, "Bearer one"));
  co_await endpoint.arrived.wait();
  endpoint.holds = false;
  second.request_stop();  // one that only waits
  first.request_stop();   // the one that fetches
  co_await scope.join();
}

TEST(TokenCredential, IsFetchedByTheNextWhenWhoFetchedLeaves) {
  Endpoint endpoint;
  endpoint.holds = true;
  endpoint.replies = {{200, token_json("one")}};
  endpoint.run(leave_while_fetching(endpoint));
  EXPECT_EQ(endpoint.requests.size(), 2u);
}

net::Task<void> refuse_one(Endpoint& endpoint) {
  const auto credential = endpoint.credential();
  co_await expect(*credential, endpoint.stop, "Bearer one");
  const Headers older{{"authorization", "Bearer older"}};
  const Headers newest{{"authorization", "Bearer one"}};
  const Headers another{{"authorization", "Bearer two"}};
  EXPECT_TRUE(credential->refused(older)) << "there is a newer one already";
  co_await expect(*credential, endpoint.stop, "Bearer one");
  EXPECT_TRUE(credential->refused(newest));
  EXPECT_TRUE(credential->refused(newest)) << "by another call: it will get another one too";
  co_await expect(*credential, endpoint.stop, "Bearer two");
  EXPECT_FALSE(credential->refused(another)) << "a fresh one is not better";
  co_await expect(*credential, endpoint.stop, "Bearer two");
  endpoint.clock.advance(Milliseconds(30'000));
  EXPECT_TRUE(credential->refused(another));
  co_await expect(*credential, endpoint.stop, "Bearer three");
}

TEST(TokenCredential, ThatTheUpstreamRefusedIsFetchedAnewButNotAtEveryRefusal) {
  Endpoint endpoint;
  endpoint.replies = {
      {200, token_json("one")}, {200, token_json("two")}, {200, token_json("three")}};
  endpoint.run(refuse_one(endpoint));
}

// What the operator reads of a refusal; its client reads that it is the operator's.
std::string logged_refusal(Endpoint& endpoint, TokenCredential& credential) {
  ::testing::internal::CaptureStderr();
  endpoint.run(expect_part(credential, endpoint.stop,
                           "forbidden: the gateway's own credential for this model's upstream was "
                           "refused; this is the gateway's configuration, not your request"));
  return ::testing::internal::GetCapturedStderr();
}

struct FailureCase {
  Reply reply;
  const char* wanted;
};

TEST(TokenCredential, SaysWhatWentWrong) {
  for (const FailureCase& one : {
           FailureCase{{200, "{}"}, "protocol: "},
           {{200, R"({"access_token":"a\r\nx-injected: b"})"}, "protocol: "},
           {{200, token_json(std::string(16 * 1024 + 1, 'a'))}, "protocol: "},
           {{429, "{}"}, "unreachable: "},
           {{500, ""}, "unreachable: "},
       }) {
    Endpoint endpoint;
    endpoint.replies = {one.reply};
    const auto credential = endpoint.credential();
    endpoint.run(expect_part(*credential, endpoint.stop, one.wanted));
  }
}

TEST(TokenCredential, TellsItsOperatorWhatToDoAboutARefusal) {
  for (const FailureCase& one : {
           FailureCase{{400, R"({"error":"invalid_grant","error_description":"Bad\nRequest"})"},
                       "the user at Google's token endpoint was refused a token: 400 "
                       "invalid_grant (Bad Request); the login has expired or was revoked; run"},
           {{403, "<html>"}, "was refused a token: 403; "},
           {{400, R"({"error":"invalid_client","error_description":"no cs=s3cret!"})"},
            "was refused a token, in words that repeat our secret; "},
       }) {
    Endpoint endpoint;
    endpoint.replies = {one.reply};
    const auto credential = endpoint.credential();
    const std::string logged = logged_refusal(endpoint, *credential);
    EXPECT_NE(logged.find(one.wanted), std::string::npos) << logged;
    EXPECT_EQ(logged.find("s3cret"), std::string::npos) << logged;
  }
}

TEST(TokenCredential, TellsThatTheClockIsWrong) {
  // The test's clock stands at 2026-09-21 14:13:20.
  for (const auto& [date, wanted] :
       {std::pair{"Mon, 21 Sep 2026 14:53:20 GMT", "clock is 2400 s behind the endpoint's"},
        {"Mon, 21 Sep 2026 13:33:20 GMT", "clock is 2400 s ahead of the endpoint's"}}) {
    Endpoint endpoint;
    endpoint.replies = {{400, R"({"error":"invalid_grant"})", date}};
    const auto credential = endpoint.credential(google_grant(*read_google_key(
        test::service_account_json(endpoint.url + "/token", test::pem_of(test::rsa_key())))));
    EXPECT_NE(logged_refusal(endpoint, *credential).find(wanted), std::string::npos);
  }
}

TEST(TokenCredential, OfAMachineComesFromItsMetadataServer) {
  Endpoint endpoint;
  endpoint.replies = {{200, R"({"access_token":"one","expires_in":"3599"})"}};
  const auto credential = endpoint.credential(google_metadata_grant(endpoint.url));
  endpoint.run(expect(*credential, endpoint.stop, "Bearer one"));
  EXPECT_EQ(endpoint.requests[0],
            "GET /computeMetadata/v1/instance/service-accounts/default/token ");
}

TEST(TokenCredential, OfAnApplicationComesFromEntra) {
  Endpoint endpoint;
  endpoint.replies = {
      {401, R"({"error":"invalid_client","error_description":"AADSTS7000222: expired"})"}};
  EntraApplication application;
  application.tenant = "t";
  application.client_secret = Secret("s3cret");
  application.authority = endpoint.url;
  const auto credential = endpoint.credential(entra_grant(application));
  const std::string logged = logged_refusal(endpoint, *credential);
  EXPECT_NE(logged.find("(AADSTS7000222: expired); its secret is wrong"), std::string::npos)
      << logged;
  EXPECT_NE(logged.find("make a new one in Entra"), std::string::npos) << logged;
  EXPECT_TRUE(endpoint.requests[0].starts_with("POST /t/oauth2/v2.0/token grant_type="));
}

TEST(TokenCredential, IsAskedForOnlyInPrivate) {
  net::Worker worker;
  const auto made = TokenCredential::make(
      worker, google_grant(*read_google_key(user_json("http://tokens.example/token"))));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::BadRequest);
  EXPECT_NE(made.error().message.find("not https"), std::string::npos);
}

}  // namespace
}  // namespace rlm::credential
