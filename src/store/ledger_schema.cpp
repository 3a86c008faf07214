#include "store/ledger_schema.hpp"

namespace rlm::store {
namespace {

constexpr std::int64_t kApplicationId = 0x524c4d4c;  // "RLML"
constexpr std::int64_t kSchemaVersion = 7;

constexpr const char* kSchema = R"sql(
-- What finds an exchange and what is added up most; the rest is one JSON text (record_json.hpp)
-- that leaves out what is empty, 0 or the first of its names. A column for each field, or a row for each call, would double
-- what an exchange costs to write (docs/adr/0004).
CREATE TABLE stored_exchanges(
  id TEXT PRIMARY KEY NOT NULL,
  started_ms INTEGER NOT NULL,
  plan TEXT NOT NULL,
  verdict TEXT NOT NULL,
  cost_nano INTEGER NOT NULL,
  baseline_nano INTEGER NOT NULL,
  record TEXT NOT NULL
) WITHOUT ROWID;
-- For whoever asks in SQL: every field as a column, every upstream call as a row.
CREATE VIEW exchanges AS SELECT
  id, started_ms, coalesce(record->>'session', '') AS session,
  coalesce(record->>'agent', '') AS agent,
  coalesce(record->>'asked_model', '') AS asked_model,
  coalesce(record->>'answered_model', '') AS answered_model,
  coalesce(record->>'cascade', '') AS cascade, plan, verdict,
  coalesce(record->>'reason', '') AS reason, coalesce(record->>'status', 0) AS status,
  coalesce(record->>'error_type', '') AS error_type,
  coalesce(record->>'traceparent', '') AS traceparent,
  coalesce(record->>'streamed', 0) AS streamed,
  coalesce(record->>'client_left', 0) AS client_left,
  coalesce(record->>'first_byte_ms', 0) AS first_byte_ms,
  coalesce(record->>'duration_ms', 0) AS duration_ms,
  coalesce(record->>'request_bytes', 0) AS request_bytes,
  coalesce(record->>'response_bytes', 0) AS response_bytes, record->'calls' AS calls,
  cost_nano, baseline_nano, coalesce(record->>'seen_input', 0) AS seen_input,
  coalesce(record->>'seen_cache_write_5m', 0) AS seen_cache_write_5m,
  coalesce(record->>'seen_cache_write_1h', 0) AS seen_cache_write_1h,
  coalesce(record->>'seen_cache_read', 0) AS seen_cache_read,
  coalesce(record->>'seen_output', 0) AS seen_output,
  coalesce(record->>'seen_reported', 0) AS seen_reported, coalesce(record->>'occasion', 'client') AS occasion,
  coalesce(record->>'follows', '') AS follows,
  coalesce(record->>'sampled_ppm', 0) AS sampled_ppm, coalesce(record->>'judgement', 'none') AS judgement,
  coalesce(record->>'would_cost_nano', 0) AS would_cost_nano,
  coalesce(record->>'would_baseline_nano', 0) AS would_baseline_nano,
  coalesce(record->>'weighed', '') AS weighed, coalesce(record->>'kind', '') AS kind,
  coalesce(record->>'class', '') AS class,
  coalesce(record->>'failed_draft', '') AS failed_draft
FROM stored_exchanges;
CREATE VIEW calls AS SELECT
  e.id AS exchange_id, c.key AS number,
  coalesce(c.value->>'role', 'direct') AS role,
  coalesce(c.value->>'ended', 'complete') AS ended,
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
FROM stored_exchanges e, json_each(e.record, '$.calls') c;
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
