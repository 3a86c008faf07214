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

/// Runs a statement to its end and makes it ready for the next run, its bindings cleared. `visit`
/// sees each row; its first failure ends the run and is what comes back.
template <class Visit>
Result<void> each_row(sqlite3* db, sqlite3_stmt* statement, std::string_view doing, Visit visit) {
  Result<void> result;
  int code = SQLITE_ROW;
  while (result && (code = sqlite3_step(statement)) == SQLITE_ROW) result = visit(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) result = sqlite_failure(db, doing);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return result;
}

/// Binds values from left to right. Texts must stay until the statement is stepped and reset.
class Binder {
 public:
  explicit Binder(sqlite3_stmt* statement) : statement_(statement) {}
  void number(std::int64_t value) { sqlite3_bind_int64(statement_, ++index_, value); }
  void real(double value) { sqlite3_bind_double(statement_, ++index_, value); }
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
  double real() { return sqlite3_column_double(statement_, index_++); }
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
