#include "account/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "account/recover_journals.hpp"
#include "store/journal.hpp"
#include "store/ledger_store.hpp"
#include "store/sqlite.hpp"
#include "store/test_records.hpp"
#include "tests/support/temp_folder.hpp"

namespace rlm::account {
namespace {

using store::expect_same;
using store::full_record;
using testing::HasSubstr;

constexpr int kNever = 3'600'000;  // as flush_ms: only on demand

struct LedgerFile : testing::Test {
  test::TempFolder dir;
  LedgerConfig config{.path = dir.file("ledger.db"), .journal_bytes = 1u << 20, .flush_ms = kNever};

  std::unique_ptr<Ledger> open(int producers = 1) {
    auto ledger = Ledger::open(config, producers);
    EXPECT_TRUE(ledger.has_value()) << ledger.error().message;
    return ledger ? std::move(*ledger) : nullptr;
  }
  std::vector<ExchangeRecord> stored() {
    auto ledger = store::open_sqlite_ledger(config.path);
    auto records = ledger ? (*ledger)->recent(1'000'000, "") : fail(ledger.error());
    EXPECT_TRUE(records.has_value()) << records.error().message;
    return records.value_or(std::vector<ExchangeRecord>{});
  }
  /// Runs `work` in a child process that is killed while it still has what `work` returns.
  template <class Work>
  void killed_after(Work work) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto kept = work();
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }
};

TEST_F(LedgerFile, StoresWhatWasWrittenAndTellsTheListeners) {
  auto ledger = open(2);
  std::vector<std::string> told, told_too;
  ledger->on_stored([&](const ExchangeRecord& record) { told.push_back(record.id); });
  ledger->on_stored([&](const ExchangeRecord& record) { told_too.push_back(record.id); });
  ledger->write(0, full_record(1));
  ledger->write(1, full_record(2));
  EXPECT_TRUE(ledger->flush());
  EXPECT_EQ(std::set(told.begin(), told.end()),
            (std::set{store::record_id(1), store::record_id(2)}));
  EXPECT_EQ(told, told_too);
  EXPECT_EQ(ledger->stored(), 2u);
  EXPECT_EQ(ledger->dropped(), 0u);
  EXPECT_EQ(ledger->path(), config.path);
  const auto records = stored();
  ASSERT_EQ(records.size(), 2u);
  expect_same(records[1], full_record(1));
}

TEST_F(LedgerFile, TheDestructorWritesOutEverything) {
  {
    auto ledger = open();
    for (int i = 0; i < 700; ++i) ledger->write(0, full_record(i));
  }
  EXPECT_EQ(stored().size(), 700u);
}

TEST_F(LedgerFile, StoresByItselfWithinTheFlushTime) {
  config.flush_ms = 1;
  auto ledger = open();
  ledger->write(0, full_record(1));
  while (ledger->stored() == 0) std::this_thread::yield();
  EXPECT_EQ(stored().size(), 1u);
}

TEST_F(LedgerFile, AKilledProcessLosesNothing) {
  constexpr int kRecords = 300;
  killed_after([&] {
    auto ledger = Ledger::open(config, 3);
    for (int i = 0; ledger && i < kRecords; ++i) (*ledger)->write(i % 3, full_record(i));
    return ledger;
  });
  auto ledger = open(1);  // fewer producers than before
  EXPECT_EQ(ledger->recovered(), static_cast<std::uint64_t>(kRecords));
  EXPECT_EQ(ledger->damaged(), 0u);
  const auto records = stored();
  ASSERT_EQ(records.size(), static_cast<std::size_t>(kRecords));
  for (int i = 0; i < kRecords; ++i)
    expect_same(records[static_cast<std::size_t>(kRecords - 1 - i)], full_record(i));
  EXPECT_FALSE(std::filesystem::exists(journal_path(config.path, 2)))
      << "recovered and no longer needed";
}

TEST_F(LedgerFile, AProcessKilledWhileItStoresLosesNothingAndStoresNothingTwice) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    config.flush_ms = 1;
    config.batch_max = 7;
    auto ledger = Ledger::open(config, 1);
    for (int i = 0; ledger; ++i) {
      (*ledger)->write(0, full_record(i));
      // On a busy machine the writer outruns the store; a full journal is another test's matter.
      if ((*ledger)->dropped() > 0) break;
      if (::write(pipe_ends[1], &i, sizeof i) != sizeof i) break;
    }
    ::_exit(1);
  }
  int last = -1;
  while (last < 2'000)
    ASSERT_EQ(::read(pipe_ends[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ::close(pipe_ends[1]);
  for (int i = 0; ::read(pipe_ends[0], &i, sizeof i) == sizeof i;) last = i;
  ::close(pipe_ends[0]);
  auto ledger = open();
  const auto records = stored();
  ASSERT_GT(records.size(), static_cast<std::size_t>(last))
      << "each one that was told was written before";
  for (std::size_t i = 0; i < records.size(); ++i)
    ASSERT_EQ(records[records.size() - 1 - i].id, store::record_id(static_cast<int>(i)));
}

TEST_F(LedgerFile, StartsWithAJournalOfAnotherSize) {
  killed_after([&] {
    auto ledger = Ledger::open(config, 1);
    if (ledger) (*ledger)->write(0, full_record(1));
    return ledger;
  });
  config.journal_bytes = 2u << 20;
  auto ledger = open();
  EXPECT_EQ(ledger->recovered(), 1u);
  EXPECT_EQ(std::filesystem::file_size(journal_path(config.path, 0)), (2u << 20) + 4096u);
}

TEST_F(LedgerFile, PassesOverFramesThatItCannotRead) {
  {
    auto journal = store::Journal::open(journal_path(config.path, 7), 4096);
    ASSERT_TRUE(journal.has_value());
    (*journal)->append("\x7f a record of another version");
    (*journal)->append(store::encode_record(full_record(1)));
  }
  auto ledger = open();
  EXPECT_EQ(ledger->recovered(), 1u);
  EXPECT_EQ(ledger->damaged(), 1u);
  EXPECT_EQ(stored().size(), 1u);
}

TEST_F(LedgerFile, KeepsRecordsWhileTheStoreRefusesAndStoresThemLater) {
  auto ledger = open();
  {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(config.path.c_str(), &db), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(db, "ALTER TABLE stored_exchanges RENAME TO hidden", nullptr, nullptr,
                           nullptr),
              SQLITE_OK);
    ledger->write(0, full_record(1));
    EXPECT_FALSE(ledger->flush());
    ledger->write(0, full_record(2));
    EXPECT_FALSE(ledger->flush());
    EXPECT_EQ(ledger->stored(), 0u);
    ASSERT_EQ(sqlite3_exec(db, "ALTER TABLE hidden RENAME TO stored_exchanges", nullptr, nullptr,
                           nullptr),
              SQLITE_OK);
    sqlite3_close(db);
  }
  EXPECT_TRUE(ledger->flush());
  EXPECT_EQ(ledger->stored(), 2u);
  EXPECT_EQ(stored().size(), 2u);
}

TEST_F(LedgerFile, WhatTheStoreRefusesAtTheEndIsFoundAtTheNextStart) {
  const auto run = [&](const char* sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(config.path.c_str(), &db), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
  };
  {
    auto ledger = open();
    run("ALTER TABLE stored_exchanges RENAME TO hidden");
    ledger->write(0, full_record(1));
  }
  run("ALTER TABLE hidden RENAME TO stored_exchanges");
  EXPECT_EQ(open()->recovered(), 1u);
  EXPECT_EQ(stored().size(), 1u);
}

TEST_F(LedgerFile, CountsWhatAFullJournalCannotTake) {
  config.journal_bytes = 4096;
  auto ledger = open();
  for (int i = 0; i < 100; ++i) ledger->write(0, full_record(i));
  EXPECT_GT(ledger->dropped(), 0u);
  EXPECT_TRUE(ledger->flush());
  EXPECT_EQ(ledger->stored() + ledger->dropped(), 100u);
  EXPECT_EQ(stored().size(), ledger->stored());
}

TEST_F(LedgerFile, ManyThreadsWriteAndEachRecordIsStoredOnce) {
  config.flush_ms = 1;
  config.batch_max = 16;
  constexpr int kThreads = 4, kEach = 500;
  {
    auto ledger = open(kThreads);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) ledger->write(t, full_record(t * kEach + i));
      });
    for (auto& thread : threads) thread.join();
    EXPECT_TRUE(ledger->flush());
    EXPECT_EQ(ledger->stored(), static_cast<std::uint64_t>(kThreads * kEach));
  }
  const auto records = stored();
  ASSERT_EQ(records.size(), static_cast<std::size_t>(kThreads * kEach));
  EXPECT_EQ(records.front().id, store::record_id(kThreads * kEach - 1));
}

