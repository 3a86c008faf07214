// What was spent: every exchange once, to the last nano-dollar, whatever happened to it.

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "store/ledger_store.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kTools =
    R"(,"tools":[{"name":"Read","description":"reads","input_schema":{"type":"object"}}])";

// One client's share of a mixed day. Scripts are for its own requests only, so the order of the
// threads does not matter.
class MixedClient {
 public:
  MixedClient(Scene& scene, int number)
      : scene_(scene), number_(number), random_(static_cast<unsigned>(number)) {}

  void run(int exchanges) {
    for (int i = 0; i < exchanges; ++i) {
      tag_ = "tag" + std::to_string(number_) + "x" + std::to_string(i) + " ";
      one();
    }
  }
  std::size_t sent() const { return sent_; }

 private:
  void one() {
    const bool stream = pick(2) == 0;
    switch (pick(10)) {
      case 0:
        return post(body("say hello", stream));
      case 1:
        return post(body("refactor", stream));
      case 2:
        return post(body("use a tool", stream, kTools));
      case 3:
        return rewritten(stream);
      case 4:
        return failing_draft(stream);
      case 5:
        return failing_direct(stream);
      case 6:
        return cached(stream);
      case 7:
        return leaving();
      case 8:
        return post("{\"model\":\"claude-opus-4-8\"");
      default:
        return failing_verdict(stream);
    }
  }

  void rewritten(bool stream) {
    script(*scene_.draft, says(tag_ + "is in this draft, and so in its verdict call"));
    script(*scene_.verify, says("a rewrite of some length that costs something"));
    post(body("refactor", stream));
  }
  void failing_draft(bool stream) {
    static constexpr const char* kFaults[] = {"500", "429", "reset@0", "error_first", "cut"};
    for (int i = 0; i < 2; ++i) script(*scene_.draft, fails(kFaults[pick(5)]));
    post(body(pick(2) == 0 ? "refactor" : "say hello", stream));
  }
  void failing_direct(bool stream) {
    static constexpr const char* kFaults[] = {"500", "529@0", "reset@0", "error_first", "400"};
    for (int i = pick(4); i > 0; --i) script(*scene_.verify, fails(kFaults[pick(5)]));
    if (stream && pick(2) == 0) script(*scene_.verify, fails(pick(2) == 0 ? "cut" : "malformed"));
    post(body("use a tool", stream, kTools));
  }
  void failing_verdict(bool stream) {
    script(*scene_.draft, says(tag_ + "is in this draft, and so in its verdict call"));
    script(*scene_.verify, fails(pick(2) == 0 ? "500" : "400"));
    script(*scene_.verify, pick(2) == 0 ? says("USE_DRAFT") : fails("cut", "USE_DRAFT"));
    post(body("refactor", stream));
  }
  void cached(bool stream) {
    const std::string ttl = pick(2) == 0 ? "5m" : "1h";
    const std::string system = R"(,"system":[{"type":"text","text":")" + ttl +
                               std::string(8000, 's') +
                               R"(","cache_control":{"type":"ephemeral","ttl":")" + ttl + R"("}}])";
    post(body(pick(2) == 0 ? "refactor" : "say hello", stream, system));
  }
  // Gone before the model said anything: nothing was spent.
  void leaving() {
    script(*scene_.verify, fails("stall_head"));
    Client client(scene_.port());
    Ask request;
    request.body = body("use a tool", true, kTools);
    client.send(request);
    ++sent_;
  }

  void script(sim::SimulatedModel& model, sim::Reply reply) {
    reply.when = tag_;
    model.script(std::move(reply));
  }
  std::string body(std::string_view text, bool stream, std::string_view more = "") {
    return user_body(tag_ + std::string(text), stream, more);
  }
  void post(std::string text) {
    ask(scene_.port(), std::move(text));
    ++sent_;
  }
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  Scene& scene_;
  int number_;
  std::mt19937 random_;
  std::string tag_;
  std::size_t sent_ = 0;
};

// RLM_MIXED_EXCHANGES asks for a longer day than a test run has time for.
int exchanges_of_the_day() {
  const char* wanted = std::getenv("RLM_MIXED_EXCHANGES");
  return wanted == nullptr ? 320 : std::max(std::atoi(wanted), 4);
}

