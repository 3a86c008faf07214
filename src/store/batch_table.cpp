#include "store/batch_table.hpp"

#include <array>
#include <iterator>
#include <new>

#include "store/record_json.hpp"
#include "store/sqlite.hpp"

namespace rlm::store {
namespace {

/// Gives one column of a record to SQLite. Texts stay while the batch does, but for `json`, which
/// stays until the next row.
struct Out {
  sqlite3_context* to;
  const ExchangeRecord& record;
  std::string& memory;

  void number(std::int64_t value) const { sqlite3_result_int64(to, value); }
  void text(std::string_view value) const {
    sqlite3_result_text64(to, value.data() == nullptr ? "" : value.data(), value.size(),
                          SQLITE_STATIC, SQLITE_UTF8);
  }
  void json() const { text(write_record_json(record, memory)); }
};
using Put = void (*)(const Out&);

// In the order of the table in ledger_schema.cpp.
constexpr Put kColumns[] = {
    [](const Out& out) { out.text(out.record.id); },
    [](const Out& out) { out.number(out.record.started.value); },
    [](const Out& out) { out.text(name_of(out.record.plan)); },
    [](const Out& out) { out.text(name_of(out.record.verdict)); },
    [](const Out& out) { out.number(out.record.cost.value); },
    [](const Out& out) { out.number(out.record.baseline.value); },
    [](const Out& out) { out.json(); },
};

struct Table : sqlite3_vtab {
  Batch* batch = nullptr;
};

struct Cursor : sqlite3_vtab_cursor {
  std::size_t row = 0;
};

Batch& batch_of(sqlite3_vtab_cursor* cursor) {
  return *static_cast<Table*>(cursor->pVtab)->batch;
}

int connect(sqlite3* db, void* batch, int, const char* const*, sqlite3_vtab** made, char**) {
  std::string columns = "CREATE TABLE batch(c0";
  for (std::size_t i = 1; i < std::size(kColumns); ++i) columns += ",c" + std::to_string(i);
  const int code = sqlite3_declare_vtab(db, (columns + ")").c_str());
  if (code != SQLITE_OK) return code;
  auto* table = new (std::nothrow) Table;
  if (table == nullptr) return SQLITE_NOMEM;
  table->batch = static_cast<Batch*>(batch);
  *made = table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab*, sqlite3_index_info*) {
  return SQLITE_OK;  // there is one way: from the first to the last
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** made) {
  *made = new (std::nothrow) Cursor;
  return *made == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
  static_cast<Cursor*>(cursor)->row = 0;
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++static_cast<Cursor*>(cursor)->row;
  return SQLITE_OK;
}

int eof(sqlite3_vtab_cursor* cursor) {
  return static_cast<Cursor*>(cursor)->row >= batch_of(cursor).records.size();
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int number) {
  Batch& batch = batch_of(cursor);
  kColumns[number](Out{context, batch.records[static_cast<Cursor*>(cursor)->row], batch.json});
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(static_cast<Cursor*>(cursor)->row);
  return SQLITE_OK;
}

constexpr sqlite3_module make_module() {
  sqlite3_module module{};
  module.xConnect = connect;  // without xCreate the table is there by its name alone
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = eof;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}
constexpr sqlite3_module kModule = make_module();

}  // namespace

Result<void> add_batch_table(sqlite3* db, Batch& batch) {
  if (sqlite3_create_module(db, "batch", &kModule, &batch) != SQLITE_OK)
    return sqlite_failure(db, "register the batch");
  return {};
}

}  // namespace rlm::store
