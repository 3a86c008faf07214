#include "account/label_keeper.hpp"

#include <gtest/gtest.h>

#include "store/sqlite.hpp"
#include "store/test_records.hpp"
#include "tests/support/temp_folder.hpp"

namespace rlm::account {
namespace {

using quality::LabelSource;
using quality::Trust;
using quality::TrustBook;

const std::string kClass = "chat/simple/none/cheap/coding";

LabelSources sources(double share = 1) {
  return {[share](const std::string&) { return share; },
          [](const std::string& id) { return id == "exc_before" ? kClass : std::string(); }};
}

ExchangeRecord judged_by_client(Verdict verdict, Plan plan = Plan::DraftVerify) {
  ExchangeRecord record;
  record.id = "exc_1";
  record.started = {1000};
  record.plan = plan;
  record.verdict = verdict;
  record.class_name = kClass;
  record.calls.resize(2);
  record.calls[0].role = CallRole::Draft;
  record.calls[1].role = CallRole::Verify;
  return record;
}

// Its draft and verdict were another exchange's.
ExchangeRecord by_a_twins_verdict() {
  ExchangeRecord record = judged_by_client(Verdict::Accepted);
  record.calls.clear();
  return record;
}

ExchangeRecord judged_aside(Judgement judgement, std::int64_t ppm = 100'000) {
  ExchangeRecord record = judged_by_client(Verdict::Validated, Plan::DraftValidate);
  record.occasion = Occasion::Audit;
  record.follows = "exc_0";
  record.judgement = judgement;
  record.sampled_ppm = ppm;
  return record;
}

struct OwnLabelCase {
  const char* name;
  ExchangeRecord record;
  const char* label;  // "good", "bad", empty: none
};

class OwnLabel : public testing::TestWithParam<OwnLabelCase> {};

TEST_P(OwnLabel, IsWhatTheRecordSaysOfItsDraft) {
  const auto label = own_label(GetParam().record, sources());
  EXPECT_EQ(!label ? "" : label->bad ? "bad" : "good", std::string(GetParam().label));
}

ExchangeRecord without_class(ExchangeRecord record) {
  record.class_name.clear();
  return record;
}

INSTANTIATE_TEST_SUITE_P(
    Records, OwnLabel,
    testing::Values(OwnLabelCase{"Accepted", judged_by_client(Verdict::Accepted), "good"},
                    OwnLabelCase{"Repaired", judged_by_client(Verdict::Repaired), "bad"},
                    OwnLabelCase{"Enhanced", judged_by_client(Verdict::Enhanced), "bad"},
                    OwnLabelCase{"Fallback", judged_by_client(Verdict::Fallback), ""},
                    OwnLabelCase{"OfATwin", by_a_twins_verdict(), ""},
                    OwnLabelCase{"Unseen", judged_by_client(Verdict::Skipped, Plan::DraftOnly), ""},
                    OwnLabelCase{"EndOfATurn", judged_by_client(Verdict::Accepted, Plan::DraftTurn),
                                 ""},
                    OwnLabelCase{"Forced", without_class(judged_by_client(Verdict::Accepted)), ""},
                    OwnLabelCase{"Same", judged_aside(Judgement::Same), "good"},
                    OwnLabelCase{"Equal", judged_aside(Judgement::Equal), "good"},
                    OwnLabelCase{"AcceptedAside", judged_aside(Judgement::Accepted), "good"},
                    OwnLabelCase{"Different", judged_aside(Judgement::Different), "bad"},
                    OwnLabelCase{"RewrittenAside", judged_aside(Judgement::Rewritten), "bad"},
                    OwnLabelCase{"BrokenOff", judged_aside(Judgement::None), ""},
                    OwnLabelCase{"NotDrawn", judged_aside(Judgement::Same, 0), ""}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Labels, KeepTheirProbabilityAndTheLeastOfTheirClass) {
  const auto audit = own_label(judged_aside(Judgement::Same), sources(0.1));
  ASSERT_TRUE(audit);
  EXPECT_EQ(audit->exchange, "exc_0");
  EXPECT_EQ(audit->source, LabelSource::Audit);
  EXPECT_DOUBLE_EQ(audit->probability, 0.1);
  EXPECT_DOUBLE_EQ(audit->weight(), 1);
  // A verdict that a trusted class did not need counts no more than an audit.
  const auto verdict = own_label(judged_by_client(Verdict::Accepted), sources(0.1));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->exchange, "exc_1");
  EXPECT_DOUBLE_EQ(verdict->weight(), 0.1);
  // Where nothing is audited.
  EXPECT_DOUBLE_EQ(own_label(judged_by_client(Verdict::Accepted), sources(0))->weight(), 1);
  // A class on probation labels what is drawn.
  EXPECT_DOUBLE_EQ(own_label(judged_aside(Judgement::Same), sources(1))->weight(), 1);
}

TEST(Labels, AnErrorThatCameBackIsABadLabelOfTheExchangeBefore) {
  ExchangeRecord record;
  record.failed_draft = "exc_before";
  const auto label = outcome_label(record, sources());
  ASSERT_TRUE(label);
  EXPECT_EQ(label->exchange, "exc_before");
  EXPECT_EQ(label->class_name, kClass);
  EXPECT_EQ(label->source, LabelSource::Outcome);
  EXPECT_TRUE(label->bad);
  record.failed_draft = "exc_forgotten";
  EXPECT_FALSE(outcome_label(record, sources()));
}

struct KeptLabels : testing::Test {
  test::TempFolder dir;
  std::string path = dir.file("labels.db");

