#include "store/sqlite.hpp"

namespace rlm::store {

tl::unexpected<Error> sqlite_failure(sqlite3* db, std::string_view doing) {
  const int code = sqlite3_errcode(db) & 0xff;
  std::string message = "ledger ";
  if (const char* path = sqlite3_db_filename(db, "main"); path != nullptr) message += path;
  message += ": cannot " + std::string(doing) + ": " + sqlite3_errmsg(db);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    message += "; move the file away or restore it from a copy";
  return fail(ErrorKind::Internal, Source::Self, std::move(message));
}

Result<void> execute(sqlite3* db, const std::string& sql) {
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return sqlite_failure(db, "run " + sql.substr(0, sql.find_first_of("(\n")));
  return {};
}

Result<StatementPtr> prepare(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
      SQLITE_OK)
    return sqlite_failure(db, "prepare " + sql.substr(0, sql.find('(')));
  return StatementPtr(statement);
}

Result<std::int64_t> query_number(sqlite3* db, const std::string& sql) {
  auto statement = prepare(db, sql);
  if (!statement) return fail(std::move(statement.error()));
  if (sqlite3_step(statement->get()) != SQLITE_ROW) return sqlite_failure(db, "read " + sql);
  return sqlite3_column_int64(statement->get(), 0);
}

}  // namespace rlm::store
