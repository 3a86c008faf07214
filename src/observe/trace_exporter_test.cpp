#include "observe/trace_exporter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>

#include "observe/sample_record.hpp"
#include "observe/server_thread.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::observe {
namespace {

using testing::HasSubstr;

// Collects what is posted; answers with the scripted statuses first, then with 200.
class Receiver {
 public:
  struct Post {
    std::string target;
    std::string authorization;
    std::string content_type;
    std::string version;
    std::string body;
  };

  explicit Receiver(std::deque<int> script = {})
      : script_(std::move(script)),
        server_([this](net::HttpTransaction& transaction) { return answer(transaction); }) {}

  TraceConfig config() const {
    TraceConfig config;
    config.url = *net::parse_url("http://127.0.0.1:" + std::to_string(server_.port()) +
                                 "/api/public/otel/v1/traces");
    config.backoff = Milliseconds(1);
    config.backoff_max = Milliseconds(5);
    return config;
  }
  std::vector<Post> posts() {
    const std::lock_guard lock(mutex_);
    return posts_;
  }
  void answer_with(std::string body) { answer_body_ = std::move(body); }

 private:
  net::Task<void> answer(net::HttpTransaction& transaction) {
    auto body = co_await transaction.read_body(1 << 24);
    if (!body) co_return;
    const auto& head = transaction.head();
    int status = 200;
    {
      const std::lock_guard lock(mutex_);
      posts_.push_back({head.target, std::string(find_header(head.headers, "authorization")),
                        std::string(find_header(head.headers, "content-type")),
                        std::string(find_header(head.headers, "x-langfuse-ingestion-version")),
                        std::string(body->view())});
      if (!script_.empty()) {
        status = script_.front();
        script_.pop_front();
      }
    }
    if (status == 0) co_return transaction.cut();
    const Headers headers{{"content-type", "application/json"}, {"retry-after", "0"}};
    co_await transaction.respond(status, headers, answer_body_);
  }

