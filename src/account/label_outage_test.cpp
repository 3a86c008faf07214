// A keeper whose store is not there, goes, falls silent or refuses, and comes again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "account/label_keeper.hpp"
#include "tests/support/label_places.hpp"

namespace rlm::account {
namespace {

using quality::Trust;
using quality::TrustBook;
using test::PostgresServer;
using test::StoreKind;
using test::TestPlace;

const std::string kClass = "chat/simple/none/cheap/coding";

ExchangeRecord judged(int number, Verdict verdict = Verdict::Accepted) {
  ExchangeRecord record;
  record.id = "exc_" + std::to_string(number);
  record.started = {1000 + number};
  record.plan = Plan::DraftVerify;
  record.calls.resize(1);
  record.calls[0].role = CallRole::Verify;
  record.verdict = verdict;
  record.class_name = kClass;
  return record;
}

/// Classes begin trusted, so that it shows whether what was earned is known.
std::shared_ptr<TrustBook> new_book() {
  return std::make_shared<TrustBook>([](std::string_view) {
    return TrustBook::Beginning{{}, Trust::Trusted};
  });
}

LabelKeeperConfig config_of(const std::string& where) {
  LabelKeeperConfig config;
  config.place.where = where;
  config.place.timeouts = {Milliseconds(2'000), Milliseconds(400)};
  config.pause_ms = 3'600'000;  // only on demand
  config.retry_ms_max = 3'600'000;
  return config;
}

std::unique_ptr<LabelKeeper> open(const LabelKeeperConfig& config, std::shared_ptr<TrustBook> book,
                                  const std::vector<ExchangeRecord>& newest = {}) {
  auto keeper = LabelKeeper::open(
      config, std::move(book), [](const std::string&) { return std::string(); }, newest);
  EXPECT_TRUE(keeper) << keeper.error().message;
  return keeper ? std::move(*keeper) : nullptr;
}

std::int64_t labels_of(const TrustBook& book) {
  std::int64_t sum = 0;
  for (const auto& report : book.report()) sum += report.labels;
  return sum;
}

struct LabelOutage : testing::Test {
  void SetUp() override {
    if (const auto why = PostgresServer::missing()) GTEST_SKIP() << *why;
    server = &PostgresServer::shared();
    where = server->url(server->new_database());
  }
  PostgresServer* server = nullptr;
  std::string where;
};

TEST_F(LabelOutage, AtTheStartLeavesNoClassTrustedUntilWhatItEarnedIsKnown) {
  auto before = new_book();
  {
    // The class is demoted: a keeper that knew nothing would presume it trusted.
    const auto keeper = open(config_of(where), before);
    for (int i = 0; i < 100; ++i) keeper->see(judged(i, Verdict::Enhanced));
    keeper->flush();
    ASSERT_EQ(before->standing_of(kClass).state, Trust::Demoted);
  }
  server->stop();
  auto book = new_book();
  const auto keeper = open(config_of(where), book, {judged(100)});
  EXPECT_EQ(book->standing_of(kClass).state, Trust::Probation);
  EXPECT_FALSE(keeper->counts().reachable);
  keeper->see(judged(101));
  keeper->flush();  // refused once more
  EXPECT_EQ(keeper->counts().waiting, 2u);
  server->start();
  keeper->flush();
  EXPECT_EQ(book->standing_of(kClass).state, Trust::Demoted);
  EXPECT_TRUE(keeper->counts().reachable);
  EXPECT_EQ(keeper->counts().waiting, 0u);
  EXPECT_EQ(labels_of(*book), labels_of(*before) + 2);
}

TEST_F(LabelOutage, OfAServerThatGoesAndComesLosesNothingAndCountsNothingTwice) {
  auto mine = new_book();
  auto theirs = new_book();
  const auto my_keeper = open(config_of(where), mine);
  const auto their_keeper = open(config_of(where), theirs);
  int number = 0;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) (i % 2 == 0 ? my_keeper : their_keeper)->see(judged(number++));
    if (round == 0) server->stop();
    if (round == 1) server->freeze();
    my_keeper->flush();
    their_keeper->flush();
    if (round == 0) server->start();
    if (round == 1) server->thaw();
  }
  for (int i = 0; i < 3; ++i) {
    my_keeper->flush();
    their_keeper->flush();
  }
  EXPECT_EQ(labels_of(*mine), 30);
  EXPECT_EQ(mine->snapshot(), theirs->snapshot());
  EXPECT_EQ(my_keeper->counts().lost + their_keeper->counts().lost, 0u);
}

TEST_F(LabelOutage, KeepsTheNewestLabelsAndCountsWhatItCouldNotHold) {
  auto book = new_book();
  auto config = config_of(where);
  config.waiting_max = 5;
  const auto keeper = open(config, book);
  server->stop();
  for (int i = 0; i < 8; ++i) {
    keeper->see(judged(i));
    if (i == 4) keeper->flush();
  }
  keeper->flush();
  EXPECT_EQ(keeper->counts().waiting, 5u);
  EXPECT_EQ(keeper->counts().lost, 3u);
  server->start();
  keeper->flush();
  EXPECT_EQ(keeper->counts().waiting, 0u);
  EXPECT_EQ(labels_of(*book), 5);
}

TEST_F(LabelOutage, EndsTheKeeperInBoundedTime) {
  auto book = new_book();
  {
    const auto keeper = open(config_of(where), book);
    server->freeze();
    keeper->see(judged(1));
  }
  server->thaw();
  // What it left is brought back from the ledger's newest records.
  open(config_of(where), book = new_book(), {judged(1)});
  EXPECT_EQ(labels_of(*book), 1);
}

TEST_F(LabelOutage, OfWhatWaitingDoesNotMendIsToldAtTheStart) {
  for (const auto& [place, kind] :
       {std::pair{server->url("postgres", "guarded_by_nobody"), ErrorKind::Unauthorized},
        {server->url("no_such_database"), ErrorKind::Internal}}) {
    const auto keeper = LabelKeeper::open(config_of(place), new_book(),
                                          [](const std::string&) { return std::string(); }, {});
    ASSERT_FALSE(keeper);
    EXPECT_EQ(keeper.error().kind, kind) << keeper.error().message;
  }
}

class OfEachStore : public testing::TestWithParam<StoreKind> {};

TEST_P(OfEachStore, LabelsWaitWhileItRefusesThemAndOneItCannotHoldKeepsNoneOut) {
  const TestPlace place(GetParam());
  if (place.missing()) GTEST_SKIP() << *place.missing();
  auto book = new_book();
  const auto keeper = open(config_of(place.where()), book);
  place.run("ALTER TABLE labels RENAME TO hidden");
  place.run("CREATE TABLE labels(mine INTEGER)");
  keeper->see(judged(1));
  keeper->flush();
  EXPECT_EQ(labels_of(*book), 0);
  EXPECT_EQ(keeper->counts().waiting, 1u);
  EXPECT_FALSE(keeper->counts().reachable);
  place.run("DROP TABLE labels");
  place.run("ALTER TABLE hidden RENAME TO labels");
  auto bad = judged(2);
  bad.class_name = "a\xff";  // PostgreSQL takes only UTF-8
  keeper->see(bad);
  keeper->see(judged(3));
  keeper->flush();
  EXPECT_EQ(keeper->counts().waiting, 0u);
  EXPECT_EQ(keeper->counts().lost, GetParam() == StoreKind::Postgres ? 1u : 0u);
  EXPECT_EQ(book->standing_of(kClass).state, Trust::Trusted);
  EXPECT_EQ(labels_of(*book) + static_cast<std::int64_t>(keeper->counts().lost), 3);
}

INSTANTIATE_TEST_SUITE_P(Labels, OfEachStore,
                         testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
                         [](const auto& one) { return std::string(name_of(one.param)); });

}  // namespace
}  // namespace rlm::account
