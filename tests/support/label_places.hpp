#pragma once
// Places for labels, of each kind, for the tests of store/ and account/.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "quality/label.hpp"
#include "store/open_labels.hpp"
#include "store/sqlite.hpp"
#include "store/test_records.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/temp_folder.hpp"

namespace rlm::test {

enum class StoreKind : std::uint8_t { Sqlite, Postgres };

inline std::string_view name_of(StoreKind kind) {
  return kind == StoreKind::Sqlite ? "Sqlite" : "Postgres";
}

/// An empty file or database.
class TestPlace {
 public:
  explicit TestPlace(StoreKind kind) : kind_(kind) {
    if (kind != StoreKind::Postgres || missing()) return;
    server_ = &PostgresServer::shared();
    database_ = server_->new_database("ENCODING 'UTF8'");
  }
  /// Why this kind of store cannot be tested here.
  std::optional<std::string> missing() const {
    return kind_ == StoreKind::Postgres ? PostgresServer::missing() : std::nullopt;
  }
  std::string where() const {
    return server_ != nullptr ? server_->url(database_) : dir_.file("labels.db");
  }
  std::unique_ptr<store::LabelStore> open() const {
    auto labels = store::open_labels({where(), {}, {}});
    EXPECT_TRUE(labels.has_value()) << labels.error().message;
    return labels ? std::move(*labels) : nullptr;
  }
  void run(const std::string& sql) const {
    if (server_ != nullptr) {
      server_->run(database_, sql);
      return;
    }
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(where().c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
    sqlite3_close(db);
  }

 private:
  StoreKind kind_;
  test::TempFolder dir_;
  PostgresServer* server_ = nullptr;
  std::string database_;
};

inline quality::Label label_of(int number, bool bad = false) {
  quality::Label label;
  label.time = {1'790'000'000'000 + number};
  label.class_name = number % 2 == 0 ? "ask/simple" : "chat/complex";
  label.exchange = store::record_id(number);
  label.source = static_cast<quality::LabelSource>(number % quality::kLabelSourceCount);
  label.bad = bad;
  label.probability = number % 3 == 0 ? 1 : .1;
  label.least_probability = .1;
  return label;
}

/// What users of the server below must show.
constexpr const char* kPassword = "pa55 w@rd/%";

/// A database of its own on a running server, with users `guarded`, who needs a password, and
/// `encrypted`, who needs TLS as well.
struct PostgresLabels : testing::Test {
  void SetUp() override {
    if (const auto why = PostgresServer::missing()) GTEST_SKIP() << *why;
    server = &PostgresServer::shared();
    database = server->new_database();
    server->run("postgres", std::string("DO $$ BEGIN CREATE ROLE guarded LOGIN PASSWORD '") +
                                kPassword + "'; CREATE ROLE encrypted LOGIN PASSWORD '" +
                                kPassword + "'; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    server->run(database, "GRANT CREATE ON SCHEMA public TO guarded, encrypted");
  }
  std::string url(const std::string& user = "postgres") const {
    return server->url(database, user);
  }
  std::unique_ptr<store::LabelStore> open() const {
    auto labels = store::open_postgres_labels(url(), {}, {});
    EXPECT_TRUE(labels) << labels.error().message;
    return labels ? std::move(*labels) : nullptr;
  }
  /// What opening says; nothing when it succeeds.
  static Error failure_of(const std::string& url, const std::string& password = {},
                          const store::PostgresTimeouts& timeouts = {}) {
    auto labels = store::open_postgres_labels(url, Secret(password), timeouts);
    return labels ? Error(ErrorKind::Internal, Source::Self, "") : labels.error();
  }
  static std::vector<std::string> exchanges(store::LabelStore& store, std::int64_t& after) {
    std::vector<std::string> seen;
    const auto read = store.read(
        after, [&](std::int64_t, const quality::Label& label) { seen.push_back(label.exchange); },
        [](const std::string& damage) { ADD_FAILURE() << damage; });
    EXPECT_TRUE(read) << read.error().message;
    after = read.value_or(after);
    return seen;
  }

  PostgresServer* server = nullptr;
  std::string database;
};

}  // namespace rlm::test