TEST(Ledger, IsTheModelsBillToTheLastNanoDollarOverAMixedDay) {
  const TempFolder folder;
  Settings settings;
  settings.ledger_path = folder.file("ledger.db");
  settings.listen = "threads = 2";
  Scene scene(settings);
  const int each = exchanges_of_the_day() / 4;
  std::vector<std::unique_ptr<MixedClient>> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(std::make_unique<MixedClient>(scene, i));
  std::vector<std::thread> threads;
  for (auto& client : clients) threads.emplace_back([&client, each] { client->run(each); });
  for (std::thread& thread : threads) thread.join();

  std::size_t sent = 0;
  for (const auto& client : clients) sent += client->sent();
  ASSERT_EQ(sent, static_cast<std::size_t>(each) * 4);
  scene.proxy->record_number(sent);
  const auto records = scene.proxy->records();
  EXPECT_EQ(records.size(), sent);
  std::set<std::string> ids;
  NanoUsd cost;
  std::size_t paid_calls = 0;
  for (const ExchangeRecord& record : records) {
    ids.insert(record.id);
    NanoUsd sum;
    for (const CallRecord& call : record.calls) {
      sum += call.cost;
      paid_calls += call.cost.value > 0 ? 1 : 0;
    }
    EXPECT_EQ(record.cost, sum) << record.id;
    cost += record.cost;
  }
  EXPECT_EQ(ids.size(), sent);
  const sim::Bill verify = final_bill(*scene.verify);
  const sim::Bill draft = final_bill(*scene.draft);
  EXPECT_EQ(cost.value, verify.total.value + draft.total.value);
  EXPECT_EQ(paid_calls, verify.count + draft.count);
  EXPECT_GT(verify.usage.cache_read, 0);
  EXPECT_GT(verify.usage.cache_write_1h, 0);

  scene.proxy->stop();
  auto store = store::open_sqlite_ledger(folder.file("ledger.db"));
  ASSERT_TRUE(store) << store.error().message;
  const auto totals = (*store)->totals({});
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->exchanges, static_cast<std::int64_t>(sent));
  EXPECT_EQ(totals->cost, cost);
}

TEST(Ledger, LosesNothingWhenTheProcessIsKilledRightAfterTheLastByte) {
  const TempFolder folder;
  const auto verify = start_model(Scene::verify_config());
  const auto draft = start_model(Scene::draft_config());
  Settings settings;
  settings.verify_url = verify->base_url();
  settings.draft_url = draft->base_url();
  settings.ledger_path = folder.file("ledger.db");
  settings.listen = "threads = 2";
  write_file(folder.file("config.toml"), config_text(settings));

  std::multiset<std::string> told;
  for (int round = 0; round < 3; ++round) {
    ServeProcess serve(folder.file("config.toml"), folder.file("errors"));
    for (int i = 0; i <= round * 10; ++i) {
      const bool hard = i % 2 == 0;
      const Reply reply = ask(serve.port(), user_body(hard ? "refactor" : "hello", i % 3 == 0));
      EXPECT_EQ(reply.status, 200) << reply.body;
      told.insert(reply.header("x-rlm-exchange"));
    }
    serve.process().stop(SIGKILL);
  }
  ServeProcess last(folder.file("config.toml"), folder.file("errors"));
  auto store = store::open_sqlite_ledger(folder.file("ledger.db"));
  ASSERT_TRUE(store) << store.error().message;
  const auto kept = (*store)->recent(1000, "");
  ASSERT_TRUE(kept);
  std::multiset<std::string> found;
  NanoUsd cost;
  for (const ExchangeRecord& record : *kept) {
    found.insert(record.id);
    cost += record.cost;
  }
  EXPECT_EQ(found, told);
  EXPECT_EQ(cost.value, final_bill(*verify).total.value + final_bill(*draft).total.value);
  EXPECT_EQ(read_file(folder.file("errors")), "");
}

TEST(Ledger, ARestartShowsWhatWasThereBefore) {
  const TempFolder folder;
  Settings settings;
  settings.ledger_path = folder.file("ledger.db");
  Scene scene(settings);
  const std::string id = scene.post(user_body("hello")).header("x-rlm-exchange");
  scene.proxy->stop();
  settings.verify_url = scene.verify->base_url();
  settings.draft_url = scene.draft->base_url();
  Proxy again(settings);
  const auto records = again.records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].id, id);
}

TEST(Ledger, ASecondProcessOnTheSameFileIsRefused) {
  const TempFolder folder;
  Settings settings;
  settings.ledger_path = folder.file("ledger.db");
  Scene scene(settings);
  settings.verify_url = scene.verify->base_url();
  settings.draft_url = scene.draft->base_url();
  EXPECT_THROW(Proxy{settings}, std::runtime_error);
}

}  // namespace
}  // namespace rlm::test
