// What was spent: every exchange once, to the last nano-dollar, whatever happened to it.

#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <thread>

#include "store/ledger_store.hpp"
#include "tests/support/bills.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/mixed_client.hpp"

namespace rlm::test {
namespace {

// Of 100,000 exchanges some wait a second for a model that said so: many clients wait side by side.
constexpr int kClients = 160;

// RLM_MIXED_EXCHANGES asks for a longer day than a test run has time for.
int exchanges_of_the_day() {
  const char* wanted = std::getenv("RLM_MIXED_EXCHANGES");
  return wanted == nullptr ? 320 : std::max(std::atoi(wanted), kClients);
}

// Every call stays on the bill: the ledger is compared with it call by call.
sim::SimConfig keeps_all(sim::SimConfig config, int exchanges) {
  config.history_max = static_cast<std::size_t>(exchanges) * 8;
  return config;
}

// What all clients sent.
std::size_t live_through(Scene& scene, int exchanges) {
  std::vector<std::unique_ptr<MixedClient>> clients;
  for (int i = 0; i < kClients; ++i) clients.push_back(std::make_unique<MixedClient>(scene, i));
  std::vector<std::thread> threads;
  for (auto& client : clients)
    threads.emplace_back([&client, exchanges] { client->run(exchanges / kClients); });
  for (std::thread& thread : threads) thread.join();
  std::size_t sent = 0;
  for (const auto& client : clients) sent += client->sent();
  return sent;
}

struct Spent {
  std::set<std::string> ids;
  NanoUsd cost;
  std::size_t paid_calls = 0;
};

Spent spent_of(const std::vector<ExchangeRecord>& records) {
  Spent spent;
  for (const ExchangeRecord& record : records) {
    spent.ids.insert(record.id);
    NanoUsd sum;
    for (const CallRecord& call : record.calls) {
      sum += call.cost;
      spent.paid_calls += call.cost.value > 0 ? 1 : 0;
    }
    EXPECT_EQ(record.cost, sum) << record.id;
    spent.cost += record.cost;
  }
  return spent;
}

/// What of the money stands on one side only: there the ledger has an estimate.
struct Estimated {
  std::size_t calls = 0;
  NanoUsd ledger;
  NanoUsd bill;
};

// A call that was stopped before it told its usage is on the bill, and in the ledger within this:
// the prompt's JSON counts as text (docs/ledger.md), and some words were still under way.
constexpr double kTokensOff = 32;
constexpr double kShareOff = .05;

Estimated estimated_of(const std::vector<ExchangeRecord>& records, const sim::Bill& bill) {
  Estimated sum;
  const LonelyCalls lonely = lonely_calls(records, bill);
  EXPECT_EQ(lonely.ledger.size(), lonely.bill.size());
  sum.calls = std::min(lonely.ledger.size(), lonely.bill.size());
  const auto near = [](Tokens ours, Tokens theirs, const CallRecord& call) {
    EXPECT_NEAR(static_cast<double>(ours), static_cast<double>(theirs),
                kTokensOff + kShareOff * static_cast<double>(theirs))
        << name_of(call.role) << ", " << name_of(call.end) << ' ' << call.error;
  };
  for (std::size_t i = 0; i < sum.calls; ++i) {
    const CallRecord& call = lonely.ledger[i];
    const sim::BilledCall& billed = lonely.bill[i];
    EXPECT_TRUE(is_estimated(call)) << name_of(call.role) << ' ' << call.error;
    EXPECT_NE(billed.end, sim::CallEnd::Complete) << billed.request_id;
    near(call.usage.prompt(), billed.usage.prompt(), call);
    near(call.usage.output, billed.usage.output, call);
    sum.ledger += call.cost;
    sum.bill += billed.cost;
  }
  return sum;
}

TEST(Ledger, IsTheModelsBillToTheLastNanoDollarOverAMixedDay) {
  const TempFolder folder;
  Settings settings;
  settings.ledger_path = folder.file("ledger.db");
  settings.listen = "threads = 2";
  const int exchanges = exchanges_of_the_day();
  Scene scene(settings, keeps_all(Scene::verify_config(), exchanges),
              keeps_all(Scene::draft_config(), exchanges));
  const std::size_t sent = live_through(scene, exchanges);
  ASSERT_EQ(sent, static_cast<std::size_t>(exchanges / kClients * kClients));
  EXPECT_TRUE(scene.proxy->wait_stored(sent));
  scene.proxy->stop();

  const auto records = records_of_file(settings.ledger_path);
  const Spent spent = spent_of(records);
  EXPECT_EQ(records.size(), sent);
  EXPECT_EQ(spent.ids.size(), sent);
  const sim::Bill verify = final_bill(*scene.verify);
  const sim::Bill draft = final_bill(*scene.draft);
  EXPECT_EQ(spent.paid_calls, verify.count + draft.count);
  Estimated estimated = estimated_of(records, verify);
  const Estimated of_draft = estimated_of(records, draft);
  estimated.calls += of_draft.calls;
  estimated.ledger += of_draft.ledger;
  estimated.bill += of_draft.bill;
  // All that was told is on both sides to the last nano-dollar.
  EXPECT_EQ((spent.cost - estimated.ledger).value,
            (verify.total + draft.total - estimated.bill).value);
  EXPECT_GE(estimated.calls, static_cast<std::size_t>(exchanges) / 40);
  EXPECT_NEAR(estimated.ledger.dollars(), estimated.bill.dollars(), .1 * estimated.bill.dollars());
  RecordProperty("estimated_calls", static_cast<int>(estimated.calls));
  RecordProperty("estimated_ledger_nano", std::to_string(estimated.ledger.value));
  RecordProperty("estimated_bill_nano", std::to_string(estimated.bill.value));
  EXPECT_GT(verify.usage.cache_read, 0);
  EXPECT_GT(verify.usage.cache_write_1h, 0);

  const auto store = store::open_sqlite_ledger(settings.ledger_path);
  ASSERT_TRUE(store) << store.error().message;
  const auto totals = (*store)->totals({});
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->exchanges, static_cast<std::int64_t>(sent));
  EXPECT_EQ(totals->cost, spent.cost);
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