  std::mutex mutex_;
  std::deque<int> script_;   // under mutex_
  std::vector<Post> posts_;  // under mutex_
  std::string answer_body_ = "{}";
  ServerThread server_;
};

std::unique_ptr<TraceExporter> started(TraceConfig config) {
  auto exporter = TraceExporter::start(std::move(config));
  EXPECT_TRUE(exporter);
  return std::move(*exporter);
}

TEST(TraceExporter, PostsSpansWithItsKeys) {
  Receiver receiver;
  auto config = receiver.config();
  config.basic_auth = Secret("pk:sk");
  config.headers.emplace_back("x-langfuse-ingestion-version", Secret("4"));
  const auto exporter = started(config);
  exporter->submit(sample_record("exc_1"));
  exporter->flush();
  const auto posts = receiver.posts();
  ASSERT_EQ(posts.size(), 1u);
  EXPECT_EQ(posts[0].target, "/api/public/otel/v1/traces");
  EXPECT_EQ(posts[0].authorization, "Basic cGs6c2s=");
  EXPECT_EQ(posts[0].content_type, "application/json");
  EXPECT_EQ(posts[0].version, "4");
  EXPECT_THAT(posts[0].body, HasSubstr("\"chat deepseek-v4-pro\""));
  wire::JsonIndex index;
  EXPECT_TRUE(index.parse(posts[0].body));
  EXPECT_EQ(exporter->exported(), 1u);
  EXPECT_EQ(exporter->dropped(), 0u);
}

TEST(TraceExporter, SendsEachExchangeOnceInBatchesOfAtMostTheLimit) {
  Receiver receiver;
  auto config = receiver.config();
  config.batch_spans_max = 30;  // ten exchanges of three spans
  config.delay = std::chrono::hours(1);
  const auto exporter = started(config);
  for (int i = 0; i < 100; ++i) exporter->submit(sample_record("exc_" + std::to_string(i)));
  exporter->flush();
  EXPECT_EQ(exporter->exported(), 100u);
  std::size_t roots = 0;
  for (const auto& post : receiver.posts()) {
    std::size_t here = 0;
    for (auto at = post.body.find("\"cascade\",\"kind\""); at != std::string::npos;
         at = post.body.find("\"cascade\",\"kind\"", at + 1))
      ++here;
    EXPECT_LE(here, 10u);
    roots += here;
  }
  EXPECT_EQ(roots, 100u);
}

TEST(TraceExporter, RepeatsWhatMayBeRepeatedEvenABrokenConnection) {
  Receiver receiver({503, 429, 0, 502, 504});
  const auto exporter = started(receiver.config());
  exporter->submit(sample_record("exc_1"));
  exporter->flush();
  // A connection that breaks before its first byte may be replaced by the pool once more.
  EXPECT_GE(receiver.posts().size(), 6u);
  EXPECT_EQ(exporter->exported(), 1u);
}

TEST(TraceExporter, DropsWhatWasRefusedAndGoesOn) {
  Receiver receiver({400, 500});
  const auto exporter = started(receiver.config());
  for (const char* id : {"exc_1", "exc_2", "exc_3"}) {
    exporter->submit(sample_record(id));
    exporter->flush();
  }
  EXPECT_EQ(receiver.posts().size(), 3u);
  EXPECT_EQ(exporter->dropped(), 2u);
  EXPECT_EQ(exporter->exported(), 1u);
}

TEST(TraceExporter, NeverRepeatsAPartialSuccess) {
  Receiver receiver;
  receiver.answer_with(R"({"partialSuccess":{"rejectedSpans":"1","errorMessage":"x"}})");
  const auto exporter = started(receiver.config());
  exporter->submit(sample_record("exc_1"));
  exporter->flush();
  EXPECT_EQ(receiver.posts().size(), 1u);
}

TEST(TraceExporter, DropsAndCountsWhatTheQueueCannotHold) {
  TraceConfig config;
  config.url = *net::parse_url("http://127.0.0.1:1/v1/traces");  // nobody listens there
  config.queue_max = 3;
  config.delay = std::chrono::hours(1);
  config.retries_max = 0;
  const auto exporter = started(config);
  for (int i = 0; i < 3; ++i) exporter->submit(sample_record("exc_" + std::to_string(i)));
  EXPECT_EQ(exporter->dropped(), 0u);
  exporter->submit(sample_record("exc_3"));
  EXPECT_EQ(exporter->dropped(), 1u);
  exporter->flush();
  EXPECT_EQ(exporter->dropped(), 4u);
}

TEST(TraceExporter, SendsTheRestWhenItEnds) {
  Receiver receiver;
  {
    auto config = receiver.config();
    config.delay = std::chrono::hours(1);
    config.shutdown_patience = std::chrono::hours(1);
    const auto exporter = started(config);
    exporter->submit(sample_record("exc_1"));
  }
  EXPECT_EQ(receiver.posts().size(), 1u);
}

TEST(TraceExporter, EndsInTheMiddleOfAPauseBetweenTwoAttempts) {
  TraceConfig config;
  config.url = *net::parse_url("http://127.0.0.1:1/v1/traces");  // nobody listens there
  config.delay = Milliseconds(0);
  config.backoff = config.backoff_max = std::chrono::hours(1);
  config.shutdown_patience = Milliseconds(0);
  started(config)->submit(sample_record("exc_1"));
}

struct DecisionCase {
  const char* name;
  int status;
  int attempt;
  std::optional<Milliseconds> retry_after;
  ExportDecision::Action action;
  int pause_ms;
};

class DecideExport : public testing::TestWithParam<DecisionCase> {};

TEST_P(DecideExport, FollowsTheProtocol) {
  const TraceConfig config;
  const auto& given = GetParam();
  const auto decision = decide_export(config, given.status, given.attempt, given.retry_after, 0);
  EXPECT_EQ(decision.action, given.action);
  EXPECT_EQ(decision.pause.count(), given.pause_ms);
}

using Action = ExportDecision::Action;
INSTANTIATE_TEST_SUITE_P(
    TraceExporter, DecideExport,
    testing::Values(
        DecisionCase{"Ok", 200, 0, {}, Action::Done, 0},
        DecisionCase{"Accepted", 202, 0, {}, Action::Done, 0},
        DecisionCase{"BadRequest", 400, 0, {}, Action::Drop, 0},
        DecisionCase{"ServerError", 500, 0, {}, Action::Drop, 0},
        DecisionCase{"Redirect", 307, 0, {}, Action::Drop, 0},
        DecisionCase{"FirstPause", 503, 0, {}, Action::Repeat, 1'000},
        DecisionCase{"ThirdPauseIsFourfold", 503, 2, {}, Action::Repeat, 4'000},
        DecisionCase{"LastRepetition", 503, 4, {}, Action::Repeat, 16'000},
        DecisionCase{"NoMoreRepetitions", 503, 5, {}, Action::Drop, 0},
        DecisionCase{"BrokenConnection", 0, 0, {}, Action::Repeat, 1'000},
        DecisionCase{"ServerSaysWhen", 429, 0, Milliseconds(7'000), Action::Repeat, 7'000},
        DecisionCase{"ServerSaysMuchLater", 429, 0, std::chrono::hours(1), Action::Repeat, 30'000}),
    [](const auto& of) { return of.param.name; });

TEST(DecideExport, ShortensItsOwnPauseByAtMostAQuarter) {
  EXPECT_EQ(decide_export(TraceConfig(), 503, 0, {}, 1).pause.count(), 750);
}

}  // namespace
}  // namespace rlm::observe
