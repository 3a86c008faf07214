// What only a database that several machines share can do wrong.

#include "store/postgres_labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <thread>

#include "store/test_records.hpp"
#include "tests/support/label_places.hpp"

namespace rlm::store {
namespace {

using quality::Label;
using test::label_of;
using test::PostgresLabels;
using testing::AllOf;
using testing::HasSubstr;

/// A connection that stays, for what another process does meanwhile.
struct Connection {
  explicit Connection(const std::string& url) : connection(PQconnectdb(url.c_str()), &PQfinish) {}
  std::string run(const std::string& sql) const {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection.get(), sql.c_str()), &PQclear);
    EXPECT_THAT(PQresultStatus(result.get()), testing::AnyOf(PGRES_COMMAND_OK, PGRES_TUPLES_OK))
        << sql << ": " << PQerrorMessage(connection.get());
    return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
  }
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection;
};

// The first process has drawn its number and is held up before it can commit; a second one adds
// meanwhile. Whoever reads now and goes on behind what it has read must still see both labels.
TEST_F(PostgresLabels, ANumberNeverBecomesVisibleBehindAHigherOne) {
  auto slow = open();
  auto quick = open();
  auto reader = open();
  const Connection other(url());
  other.run(
      "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "IF NEW.class = 'slow' THEN PERFORM pg_advisory_xact_lock(42); END IF; RETURN NEW; END $$;"
      "CREATE TRIGGER hold BEFORE INSERT ON labels FOR EACH ROW EXECUTE FUNCTION hold();"
      "SELECT pg_advisory_lock(42)");
  const auto waiting = [&] {
    return other.run(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory' "
        "AND database = (SELECT oid FROM pg_database WHERE datname = "
        "current_database())");
  };
  Label late = label_of(1);
  late.class_name = "slow";
  std::atomic<bool> quick_is_done{false};
  std::thread first([&] { EXPECT_TRUE(slow->add({late})); });
  while (waiting() != "1") {
  }
  std::thread second([&] {
    EXPECT_TRUE(quick->add({label_of(2)}));
    quick_is_done = true;
  });
  while (!quick_is_done && waiting() != "2") {
  }
  std::int64_t after = 0;
  auto seen = exchanges(*reader, after);
  other.run("SELECT pg_advisory_unlock(42)");
  first.join();
  second.join();
  for (const auto& exchange : exchanges(*reader, after)) seen.push_back(exchange);
  EXPECT_EQ(seen, (std::vector<std::string>{record_id(1), record_id(2)}));
}

