#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store/ledger_store.hpp"
#include "store/sqlite.hpp"
#include "store/test_records.hpp"
#include "tests/support/temp_folder.hpp"

namespace rlm::store {
namespace {

using testing::HasSubstr;

struct SqliteLedger : testing::Test {
  test::TempFolder dir;
  std::string path = dir.file("ledger.db");

  std::unique_ptr<LedgerStore> open() {
    auto ledger = open_sqlite_ledger(path);
    EXPECT_TRUE(ledger.has_value()) << ledger.error().message;
    return ledger ? std::move(*ledger) : nullptr;
  }
  std::string error_of_open() {
    const auto ledger = open_sqlite_ledger(path);
    EXPECT_FALSE(ledger.has_value());
    return ledger ? "" : ledger.error().message;
  }
  void run(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
};

TEST_F(SqliteLedger, KeepsEveryFieldAcrossOpening) {
  ASSERT_TRUE(open()->add({full_record(1), full_record(2)}).has_value());
  const auto records = open()->recent(10, "");
  ASSERT_TRUE(records.has_value()) << records.error().message;
  ASSERT_EQ(records->size(), 2u);
  expect_same(records->at(0), full_record(2));
  expect_same(records->at(1), full_record(1));
}

TEST_F(SqliteLedger, KeepsEveryEnum) {
  auto ledger = open();
  std::vector<ExchangeRecord> records;
  for (int i = 0; i < kVerdictCount; ++i) {
    auto record = full_record(i);
    record.verdict = static_cast<Verdict>(i);
    record.plan = static_cast<Plan>(i % 4);
    record.calls[0].role = static_cast<CallRole>(i % 4);
    record.calls[0].end = static_cast<CallEnd>(i % 3);
    records.push_back(record);
  }
  ASSERT_TRUE(ledger->add(records).has_value());
  const auto found = ledger->recent(10, "");
  ASSERT_TRUE(found.has_value()) << found.error().message;
  for (std::size_t i = 0; i < records.size(); ++i)
    expect_same(found->at(records.size() - 1 - i), records[i]);
}

TEST_F(SqliteLedger, AddingTheSameIdAgainChangesNothing) {
  auto ledger = open();
  ASSERT_TRUE(ledger->add({client_record(1)}).has_value());
  auto again = client_record(1);
  again.cost = {999};
  again.calls.clear();
  ASSERT_TRUE(ledger->add({again, client_record(2), client_record(2)}).has_value());
  const auto totals = ledger->totals({0});
  ASSERT_TRUE(totals.has_value());
  EXPECT_EQ(totals->exchanges, 2);
  EXPECT_EQ(totals->calls, 4);
  expect_same(ledger->recent(10, "")->at(1), client_record(1));
}

TEST_F(SqliteLedger, TotalsAreExactAndBeginAtTheGivenTime) {
  auto ledger = open();
  std::vector<ExchangeRecord> records;
  std::int64_t cost = 0;
  for (int i = 0; i < 1'000; ++i) {
    records.push_back(client_record(i));
    records.back().verdict = static_cast<Verdict>(i % kVerdictCount);
    records.back().cost = {4'611'686'018'427'387ll +
                           i};  // in doubles the last digits would be lost
    records.back().baseline = {i % 2 == 0 ? -i : i};
    cost += records.back().cost.value;
  }
  ASSERT_TRUE(ledger->add(records).has_value());
  const auto all = ledger->totals({0});
  ASSERT_TRUE(all.has_value()) << all.error().message;
  EXPECT_EQ(all->exchanges, 1'000);
  EXPECT_EQ(all->calls, 2'000);
  EXPECT_EQ(all->cost.value, cost);
  EXPECT_EQ(all->baseline.value, 500);
  EXPECT_EQ(all->by_verdict[0], 125);
  EXPECT_EQ(all->by_verdict[7], 125);
  const auto late = ledger->totals({client_record(998).started.value});
  EXPECT_EQ(late->exchanges, 2);
  EXPECT_EQ(late->by_verdict[998 % kVerdictCount], 1);
  EXPECT_EQ(ledger->totals({client_record(1'000).started.value})->exchanges, 0);
}

TEST_F(SqliteLedger, TotalsCountExchangesOfClientsAndTheMoneyOfEverything) {
  auto ledger = open();
  auto shadow = full_record(2);
  shadow.follows = record_id(1);
  shadow.baseline = {};
  ASSERT_TRUE(ledger->add({client_record(1), shadow}).has_value());
  const auto totals = ledger->totals({0});
  ASSERT_TRUE(totals.has_value());
  EXPECT_EQ(totals->exchanges, 1);
  EXPECT_EQ(totals->by_verdict[static_cast<int>(Verdict::Enhanced)], 1);
  EXPECT_EQ(totals->calls, 4);
  EXPECT_EQ(totals->cost, client_record(1).cost + shadow.cost);
}

TEST_F(SqliteLedger, PagesFromTheNewestToTheOldest) {
  auto ledger = open();
  std::vector<ExchangeRecord> records;
  for (int i = 0; i < 7; ++i) records.push_back(full_record(i));
  ASSERT_TRUE(ledger->add(records).has_value());
  std::vector<std::string> seen;
  std::string before;
  for (;;) {
    const auto page = ledger->recent(3, before);
    ASSERT_TRUE(page.has_value());
    if (page->empty()) break;
    for (const auto& record : *page) seen.push_back(record.id);
    before = seen.back();
  }
  ASSERT_EQ(seen.size(), 7u);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], record_id(6 - i));
  EXPECT_TRUE(ledger->recent(0, "")->empty());
}

TEST_F(SqliteLedger, AReaderSeesWhatAWriterAddedWhileBothAreOpen) {
  auto writer = open();
  auto reader = open();
  ASSERT_TRUE(writer->add({client_record(1)}).has_value());
  EXPECT_EQ(reader->totals({0})->exchanges, 1);
  run("SELECT 1");
}

TEST_F(SqliteLedger, RefusesAFileOfANewerVersion) {
  open();
  run("PRAGMA user_version=8");
  EXPECT_THAT(error_of_open(),
              HasSubstr("newer version of this program (schema 8, known here: 7)"));
}

TEST_F(SqliteLedger, RefusesAFileFromBeforeTheFirstRelease) {
  open();
  run("PRAGMA user_version=2");
  EXPECT_THAT(error_of_open(), HasSubstr("written before the first release (schema 2)"));
}

TEST_F(SqliteLedger, ShowsCallsAsRowsToWhoeverAsksInSql) {
  auto ledger = open();
  const auto record = full_record(1);
  ASSERT_TRUE(ledger->add({record}).has_value());
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  const DatabasePtr owner(db);
  std::int64_t cost = 0;
  for (const auto& call : record.calls) cost += call.cost.value;
  EXPECT_EQ(query_number(db, "SELECT sum(cost_nano) FROM calls").value(), cost);
  EXPECT_EQ(query_number(db, "SELECT count(*) FROM calls WHERE exchange_id = '" + record.id +
                                 "' AND model = '" + record.calls[1].model + "' AND number = 1")
                .value(),
            1);
}

TEST_F(SqliteLedger, ShowsEveryFieldAsAColumnToWhoeverAsksInSql) {
  auto ledger = open();
  ExchangeRecord bare;
  bare.id = record_id(2);
  ASSERT_TRUE(ledger->add({full_record(1), bare}).has_value());
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  const DatabasePtr owner(db);
  const auto full = full_record(1);
  const auto rows = [&](int record, const std::string& where) {
    const auto found = query_number(
        db, "SELECT count(*) FROM exchanges WHERE id = '" + record_id(record) + "' AND " + where);
    EXPECT_TRUE(found.has_value()) << where;
    return found.value_or(-1);
  };
  EXPECT_EQ(rows(1, "verdict = 'ENHANCED' AND plan = 'draft_verify' AND status = 529 AND streamed"),
            1);
  EXPECT_EQ(rows(1, "class = '" + full.class_name + "' AND weighed = '" + full.weighed + "'"), 1);
  EXPECT_EQ(rows(1, "occasion = 'shadow' AND response_bytes = 5000000000"), 1);
  EXPECT_EQ(rows(2, "occasion = 'client' AND judgement = 'none' AND session = '' AND status = 0"),
            1);
  EXPECT_EQ(rows(2, "calls = '[]' AND weighed = '' AND seen_input = 0 AND first_byte_ms = -1"), 1);
}

TEST_F(SqliteLedger, ADamagedRecordIsAnErrorThatNamesTheExchange) {
  auto ledger = open();
  ASSERT_TRUE(ledger->add({full_record(1)}).has_value());
  for (const char* damage :
       {R"({"calls":[{"role":"draft","ended":"?"}]})", R"({"calls":{}})",
        R"({"judgement":"?","calls":[]})", R"({"occasion":1,"calls":[]})", "{}", "[]", "", "{"}) {
    run(std::string("UPDATE stored_exchanges SET record = '") + damage + "'");
    const auto records = ledger->recent(1, "");
    ASSERT_FALSE(records.has_value()) << damage;
    EXPECT_THAT(records.error().message, HasSubstr(record_id(1)));
  }
}

TEST_F(SqliteLedger, ADamagedFieldIsNamed) {
  const std::pair<const char*, const char*> kDamages[] = {
      {"cost_nano = 'abc'", "cost_nano of exchange"},
      {"baseline_nano = 1.5", "baseline_nano of exchange"},
      {"started_ms = 'yesterday'", "started_ms of exchange"},
      {"record = json_replace(record, '$.status', '200')", "is damaged: status"},
      {"record = json_replace(record, '$.reason', 7)", "is damaged: reason"},
      {"record = json_replace(record, '$.sampled_ppm', -5)", "is damaged: sampled_ppm"},
      {"record = json_replace(record, '$.calls[1].output', 'many')", "is damaged: call 2, output"},
      {"record = json_replace(record, '$.calls[0].role', 'driect')", "is damaged: call 1, role"},
      {"record = json_insert(record, '$.calls[0].outptu', 7)",
       "is damaged: call 1, a field of an unknown name"},
      {"record = json_insert(record, '$.note', 'x')", "is damaged: a field of an unknown name"}};
  for (const auto& [damage, told] : kDamages) {
    std::filesystem::remove(path);
    auto record = full_record(1);
    record.calls[1].usage.output = 5;
    ASSERT_TRUE(open()->add(std::span(&record, 1)).has_value());
    run(std::string("UPDATE stored_exchanges SET ") + damage);
    const auto records = open()->recent(1, "");
    ASSERT_FALSE(records.has_value()) << damage;
    EXPECT_THAT(records.error().message, HasSubstr(told));
    EXPECT_THAT(records.error().message, HasSubstr(record_id(1)));
  }
}

TEST_F(SqliteLedger, RefusesADatabaseOfAnotherProgram) {
  run("CREATE TABLE notes(text)");
  EXPECT_THAT(error_of_open(), HasSubstr("a database of another program"));
}

TEST_F(SqliteLedger, RefusesAFileThatIsNoDatabase) {
  std::ofstream(path) << std::string(5'000, 'x');
  EXPECT_THAT(error_of_open(), HasSubstr("file is not a database; move the file away"));
  EXPECT_THAT(error_of_open(), HasSubstr(path));
}

TEST_F(SqliteLedger, NamesThePathThatCannotBeOpened) {
  path = dir.file("none/ledger.db");
  EXPECT_THAT(error_of_open(), HasSubstr("none/ledger.db: cannot be opened"));
}

TEST_F(SqliteLedger, ADamagedPageIsAnErrorAndNotACrash) {
  {
    std::vector<ExchangeRecord> records;
    for (int i = 0; i < 500; ++i) records.push_back(full_record(i));
    auto ledger = open();
    ASSERT_TRUE(ledger->add(records).has_value());
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(100'000, '\xee');
  }
  auto ledger = open_sqlite_ledger(path);
  if (ledger) {
    const auto records = (*ledger)->recent(1'000, "");
    ASSERT_FALSE(records.has_value());
    EXPECT_THAT(records.error().message, HasSubstr("malformed; move the file away"));
  } else {
    EXPECT_THAT(ledger.error().message, HasSubstr("malformed; move the file away"));
  }
}

TEST_F(SqliteLedger, AFailedAddLeavesNothingAndTheNextOneWorks) {
  auto ledger = open();
  run("CREATE TRIGGER refuse BEFORE INSERT ON stored_exchanges WHEN new.id = '" + record_id(2) +
      "' BEGIN SELECT RAISE(ABORT, 'no room'); END");
  const auto added = ledger->add({client_record(1), client_record(2)});
  ASSERT_FALSE(added.has_value());
  EXPECT_THAT(added.error().message, HasSubstr("no room"));
  EXPECT_EQ(ledger->totals({0})->exchanges, 0);
  run("DROP TRIGGER refuse");
  EXPECT_TRUE(ledger->add({client_record(1), client_record(2)}).has_value());
  EXPECT_EQ(ledger->totals({0})->exchanges, 2);
}

TEST(SqliteLedgerInMemory, WorksWithoutAFile) {
  auto ledger = open_sqlite_ledger(":memory:");
  ASSERT_TRUE(ledger.has_value()) << ledger.error().message;
  EXPECT_TRUE((*ledger)->add({client_record(1)}).has_value());
  EXPECT_EQ((*ledger)->totals({0})->exchanges, 1);
}

}  // namespace
}  // namespace rlm::store
