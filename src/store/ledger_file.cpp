#include "store/ledger_file.hpp"

#include "store/ledger_schema.hpp"

namespace rlm::store {
namespace {

// Of a new file. A row fills a fifth of SQLite's own choice of 4096, so that every fifth one would
// have pages rearranged.
constexpr const char* kPageSize = "PRAGMA page_size=16384";
constexpr int kBusyTimeoutMs = 5'000;  // a report or a backup may hold the file for a moment

}  // namespace

Result<DatabasePtr> open_ledger_file(const std::string& path) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  DatabasePtr db(opened);
  if (code != SQLITE_OK)
    return fail(ErrorKind::Internal, Source::Self,
                "ledger " + path + ": cannot be opened: " + sqlite3_errstr(code));
  sqlite3_extended_result_codes(db.get(), 1);
  sqlite3_busy_timeout(db.get(), kBusyTimeoutMs);
  if (auto set = execute(db.get(), kPageSize); !set) return fail(std::move(set.error()));
  // First of all: a file that is not ours is left as it is.
  if (auto schema = prepare_schema(db.get()); !schema) return fail(std::move(schema.error()));
  // Nothing in here is secret once it is deleted; some builds overwrite what they free all the
  // same.
  for (const char* sql :
       {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA secure_delete=OFF"})
    if (auto set = execute(db.get(), sql); !set) return fail(std::move(set.error()));
  return db;
}

}  // namespace rlm::store