TEST_F(PostgresLabels, OfManyWritersReachAReaderOnceAndInOneOrder) {
  open();
  std::vector<std::thread> writers;
  std::atomic<int> running{4};
  for (int writer = 0; writer < 4; ++writer)
    writers.emplace_back([&, writer] {
      auto store = open();
      for (int i = 0; i < 40; ++i) {
        EXPECT_TRUE(store->add({label_of(1000 * writer + i), label_of(1000 * writer + i + 500)}));
      }
      --running;
    });
  auto reader = open();
  std::int64_t after = 0;
  std::vector<std::string> seen;
  for (bool more = true; more;) {
    more = running > 0;
    for (auto& exchange : exchanges(*reader, after)) seen.push_back(std::move(exchange));
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(seen.size(), 320u);
  std::int64_t beginning = 0;
  EXPECT_EQ(seen, exchanges(*open(), beginning));
}

TEST_F(PostgresLabels, ArePreparedByManyProcessesAtOnce) {
  std::vector<std::thread> openers;
  for (int i = 0; i < 8; ++i)
    openers.emplace_back([&] {
      auto store = open();
      ASSERT_TRUE(store);
      EXPECT_TRUE(store->add({label_of(1)}));
    });
  for (auto& opener : openers) opener.join();
  std::int64_t after = 0;
  EXPECT_EQ(exchanges(*open(), after).size(), 1u);
}

TEST_F(PostgresLabels, AreReadInPages) {
  open();
  server->run(database,
              "INSERT INTO labels(time_ms, class, exchange, source, bad, probability, "
              "least_probability) SELECT n, 'c', n, 'audit', 0, 1, 1 FROM generate_series(1, "
              "20001) AS n");
  std::int64_t after = 0;
  const auto seen = exchanges(*open(), after);
  ASSERT_EQ(seen.size(), 20'001u);
  EXPECT_EQ(seen.back(), "20001");
}

TEST_F(PostgresLabels, AWriterThatHoldsUpTheOthersIsNotWaitedForForever) {
  auto store = open_postgres_labels(url(), {}, {.statement = Milliseconds(400)});
  ASSERT_TRUE(store);
  const Connection other(url());
  other.run("BEGIN; SELECT pg_advisory_xact_lock(7498093, 1)");
  const auto refused = (*store)->add({label_of(1)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Timeout);
  EXPECT_THAT(refused.error().message, HasSubstr("lock timeout"));
  other.run("COMMIT");
  EXPECT_TRUE((*store)->add({label_of(1)}));
}

TEST_F(PostgresLabels, WhatTheDatabaseCannotHoldIsTheLabelsFault) {
  auto store = open();
  Label zero = label_of(1);
  zero.class_name = std::string("a\0b", 3);
  Label broken = label_of(2);
  broken.class_name = "\xff";
  for (const Label& label : {zero, broken}) {
    const auto refused = store->add({label_of(3), label});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::BadRequest) << refused.error().message;
  }
  std::int64_t after = 0;
  EXPECT_TRUE(exchanges(*store, after).empty());
  EXPECT_TRUE(store->add({label_of(3)}));
}

struct ForeignCase {
  const char* name;
  const char* sql;
  const char* told;
};
class ForeignTable : public PostgresLabels, public testing::WithParamInterface<ForeignCase> {};
TEST_P(ForeignTable, IsNamedAndLeftAsItWas) {
  server->run(database, GetParam().sql);
  const auto refused = failure_of(url());
  EXPECT_THAT(refused.message, AllOf(HasSubstr(GetParam().told), HasSubstr(database)));
  EXPECT_EQ(refused.kind, ErrorKind::Internal);
  EXPECT_EQ(server->run(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
            std::vector<std::string>{"1"});
}
INSTANTIATE_TEST_SUITE_P(
    Postgres, ForeignTable,
    testing::Values(
        ForeignCase{"Labels", "CREATE TABLE labels(id BIGINT, name TEXT)",
                    "table \"labels\" is another program's: column \"number\" is none, expected "
                    "bigint"},
        ForeignCase{"Standings", "CREATE TABLE standings(class TEXT NOT NULL, upto INTEGER)",
                    "column \"upto\" is integer, expected bigint"},
        ForeignCase{"MayBeNull",
                    "CREATE TABLE standings(class TEXT PRIMARY KEY, upto BIGINT, snapshot TEXT)",
                    "\"upto\" is bigint that may be NULL"},
        ForeignCase{"NoNumbers",
                    "CREATE TABLE labels(number BIGINT PRIMARY KEY, time_ms BIGINT NOT NULL, class "
                    "TEXT NOT NULL, exchange TEXT NOT NULL, source TEXT NOT NULL, bad INTEGER NOT "
                    "NULL, probability DOUBLE PRECISION NOT NULL, least_probability DOUBLE "
                    "PRECISION NOT NULL, UNIQUE(exchange, source))",
                    "does not count by itself"},
        ForeignCase{
            "NotUnique",
            "CREATE TABLE labels(number BIGSERIAL PRIMARY KEY, time_ms BIGINT NOT NULL, "
            "class TEXT NOT NULL, exchange TEXT NOT NULL, source TEXT NOT NULL, bad INTEGER "
            "NOT NULL, probability DOUBLE PRECISION NOT NULL, least_probability DOUBLE "
            "PRECISION NOT NULL)",
            "ON CONFLICT"}),
    [](const auto& one) { return one.param.name; });

TEST_F(PostgresLabels, LieInASchemaOfTheirOwnWhereTheUrlSaysSo) {
  server->run(database, "CREATE TABLE labels(mine TEXT); CREATE SCHEMA rlm");
  EXPECT_EQ(failure_of(url() + "?options=-csearch_path%3Drlm").message, "");
}

}  // namespace
}  // namespace rlm::store
