#include "store/ledger_schema.hpp"

namespace rlm::store {
namespace {

constexpr std::int64_t kApplicationId = 0x524c4d4c;  // "RLML"
constexpr std::int64_t kSchemaVersion = 6;

constexpr const char* kSchema = R"sql(
CREATE TABLE exchanges(
  id TEXT PRIMARY KEY NOT NULL,
  started_ms INTEGER NOT NULL,
  session TEXT NOT NULL,
  agent TEXT NOT NULL,
  asked_model TEXT NOT NULL,
  answered_model TEXT NOT NULL,
  cascade TEXT NOT NULL,
  plan TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  status INTEGER NOT NULL,
  error_type TEXT NOT NULL,
  traceparent TEXT NOT NULL,
  streamed INTEGER NOT NULL,
  client_left INTEGER NOT NULL,
  first_byte_ms INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  request_bytes INTEGER NOT NULL,
  response_bytes INTEGER NOT NULL,
  calls TEXT NOT NULL,
  cost_nano INTEGER NOT NULL,
  baseline_nano INTEGER NOT NULL,
  seen_input INTEGER NOT NULL,
  seen_cache_write_5m INTEGER NOT NULL,
  seen_cache_write_1h INTEGER NOT NULL,
  seen_cache_read INTEGER NOT NULL,
  seen_output INTEGER NOT NULL,
  seen_reported INTEGER NOT NULL,
  occasion TEXT NOT NULL,
  follows TEXT NOT NULL,
  sampled_ppm INTEGER NOT NULL,
  judgement TEXT NOT NULL,
  would_cost_nano INTEGER NOT NULL,
  would_baseline_nano INTEGER NOT NULL,
  weighed TEXT NOT NULL,
  kind TEXT NOT NULL,
  class TEXT NOT NULL,
  failed_draft TEXT NOT NULL
) WITHOUT ROWID;
-- One object for each upstream call; the view below shows them as rows. Rows of their own would
-- double what an exchange costs to write.
CREATE VIEW calls AS SELECT
  e.id AS exchange_id, c.key AS number,
  c.value->>'role' AS role, c.value->>'ended' AS ended,
  coalesce(c.value->>'endpoint', '') AS endpoint, coalesce(c.value->>'model', '') AS model,
  coalesce(c.value->>'status', 0) AS status, coalesce(c.value->>'attempt', 0) AS attempt,
  coalesce(c.value->>'error', '') AS error,
  coalesce(c.value->>'input', 0) AS input,
  coalesce(c.value->>'cache_write_5m', 0) AS cache_write_5m,
  coalesce(c.value->>'cache_write_1h', 0) AS cache_write_1h,
  coalesce(c.value->>'cache_read', 0) AS cache_read,
  coalesce(c.value->>'output', 0) AS output, coalesce(c.value->>'reported', 0) AS reported,
  coalesce(c.value->>'price_version', '') AS price_version,
  coalesce(c.value->>'cost_nano', 0) AS cost_nano,
  coalesce(c.value->>'started_ms', 0) AS started_ms,
  coalesce(c.value->>'first_byte_ms', 0) AS first_byte_ms,
  coalesce(c.value->>'duration_ms', 0) AS duration_ms
FROM exchanges e, json_each(e.calls) c;
)sql";

std::string path_of(sqlite3* db) {
  const char* path = sqlite3_db_filename(db, "main");
  return path == nullptr ? "" : path;
}

Result<std::int64_t> count_tables(sqlite3* db) {
  return query_number(db, "SELECT count(*) FROM sqlite_master");
}

Result<void> create(sqlite3* db) {
  if (auto begun = execute(db, "BEGIN IMMEDIATE"); !begun) return begun;
  const auto tables = count_tables(db);
  Result<void> done;
  if (!tables) done = fail(tables.error());
  if (done && *tables == 0) {
    done = execute(db, kSchema);
    if (done) done = execute(db, "PRAGMA application_id=" + std::to_string(kApplicationId));
    if (done) done = execute(db, "PRAGMA user_version=" + std::to_string(kSchemaVersion));
  }
  if (done) done = execute(db, "COMMIT");
  if (!done) static_cast<void>(execute(db, "ROLLBACK"));
  return done;
}

Result<void> check(sqlite3* db) {
  const auto refuse = [&](const std::string& what) {
    return fail(ErrorKind::Internal, Source::Self, "ledger " + path_of(db) + ": " + what);
  };
  const auto id = query_number(db, "PRAGMA application_id");
  const auto version = query_number(db, "PRAGMA user_version");
  if (!id || !version) return fail(!id ? id.error() : version.error());
  if (*id != kApplicationId) return refuse("a database of another program; choose another path");
  if (*version > kSchemaVersion)
    return refuse("written by a newer version of this program (schema " + std::to_string(*version) +
                  ", known here: " + std::to_string(kSchemaVersion) + ")");
  if (*version < kSchemaVersion)
    return refuse("written before the first release (schema " + std::to_string(*version) +
                  "); move it away, or choose another path");
  return {};
}

}  // namespace

Result<void> prepare_schema(sqlite3* db) {
  const auto tables = count_tables(db);
  if (!tables) return fail(tables.error());
  if (*tables == 0)
    if (auto created = create(db); !created) return created;
  return check(db);
}

}  // namespace rlm::store