TEST_F(LedgerFile, IsWrittenByOneProcess) {
  auto ledger = open();
  const auto second = Ledger::open(config, 1);
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error().message, HasSubstr("in use by another process"));
}

TEST_F(LedgerFile, SaysWhichFileStandsInItsWay) {
  std::ofstream(journal_path(config.path, 0)) << "notes";
  const auto ledger = Ledger::open(config, 1);
  ASSERT_FALSE(ledger.has_value());
  EXPECT_THAT(ledger.error().message,
              HasSubstr("ledger.db.journal.0: not a journal of this program"));
}

TEST_F(LedgerFile, LeavesFilesWithOtherNamesAlone) {
  const std::string other = config.path + ".journal.old";
  std::ofstream(other) << "notes";
  EXPECT_EQ(open()->recovered(), 0u);
  EXPECT_TRUE(std::filesystem::exists(other));
}

TEST(LedgerWithoutAFile, OnlyTellsTheListeners) {
  auto ledger = Ledger::open({.path = "", .journal_bytes = 1u << 16, .flush_ms = kNever}, 1);
  ASSERT_TRUE(ledger.has_value()) << ledger.error().message;
  std::vector<ExchangeRecord> told;
  (*ledger)->on_stored([&](const ExchangeRecord& record) { told.push_back(record); });
  (*ledger)->write(0, full_record(1));
  EXPECT_TRUE((*ledger)->flush());
  ASSERT_EQ(told.size(), 1u);
  expect_same(told[0], full_record(1));
}

}  // namespace
}  // namespace rlm::account
