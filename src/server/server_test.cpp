#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "server/downstream_sink.hpp"
#include "server/models_route.hpp"
#include "tests/support/run_task.hpp"

namespace rlm::server {
namespace {

exchange::RoutingTable table() {
  exchange::RoutingTable made;
  for (const char* model : {"b-model", "a \"model\"", ""}) {
    upstream::EndpointConfig endpoint;
    endpoint.model = model;
    made.endpoints.push_back(endpoint);
  }
  exchange::Cascade cascade;
  cascade.match = {"claude-*", "exact-name", "b-model"};
  made.cascades.push_back(cascade);
  return made;
}

TEST(Models, AreListedOnceInOrderAndWithoutGlobs) {
  const auto body = models_body(table(), "");
  ASSERT_TRUE(body);
  EXPECT_EQ(
      *body,
      R"({"data":[{"type":"model","id":"a \"model\"","display_name":"a \"model\"","created_at":"1970-01-01T00:00:00Z"},)"
      R"({"type":"model","id":"b-model","display_name":"b-model","created_at":"1970-01-01T00:00:00Z"},)"
      R"({"type":"model","id":"exact-name","display_name":"exact-name","created_at":"1970-01-01T00:00:00Z"}],)"
      R"("has_more":false,"first_id":"a \"model\"","last_id":"exact-name"})");
}

TEST(Models, OneIsGivenByItsIdAlone) {
  EXPECT_EQ(
      models_body(table(), "b-model"),
      R"({"type":"model","id":"b-model","display_name":"b-model","created_at":"1970-01-01T00:00:00Z"})");
  EXPECT_FALSE(models_body(table(), "claude-opus"));
  EXPECT_EQ(models_body(exchange::RoutingTable(), ""),
            R"({"data":[],"has_more":false,"first_id":null,"last_id":null})");
}

// What the sink makes of a record, as a client sees it.
struct Sinking {
  ExchangeRecord record;
  Headers given;
  Headers seen;

  void run() {
    net::Worker worker;
    net::HttpServer server(
        worker, [this](net::HttpTransaction& transaction) { return answer(transaction); });
    const auto port = server.listen("127.0.0.1", 0);
    ASSERT_TRUE(port);
    net::Url url;
    url.host = "127.0.0.1";
    url.port = *port;
    net::ClientPool pool(worker, url, nullptr);
    test::run_task(worker, ask(pool, server));
  }
  net::Task<void> answer(net::HttpTransaction& transaction) {
    DownstreamSink sink(transaction);
    sink.begin(200, given, record, std::nullopt);
    co_await sink.write("x", true);
  }
  net::Task<void> ask(net::ClientPool& pool, net::HttpServer& server) {
    {
      net::StopSource stop;
      net::HttpCall call(pool, stop);
      net::ClientRequest request;
      request.method = "GET";
      request.target = "/";
      const auto started = co_await call.start(request);
      EXPECT_TRUE(started);
      seen = call.head().headers;
      co_await call.read_all(100);
    }
    co_await server.shut_down(Milliseconds(0));
  }
};

TEST(DownstreamSink, TellsWhatHappened) {
  Sinking s;
  s.record.id = "exc_1";
  s.record.status = 200;
  s.record.verdict = Verdict::Accepted;
  s.record.answered_model = "draft";
  s.record.reason = "keyword:refactor";
  s.record.cost = NanoUsd{1'234'567};
  s.given = {{"request-id", "req_up"}};
  s.run();
  EXPECT_EQ(find_header(s.seen, "request-id"), "req_up");
  EXPECT_EQ(find_header(s.seen, "x-rlm-exchange"), "exc_1");
  EXPECT_EQ(find_header(s.seen, "x-rlm-verdict"), "ACCEPTED");
  EXPECT_EQ(find_header(s.seen, "x-rlm-model"), "draft");
  EXPECT_EQ(find_header(s.seen, "x-rlm-reason"), "keyword:refactor");
  EXPECT_EQ(find_header(s.seen, "x-rlm-cost-usd"), "0.001234567");
}

TEST(DownstreamSink, TellsNothingThatIsNotKnownYet) {
  Sinking s;
  s.record.id = "exc_1";
  s.run();
  EXPECT_EQ(find_header(s.seen, "x-rlm-exchange"), "exc_1");
  EXPECT_EQ(find_header(s.seen, "x-rlm-verdict"), "");
  EXPECT_TRUE(find_header(s.seen, "request-id").starts_with("req_rlm"));
}

TEST(DownstreamSink, LetsNoNameBreakTheHead) {
  Sinking s;
  s.record.id = "exc_1";
  s.record.status = 200;
  s.record.reason = "a\r\nx-evil: 1\r\n\r\nbody\x01" + std::string(500, 'x');
  s.record.answered_model = "m\n";
  s.run();
  EXPECT_EQ(find_header(s.seen, "x-evil"), "");
  EXPECT_TRUE(find_header(s.seen, "x-rlm-reason").starts_with("ax-evil: 1bodyxxx"));
  EXPECT_LE(find_header(s.seen, "x-rlm-reason").size(), 256u);
  EXPECT_EQ(find_header(s.seen, "x-rlm-model"), "m");
}

TEST(RequestId, IsNew) {
  EXPECT_NE(new_request_id(), new_request_id());
}

}  // namespace
}  // namespace rlm::server
