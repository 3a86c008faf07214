#include <array>
#include <optional>
#include <span>

#include "store/batch_table.hpp"
#include "store/ledger_file.hpp"
#include "store/ledger_store.hpp"
#include "store/record_json.hpp"
#include "store/sqlite.hpp"

namespace rlm::store {
namespace {

template <class Enum, int kCount>
std::optional<Enum> named(std::string_view name) {
  for (int i = 0; i < kCount; ++i)
    if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  return std::nullopt;
}

/// The first column that should hold a number and does not: SQLite lets a column hold anything.
const char* mistyped(sqlite3_stmt* row) {
  for (int i = 0; i < sqlite3_column_count(row); ++i) {
    const std::string_view name = sqlite3_column_name(row, i);
    if (name.ends_with("_ms") || name.ends_with("_nano"))
      if (sqlite3_column_type(row, i) != SQLITE_INTEGER) return sqlite3_column_name(row, i);
  }
  return nullptr;
}

Result<ExchangeRecord> read_exchange(sqlite3_stmt* row, wire::JsonIndex& index) {
  const char* wrong = mistyped(row);  // before the values: reading one may change its type
  Columns columns(row);
  ExchangeRecord record;
  record.id = columns.text();
  if (wrong != nullptr)
    return fail(ErrorKind::Internal, Source::Self,
                "ledger: " + std::string(wrong) + " of exchange " + record.id + " is no number");
  record.started.value = columns.number();
  const auto plan = plan_named(columns.text());
  const auto verdict = named<Verdict, kVerdictCount>(columns.text());
  if (!plan || !verdict)
    return fail(ErrorKind::Internal, Source::Self,
                "ledger: unknown plan or verdict in exchange " + record.id);
  record.plan = *plan;
  record.verdict = *verdict;
  record.cost.value = columns.number();
  record.baseline.value = columns.number();
  if (auto read = read_record_json(columns.text(), index, record); !read)
    return fail(std::move(read.error()));
  return record;
}

class SqliteLedger final : public LedgerStore {
 public:
  explicit SqliteLedger(DatabasePtr db) : db_(std::move(db)) {}

  Result<void> prepare_all() {
    if (auto added = add_batch_table(db_.get(), batch_); !added) return added;
    const std::array<std::pair<StatementPtr*, std::string>, 6> wanted{{
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&rollback_, "ROLLBACK"},
        // OR ROLLBACK, since the batch is the whole transaction: what has to be undone alone is
        // kept in a journal of its own, for which SQLite makes a file each time.
        {&add_,
         "INSERT OR ROLLBACK INTO stored_exchanges SELECT * FROM batch WHERE true "
         "ON CONFLICT(id) DO NOTHING"},
        {&totals_,
         "SELECT verdict, sum(occasion = 'client'), sum(json_array_length(calls)), "
         "sum(cost_nano), sum(baseline_nano) "
         "FROM exchanges WHERE started_ms >= ? GROUP BY verdict"},
        {&recent_, "SELECT * FROM stored_exchanges WHERE id < ? ORDER BY id DESC LIMIT ?"},
    }};
    for (const auto& [statement, sql] : wanted) {
      auto prepared = prepare(db_.get(), sql);
      if (!prepared) return fail(std::move(prepared.error()));
      *statement = std::move(*prepared);
    }
    return {};
  }

  Result<void> add(std::span<const ExchangeRecord> records) override {
    if (auto begun = run(begin_, "begin"); !begun) return begun;
    batch_.records = records;
    auto added = run(add_, "add exchanges");
    batch_.records = {};
    if (!added) {
      // Fails only when SQLite has already rolled back by itself.
      static_cast<void>(run(rollback_, "roll back"));
      return added;
    }
    auto committed = run(commit_, "commit");
    if (!committed) static_cast<void>(run(rollback_, "roll back"));
    return committed;
  }

  Result<LedgerTotals> totals(UnixMs since) override {
    LedgerTotals totals;
    Binder(totals_.get()).number(since.value);
    auto done = each(totals_, "sum", [&](sqlite3_stmt* row) -> Result<void> {
      Columns columns(row);
      const auto verdict = named<Verdict, kVerdictCount>(columns.text());
      const std::int64_t count = columns.number();
      if (verdict) totals.by_verdict[static_cast<int>(*verdict)] = count;
      totals.exchanges += count;
      totals.calls += columns.number();
      totals.cost.value += columns.number();
      totals.baseline.value += columns.number();
      return {};
    });
    if (!done) return fail(std::move(done.error()));
    return totals;
  }

  Result<std::vector<ExchangeRecord>> recent(std::size_t limit,
                                             const std::string& before_id) override {
    std::vector<ExchangeRecord> records;
    Binder binder(recent_.get());
    // Every text sorts before every blob.
    before_id.empty() ? binder.empty_blob() : binder.text(before_id);
    binder.number(static_cast<std::int64_t>(limit));
    auto done = each(recent_, "read", [&](sqlite3_stmt* row) -> Result<void> {
      auto record = read_exchange(row, index_);
      if (!record) return fail(std::move(record.error()));
      records.push_back(std::move(*record));
      return {};
    });
    if (!done) return fail(std::move(done.error()));
    return records;
  }

 private:
  Result<void> run(StatementPtr& statement, std::string_view doing) {
    return each(statement, doing, [](sqlite3_stmt*) -> Result<void> { return {}; });
  }

  template <class Visit>
  Result<void> each(StatementPtr& statement, std::string_view doing, Visit visit) {
    return each_row(db_.get(), statement.get(), doing, visit);
  }

  Batch batch_;     // before the connection, which knows it
  DatabasePtr db_;  // before the statements: they go first
  StatementPtr begin_, commit_, rollback_, add_, totals_, recent_;
  wire::JsonIndex index_;
};

}  // namespace

Result<std::unique_ptr<LedgerStore>> open_sqlite_ledger(const std::string& path) {
  auto db = open_ledger_file(path);
  if (!db) return fail(std::move(db.error()));
  auto ledger = std::make_unique<SqliteLedger>(std::move(*db));
  if (auto prepared = ledger->prepare_all(); !prepared) return fail(std::move(prepared.error()));
  return ledger;
}

}  // namespace rlm::store
