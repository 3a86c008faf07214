// The client against a server that says bare bytes.
#include "net/http_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>

#include "net/name_lookup.hpp"
#include "tests/support/run_task.hpp"

namespace rlm::net {
namespace {

Url url_of(std::uint16_t port) {
  Url url;
  url.host = "127.0.0.1";
  url.port = port;
  return url;
}

// Bytes for one connection of a bare server; what the client made of them.
struct Bare {
  std::string bytes;
  bool keep = false;
};

Task<void> serve_bare(Worker& worker, Acceptor& acceptor, std::vector<Bare> answers) {
  for (const Bare& answer : answers) {
    Socket socket(worker.executor());
    co_await suspend([&](Resume resume) {
      acceptor.async_accept(socket,
                            [resume = std::move(resume)](const auto&) mutable { resume(); });
    });
    ByteStream stream(worker, std::move(socket));
    char bytes[4096];
    const auto got = co_await stream.read_some(bytes, sizeof bytes);
    EXPECT_TRUE(got.ok());
    const std::array<std::string_view, 1> parts{answer.bytes};
    co_await stream.write_all(parts);
    if (answer.keep) co_await stream.read_some(bytes, sizeof bytes);
  }
}

struct Outcome {
  std::optional<Error> error;
  int status = 0;
  std::string body;
  Sending sending;
};

Task<Outcome> call_bare(ClientPool& pool, StopSource& stop, std::string_view body = {}) {
  Outcome outcome;
  HttpCall call(pool, stop);
  ClientRequest request;
  request.target = "/";
  request.body = {&body, 1};
  request.sending = &outcome.sending;
  auto started = co_await call.start(request);
  if (!started) {
    outcome.error = std::move(started.error());
    co_return outcome;
  }
  outcome.status = call.status();
  auto answer = co_await call.read_all(10'000);
  if (!answer) outcome.error = std::move(answer.error());
  outcome.body = answer.value_or("");
  co_return outcome;
}

Outcome ask_bare(std::vector<Bare> answers, ClientTimeouts timeouts = {},
                 StopSource* given = nullptr, std::string_view body = {}) {
  Worker worker;
  Acceptor acceptor(worker.executor(),
                    asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  ClientConfig config;
  config.timeouts = timeouts;
  ClientPool pool(worker, url_of(acceptor.local_endpoint().port()), nullptr, config);
  StopSource own;
  net::spawn(worker.executor(), serve_bare(worker, acceptor, std::move(answers)),
             [](std::exception_ptr) {});
  std::optional<Outcome> outcome;
  net::spawn(worker.executor(),
             test::keep_result(call_bare(pool, given != nullptr ? *given : own, body), outcome),
             [&](std::exception_ptr) { worker.io().stop(); });
  worker.io().run();
  return std::move(*outcome);
}

const std::string kHead = "HTTP/1.1 200 OK\r\n";

TEST(HttpClient, ReadsBodiesOfEveryFraming) {
  EXPECT_EQ(ask_bare({{kHead + "content-length: 3\r\n\r\nabc"}}).body, "abc");
  EXPECT_EQ(
      ask_bare({{kHead + "transfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"}}).body,
      "abc");
  EXPECT_EQ(ask_bare({{kHead + "\r\nabc"}}).body, "abc");
  EXPECT_EQ(ask_bare({{"HTTP/1.1 204 No Content\r\n\r\n", true}}).status, 204);
  EXPECT_EQ(ask_bare({{kHead + "content-length: 0\r\n\r\n", true}}).body, "");
}

TEST(HttpClient, PassesOverInterimResponses) {
  EXPECT_EQ(ask_bare({{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\na: b\r\n\r\n" + kHead +
                       "content-length: 1\r\n\r\nx"}})
                .body,
            "x");
}

TEST(HttpClient, HearsARefusalThatComesBeforeTheRequestWasRead) {
  const std::string large(16 << 20, 'x');
  const Outcome outcome =
      ask_bare({{"HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno"}}, {}, nullptr, large);
  EXPECT_EQ(outcome.status, 413);
  EXPECT_EQ(outcome.body, "no");
}

struct FailureCase {
  std::string bytes;
  bool keep;
  ErrorKind kind;
};

TEST(HttpClient, NamesWhatWentWrong) {
  ClientTimeouts quick;
  quick.first_byte = quick.idle = Milliseconds(40);
  for (const FailureCase& one :
       {FailureCase{"", false, ErrorKind::Unreachable},
        {"", true, ErrorKind::Timeout},
        {"HTTP/1.1 2", false, ErrorKind::Protocol},
        {"HTTP/1.1 200 OK\r\n", true, ErrorKind::Timeout},
        {"garbage\r\n\r\n", false, ErrorKind::Protocol},
        {kHead + "content-length: 5\r\n\r\nabc", false, ErrorKind::Protocol},
        {kHead + "content-length: 5\r\n\r\nabc", true, ErrorKind::Timeout},
        {kHead + "transfer-encoding: chunked\r\n\r\nzz", false, ErrorKind::Protocol},
        {kHead + "transfer-encoding: chunked\r\n\r\n5\r\nab", false, ErrorKind::Protocol},
        {kHead + "content-length: 20000\r\n\r\n" + std::string(20'000, 'x'), false,
         ErrorKind::TooLarge}}) {
    const Outcome outcome = ask_bare({{one.bytes, one.keep}}, quick);
    ASSERT_TRUE(outcome.error) << one.bytes;
    EXPECT_EQ(outcome.error->kind, one.kind) << one.bytes;
    EXPECT_EQ(outcome.error->source, Source::Upstream);
  }
}

TEST(HttpClient, TheWholeCallHasALimitToo) {
  ClientTimeouts timeouts;
  timeouts.total = Milliseconds(40);
  EXPECT_EQ(ask_bare({{"", true}}, timeouts).error->kind, ErrorKind::Timeout);
}

TEST(HttpClient, AStoppedCallConnectsNowhere) {
  StopSource stop;
  stop.request_stop();
  const Outcome outcome = ask_bare({}, {}, &stop);
  EXPECT_EQ(outcome.error->kind, ErrorKind::Cancelled);
  EXPECT_EQ(outcome.error->source, Source::Client);
}

TEST(HttpClient, APortWhereNobodyListensIsUnreachable) {
  Worker worker;
  ClientPool pool(worker, url_of(1), nullptr);
  StopSource stop;
  const Outcome outcome = test::run_task(worker, call_bare(pool, stop));
  EXPECT_EQ(outcome.error->kind, ErrorKind::Unreachable);
  EXPECT_NE(outcome.error->message.find("127.0.0.1:1"), std::string::npos);
}

// Name servers that say nothing until the test is over.
struct SilentNames {
  explicit SilentNames(
      Worker& worker, std::function<void()> when_asked = [] {}) {
    const auto ask = [when_asked, is_over = over.get_future().share()](auto&&...) {
      when_asked();
      is_over.wait();
      return NameLookup::Found{};
    };
    worker.use_names(std::make_unique<NameLookup>(1, ask));
  }
  ~SilentNames() { over.set_value(); }
  std::promise<void> over;
};

TEST(HttpClient, ANameThatNobodyResolvesInTimeIsATimeout) {
  Worker worker;
  const SilentNames silent(worker);
  ClientConfig config;
  config.timeouts.connect = Milliseconds(40);
  ClientPool pool(worker, *parse_url("http://model.test"), nullptr, config);
  StopSource stop;
  const Outcome outcome = test::run_task(worker, call_bare(pool, stop));
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::Timeout);
  EXPECT_NE(outcome.error->message.find("its name was not resolved in time"), std::string::npos)
      << outcome.error->message;
}

TEST(HttpClient, AClientThatLeavesWaitsForNoNameServer) {
  Worker worker;
  StopSource stop;
  const SilentNames silent(worker,
                           [&] { asio::post(worker.executor(), [&] { stop.request_stop(); }); });
  ClientPool pool(worker, *parse_url("http://model.test"), nullptr);
  const Outcome outcome = test::run_task(worker, call_bare(pool, stop));
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind, ErrorKind::Cancelled);
}

Task<void> keep_outcome(ClientPool& pool, StopSource& stop, std::vector<Outcome>& outcomes) {
  outcomes.push_back(co_await call_bare(pool, stop));
}

TEST(HttpClient, ManyWhoConnectAtOnceAskForTheNameOnce) {
  Worker worker;
  std::atomic<int> asked{0};
  worker.use_names(std::make_unique<NameLookup>(1, [&](auto&&...) {
    ++asked;
    return NameLookup::Found{{}, "no such name"};
  }));
  ClientPool pool(worker, *parse_url("http://model.test"), nullptr);
  StopSource stop;
  std::vector<Outcome> outcomes;
  for (int i = 0; i < 300; ++i)
    net::spawn(worker.executor(), keep_outcome(pool, stop, outcomes), [](std::exception_ptr) {});
  worker.io().run();
  ASSERT_EQ(outcomes.size(), 300u);
  for (const Outcome& outcome : outcomes) {
    ASSERT_TRUE(outcome.error);
    EXPECT_NE(outcome.error->message.find("no such name"), std::string::npos)
        << outcome.error->message;
  }
  EXPECT_EQ(asked, 1);
}

TEST(HttpClient, WhoWaitsForTheLookupOfOneThatLeavesLooksItself) {
  Worker worker;
  std::promise<void> left;
  std::atomic<int> asked{0};
  StopSource stop;
  StopSource stays;
  worker.use_names(
      std::make_unique<NameLookup>(1, [&, has_left = left.get_future().share()](auto&&...) {
        if (++asked == 1) {
          asio::post(worker.executor(), [&] {
            stop.request_stop();
            left.set_value();
          });
          has_left.wait();
        }
        return NameLookup::Found{{}, "no such name"};
      }));
  ClientPool pool(worker, *parse_url("http://model.test"), nullptr);
  std::vector<Outcome> outcomes;
  for (StopSource* one : {&stop, &stays})
    net::spawn(worker.executor(), keep_outcome(pool, *one, outcomes), [](std::exception_ptr) {});
  worker.io().run();
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[0].error->kind, ErrorKind::Cancelled);
  EXPECT_EQ(outcomes[1].error->kind, ErrorKind::Unreachable);
  EXPECT_EQ(asked, 2);
}

TEST(HttpClient, TellsHowFarARequestHasGone) {
  ClientTimeouts quick;
  quick.first_byte = quick.idle = Milliseconds(40);
  const std::string large(16 << 20, 'x');
  EXPECT_TRUE(ask_bare({{kHead + "content-length: 1\r\n\r\nx"}}).sending.whole);
  EXPECT_TRUE(ask_bare({{"", true}}, quick).sending.whole) << "heard, and not answered";
  EXPECT_FALSE(ask_bare({{"", true}}, quick, nullptr, large).sending.whole) << "nobody reads on";
  EXPECT_FALSE(ask_bare({{""}}, {}, nullptr, large).sending.whole) << "closed in the middle";
  EXPECT_EQ(ask_bare({{"", true}}, quick).sending.repeated_after.count(), -1);
}

Task<std::vector<Outcome>> call_twice(ClientPool& pool, StopSource& stop) {
  std::vector<Outcome> outcomes;
  for (int i = 0; i < 2; ++i) outcomes.push_back(co_await call_bare(pool, stop));
  co_return outcomes;
}

TEST(HttpClient, TellsOfARequestThatWasSentOnceMore) {
  Worker worker;
  Acceptor acceptor(worker.executor(),
                    asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  ClientPool pool(worker, url_of(acceptor.local_endpoint().port()), nullptr);
  const std::string answer = kHead + "content-length: 1\r\n\r\n";
  // The first connection hears a second request and closes without a word.
  std::vector<Bare> answers{{answer + "a", true}, {answer + "b"}};
  net::spawn(worker.executor(), serve_bare(worker, acceptor, std::move(answers)),
             [](std::exception_ptr) {});
  StopSource stop;
  const auto outcomes = test::run_task(worker, call_twice(pool, stop));
  EXPECT_EQ(outcomes[0].body, "a");
  EXPECT_EQ(outcomes[0].sending.repeated_after.count(), -1);
  EXPECT_EQ(outcomes[1].body, "b");
  EXPECT_TRUE(outcomes[1].sending.whole);
  EXPECT_GE(outcomes[1].sending.repeated_after.count(), 0);
}

}  // namespace
}  // namespace rlm::net