  static std::shared_ptr<TrustBook> new_book() {
    return std::make_shared<TrustBook>([](std::string_view) { return TrustBook::Beginning{}; });
  }
  std::unique_ptr<LabelKeeper> open(std::shared_ptr<TrustBook> book,
                                    const std::vector<ExchangeRecord>& newest = {}) {
    LabelKeeperConfig config;
    config.place.where = path;
    config.pause_ms = 3'600'000;  // only on demand
    auto keeper = LabelKeeper::open(config, std::move(book), sources().class_of, newest);
    EXPECT_TRUE(keeper) << keeper.error().message;
    return keeper ? std::move(*keeper) : nullptr;
  }
  static ExchangeRecord good(int number) {
    ExchangeRecord record = judged_by_client(Verdict::Accepted);
    record.id = "exc_" + std::to_string(number);
    return record;
  }
};

TEST_F(KeptLabels, MakeAClassTrustedAndOutliveTheProcess) {
  auto book = new_book();
  auto keeper = open(book);
  for (int i = 0; i < 175; ++i) keeper->see(good(i));
  keeper->flush();
  EXPECT_EQ(book->standing_of(kClass).state, Trust::Trusted);
  keeper.reset();
  auto next = new_book();
  open(next);
  EXPECT_EQ(next->snapshot(), book->snapshot());
}

TEST_F(KeptLabels, OfExchangesThatAProcessLeftUncountedAreCountedOnce) {
  open(new_book())->see(good(0));
  std::vector<ExchangeRecord> newest;
  for (int i = 2; i >= 0; --i) newest.push_back(good(i));
  auto book = new_book();
  const auto keeper = open(book, newest);
  ASSERT_EQ(book->report().size(), 1u);
  EXPECT_EQ(book->report()[0].labels, 3);
}

TEST_F(KeptLabels, OfTwoProxiesWithOneStoreMakeTheSameStandings) {
  auto mine = new_book();
  auto theirs = new_book();
  const auto my_keeper = open(mine);
  const auto their_keeper = open(theirs);
  for (int i = 0; i < 100; ++i) (i % 3 == 0 ? my_keeper : their_keeper)->see(good(i));
  for (int round = 0; round < 2; ++round) {
    my_keeper->flush();
    their_keeper->flush();
  }
  EXPECT_EQ(mine->report().at(0).labels, 100);
  EXPECT_EQ(mine->snapshot(), theirs->snapshot());
}

TEST_F(KeptLabels, WaitWhileTheStoreRefusesThem) {
  auto book = new_book();
  const auto keeper = open(book);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  const auto run = [db](const char* sql) {
    ASSERT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  };
  run("CREATE TRIGGER full BEFORE INSERT ON labels BEGIN SELECT raise(ABORT, 'full'); END");
  keeper->see(good(0));
  keeper->flush();
  EXPECT_TRUE(book->report().empty());
  run("DROP TRIGGER full");
  sqlite3_close(db);
  keeper->flush();
  EXPECT_EQ(book->report().at(0).labels, 1);
  EXPECT_EQ(keeper->counts().lost, 0u);
}

TEST(LabelsWithoutAFile, AreCountedInMemory) {
  auto book = KeptLabels::new_book();
  auto keeper = LabelKeeper::open({}, book, sources().class_of, {});
  ASSERT_TRUE(keeper);
  (*keeper)->see(KeptLabels::good(1));
  (*keeper)->flush();
  EXPECT_EQ(book->report().at(0).labels, 1);
}

}  // namespace
}  // namespace rlm::account
