#pragma once
// SQLite's C interface with owners and Results.

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rlm::store {

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using DatabasePtr = std::unique_ptr<sqlite3, CloseDatabase>;
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// Internal (Source::Self): what failed, SQLite's reason, and for a damaged file what to do about
/// it.
tl::unexpected<Error> sqlite_failure(sqlite3* db, std::string_view doing);

Result<void> execute(sqlite3* db, const std::string& sql);
Result<std::int64_t> query_number(sqlite3* db, const std::string& sql);
Result<StatementPtr> prepare(sqlite3* db, const std::string& sql);

/// Binds values from left to right. Texts must stay until the statement is stepped and reset.
class Binder {
 public:
  explicit Binder(sqlite3_stmt* statement) : statement_(statement) {}
  void number(std::int64_t value) { sqlite3_bind_int64(statement_, ++index_, value); }
  void text(std::string_view value) {
    sqlite3_bind_text64(statement_, ++index_, value.data() == nullptr ? "" : value.data(),
                        value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  void empty_blob() { sqlite3_bind_zeroblob(statement_, ++index_, 0); }

 private:
  sqlite3_stmt* statement_;
  int index_ = 0;
};

/// Reads the columns of the current row from left to right.
class Columns {
 public:
  explicit Columns(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t number() { return sqlite3_column_int64(statement_, index_++); }
  int small() { return static_cast<int>(number()); }
  bool flag() { return number() != 0; }
  std::string text() {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, index_));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, index_++));
    return bytes == nullptr ? std::string() : std::string(bytes, size);
  }

 private:
  sqlite3_stmt* statement_;
  int index_ = 0;
};

}  // namespace rlm::store
