#include "lab/eval_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "net/http_server.hpp"
#include "wire/anthropic_stream.hpp"

namespace rlm::lab {
namespace {

Answer answer_of(std::string text) {
  Answer answer;
  ContentBlock block;
  block.text = std::move(text);
  answer.content.push_back(std::move(block));
  answer.stop_reason = "end_turn";
  return answer;
}

/// An HTTP server on a thread of its own.
class ScriptedServer {
 public:
  explicit ScriptedServer(net::HttpHandler handler) : server_(worker_, std::move(handler)) {
    port_ = server_.listen("127.0.0.1", 0).value();
    thread_ = std::thread([this] { worker_.io().run(); });
  }
  ~ScriptedServer() {
    net::spawn(worker_.executor(), server_.shut_down(Milliseconds(0)),
               [this](std::exception_ptr) { worker_.io().stop(); });
    thread_.join();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  net::Worker worker_;
  net::HttpServer server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

Usage usage_of(Tokens input, Tokens output) {
  Usage usage;
  usage.input = input;
  usage.output = output;
  return usage;
}

net::Task<void> stream_answer(net::HttpTransaction& transaction, Headers headers,
                              std::string text) {
  const auto body = co_await transaction.read_body(1u << 20);
  headers.add("content-type", "text/event-stream");
  const std::string stream = wire::write_stream(answer_of(std::move(text)), "msg_1",
                                                "claude-opus-4-8", usage_of(1000, 100));
  transaction.begin(body ? 200 : 400, headers);
  co_await transaction.write(stream, true);
}

std::vector<Task> tasks_of(int count) {
  std::vector<Task> tasks;
  for (int i = 0; i < count; ++i) {
    Task task;
    task.id = "t" + std::to_string(i);
    task.prompt = "say " + std::to_string(i);
    tasks.push_back(task);
  }
  return tasks;
}

Target target_of(const ScriptedServer& server, bool is_proxy) {
  Target target;
  target.base_url = server.url();
  target.model = "claude-opus-4-8";
  target.is_proxy = is_proxy;
  return target;
}

TEST(AskAll, ReadsAnswerUsageAndPriceOfADirectTarget) {
  ScriptedServer server([](net::HttpTransaction& transaction) -> net::Task<void> {
    return stream_answer(transaction, {}, "four");
  });
  int done = 0;
  const auto outcomes = ask_all(target_of(server, false), tasks_of(5), {}, [&] { ++done; });
  ASSERT_TRUE(outcomes.has_value());
  ASSERT_EQ(outcomes->size(), 5u);
  EXPECT_EQ(done, 5);
  const Outcome& outcome = outcomes->at(4);
  EXPECT_TRUE(outcome.answered()) << outcome.error;
  EXPECT_EQ(outcome.task, "t4");
  EXPECT_EQ(outcome.answer, "four");
  EXPECT_EQ(outcome.usage.input, 1000);
  ASSERT_TRUE(outcome.cost.has_value());
  EXPECT_EQ(outcome.cost->value, 1000 * 5'000 + 100 * 25'000);  // $5 and $25 per MTok
  EXPECT_GE(outcome.first_text_ms, outcome.first_byte_ms);
  EXPECT_GE(outcome.total_ms, outcome.first_text_ms);
}

net::Task<void> like_the_proxy(net::HttpTransaction& transaction, std::atomic<int>& record_asked) {
  if (transaction.head().path() != "/api/exchanges/exc_1")
    return stream_answer(transaction,
                         {{"x-rlm-exchange", "exc_1"},
                          {"x-rlm-verdict", "ACCEPTED"},
                          {"x-rlm-model", "opus"},
                          {"x-rlm-cost-usd", "0.001"}},
                         "four");
  static const Headers kJson{{"content-type", "application/json"}};
  const bool early = record_asked++ == 0;
  return [](net::HttpTransaction& t, bool missing) -> net::Task<void> {
    const std::string_view body = missing ? "{}" : R"({"verdict":"ENHANCED","cost_usd":0.0125})";
    co_await t.respond(missing ? 404 : 200, kJson, body);
  }(transaction, early);
}

TEST(AskAll, PrefersTheProxysRecordToTheHeadOfAStream) {
  std::atomic<int> record_asked{0};
  ScriptedServer server(
      [&](net::HttpTransaction& transaction) { return like_the_proxy(transaction, record_asked); });
  const auto outcomes = ask_all(target_of(server, true), tasks_of(1), {});
  ASSERT_TRUE(outcomes.has_value());
  const Outcome& outcome = outcomes->at(0);
  EXPECT_EQ(outcome.verdict, "ENHANCED");
  EXPECT_EQ(outcome.model, "opus");
  ASSERT_TRUE(outcome.cost.has_value());
  EXPECT_EQ(outcome.cost->value, 12'500'000);
  EXPECT_EQ(record_asked, 2);  // it was not there at once
}

net::Task<void> refuse(net::HttpTransaction& transaction) {
  static const Headers kJson{{"content-type", "application/json"}};
  co_await transaction.respond(
      529, kJson, R"({"type":"error","error":{"type":"overloaded_error","message":"busy"}})");
}

TEST(AskAll, NamesTheUpstreamsError) {
  ScriptedServer server(refuse);
  const auto outcomes = ask_all(target_of(server, false), tasks_of(1), {});
  ASSERT_TRUE(outcomes.has_value());
  EXPECT_EQ(outcomes->at(0).error, "HTTP 529: busy");
  EXPECT_EQ(outcomes->at(0).status, 529);
}

net::Task<void> cut_short(net::HttpTransaction& transaction) {
  transaction.begin(200, {{"content-type", "text/event-stream"}});
  std::string text;
  wire::append_message_start(text, "msg_1", "m", {});
  co_await transaction.write(text, true);
}

TEST(AskAll, SeesAnAnswerThatWasCutOff) {
  ScriptedServer server(cut_short);
  const auto outcomes = ask_all(target_of(server, false), tasks_of(1), {});
  ASSERT_TRUE(outcomes.has_value());
  EXPECT_EQ(outcomes->at(0).error, "the answer was cut off");
}

TEST(AskAll, ReportsAnUnreachableTargetPerTaskAndABadUrlAtOnce) {
  Target target;
  target.base_url = "http://127.0.0.1:1";
  const auto outcomes = ask_all(target, tasks_of(2), {});
  ASSERT_TRUE(outcomes.has_value());
  EXPECT_FALSE(outcomes->at(1).answered());
  target.base_url = "ftp://x";
  EXPECT_FALSE(ask_all(target, tasks_of(1), {}).has_value());
}

TEST(RequestBody, EscapesTheTexts) {
  Task task;
  task.system = "be \"brief\"";
  task.prompt = "a\nb";
  task.max_tokens = 7;
  EXPECT_EQ(request_body(task, "m"),
            R"({"model":"m","max_tokens":7,"stream":true,"system":"be \"brief\"",)"
            R"("messages":[{"role":"user","content":"a\nb"}]})");
}

}  // namespace
}  // namespace rlm::lab
