#include <array>
#include <optional>

#include "store/ledger_schema.hpp"
#include "store/ledger_store.hpp"
#include "store/sqlite.hpp"

namespace rlm::store {
namespace {

constexpr int kBusyTimeoutMs = 5'000;  // a report or a backup may hold the file for a moment

std::string marks(int count) {
  std::string text = "(?";
  for (int i = 1; i < count; ++i) text += ",?";
  return text + ")";
}

template <class Enum, int kCount>
std::optional<Enum> named(std::string_view name) {
  for (int i = 0; i < kCount; ++i)
    if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  return std::nullopt;
}

void bind_usage(Binder& binder, const Usage& usage) {
  for (const Tokens tokens :
       {usage.input, usage.cache_write_5m, usage.cache_write_1h, usage.cache_read, usage.output})
    binder.number(tokens);
  binder.number(usage.reported);
}

Usage read_usage(Columns& columns) {
  Usage usage;
  for (Tokens* tokens : {&usage.input, &usage.cache_write_5m, &usage.cache_write_1h,
                         &usage.cache_read, &usage.output})
    *tokens = columns.number();
  usage.reported = columns.flag();
  return usage;
}

void bind_exchange(Binder binder, const ExchangeRecord& record) {
  binder.text(record.id);
  binder.number(record.started.value);
  for (const std::string_view text :
       {std::string_view(record.session), std::string_view(record.agent),
        std::string_view(record.asked_model), std::string_view(record.answered_model),
        std::string_view(record.cascade), name_of(record.plan), name_of(record.verdict),
        std::string_view(record.reason)})
    binder.text(text);
  binder.number(record.status);
  binder.text(record.error_type);
  binder.text(record.traceparent);
  for (const std::int64_t number :
       {std::int64_t{record.streamed}, std::int64_t{record.client_left}, record.first_byte_ms,
        record.duration_ms, record.request_bytes, record.response_bytes,
        static_cast<std::int64_t>(record.calls.size()), record.cost.value, record.baseline.value})
    binder.number(number);
  bind_usage(binder, record.seen);
}
constexpr int kExchangeColumns = 28;

Result<ExchangeRecord> read_exchange(sqlite3_stmt* row) {
  Columns columns(row);
  ExchangeRecord record;
  record.id = columns.text();
  record.started.value = columns.number();
  for (std::string* text : {&record.session, &record.agent, &record.asked_model,
                            &record.answered_model, &record.cascade})
    *text = columns.text();
  const auto plan = plan_named(columns.text());
  const auto verdict = named<Verdict, kVerdictCount>(columns.text());
  if (!plan || !verdict)
    return fail(ErrorKind::Internal, Source::Self,
                "ledger: unknown plan or verdict in exchange " + record.id);
  record.plan = *plan;
  record.verdict = *verdict;
  record.reason = columns.text();
  record.status = columns.small();
  record.error_type = columns.text();
  record.traceparent = columns.text();
  record.streamed = columns.flag();
  record.client_left = columns.flag();
  record.first_byte_ms = columns.number();
  record.duration_ms = columns.number();
  record.request_bytes = columns.number();
  record.response_bytes = columns.number();
  record.calls.reserve(static_cast<std::size_t>(columns.number()));
  record.cost.value = columns.number();
  record.baseline.value = columns.number();
  record.seen = read_usage(columns);
  return record;
}

void bind_call(Binder binder, const std::string& id, std::int64_t number, const CallRecord& call) {
  binder.text(id);
  binder.number(number);
  for (const std::string_view text :
       {name_of(call.role), name_of(call.end), std::string_view(call.endpoint),
        std::string_view(call.model)})
    binder.text(text);
  binder.number(call.status);
  binder.number(call.attempt);
  binder.text(call.error);
  bind_usage(binder, call.usage);
  binder.text(call.price_version);
  for (const std::int64_t value :
       {call.cost.value, call.started_ms, call.first_byte_ms, call.duration_ms})
    binder.number(value);
}
constexpr int kCallColumns = 20;

Result<CallRecord> read_call(sqlite3_stmt* row) {
  Columns columns(row);
  CallRecord call;
  const std::string id = columns.text();
  columns.number();
  const auto role = named<CallRole, static_cast<int>(CallRole::Count) + 1>(columns.text());
  const auto end = named<CallEnd, static_cast<int>(CallEnd::Failed) + 1>(columns.text());
  if (!role || !end)
    return fail(ErrorKind::Internal, Source::Self,
                "ledger: unknown role or end of a call in exchange " + id);
  call.role = *role;
  call.end = *end;
  call.endpoint = columns.text();
  call.model = columns.text();
  call.status = columns.small();
  call.attempt = columns.small();
  call.error = columns.text();
  call.usage = read_usage(columns);
  call.price_version = columns.text();
  call.cost.value = columns.number();
  call.started_ms = columns.number();
  call.first_byte_ms = columns.number();
  call.duration_ms = columns.number();
  return call;
}

class SqliteLedger final : public LedgerStore {
 public:
  explicit SqliteLedger(DatabasePtr db) : db_(std::move(db)) {}

  Result<void> prepare_all() {
    const std::array<std::pair<StatementPtr*, std::string>, 8> wanted{{
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&rollback_, "ROLLBACK"},
        {&add_exchange_,
         "INSERT INTO exchanges VALUES" + marks(kExchangeColumns) + " ON CONFLICT(id) DO NOTHING"},
        {&add_call_, "INSERT INTO calls VALUES" + marks(kCallColumns)},
        {&totals_,
         "SELECT verdict, count(*), sum(calls), sum(cost_nano), sum(baseline_nano) "
         "FROM exchanges WHERE started_ms >= ? GROUP BY verdict"},
        {&recent_, "SELECT * FROM exchanges WHERE id < ? ORDER BY id DESC LIMIT ?"},
        {&calls_of_, "SELECT * FROM calls WHERE exchange_id = ? ORDER BY number"},
    }};
    for (const auto& [statement, sql] : wanted) {
      auto prepared = prepare(db_.get(), sql);
      if (!prepared) return fail(std::move(prepared.error()));
      *statement = std::move(*prepared);
    }
    return {};
  }

  Result<void> add(const std::vector<ExchangeRecord>& records) override {
    if (auto begun = run(begin_, "begin"); !begun) return begun;
    for (const ExchangeRecord& record : records) {
      if (auto added = add_one(record); !added) {
        // Fails only when SQLite has already rolled back by itself.
        static_cast<void>(run(rollback_, "roll back"));
        return added;
      }
    }
    auto committed = run(commit_, "commit");
    if (!committed) static_cast<void>(run(rollback_, "roll back"));
    return committed;
  }

  Result<LedgerTotals> totals(UnixMs since) override {
    LedgerTotals totals;
    Binder(totals_.get()).number(since.value);
    auto done = each_row(totals_, "sum", [&](sqlite3_stmt* row) -> Result<void> {
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
    auto done = each_row(recent_, "read", [&](sqlite3_stmt* row) -> Result<void> {
      auto record = read_exchange(row);
      if (!record) return fail(std::move(record.error()));
      records.push_back(std::move(*record));
      return read_calls(records.back());
    });
    if (!done) return fail(std::move(done.error()));
    return records;
  }

 private:
  Result<void> run(StatementPtr& statement, std::string_view doing) {
    return each_row(statement, doing, [](sqlite3_stmt*) -> Result<void> { return {}; });
  }

  template <class Visit>
  Result<void> each_row(StatementPtr& statement, std::string_view doing, Visit visit) {
    Result<void> result;
    int code = SQLITE_ROW;
    while (result && (code = sqlite3_step(statement.get())) == SQLITE_ROW)
      result = visit(statement.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE) result = sqlite_failure(db_.get(), doing);
    sqlite3_reset(statement.get());
    sqlite3_clear_bindings(statement.get());
    return result;
  }

  Result<void> add_one(const ExchangeRecord& record) {
    bind_exchange(Binder(add_exchange_.get()), record);
    if (auto added = run(add_exchange_, "add an exchange"); !added) return added;
    if (sqlite3_changes(db_.get()) == 0) return {};
    std::int64_t number = 0;
    for (const CallRecord& call : record.calls) {
      bind_call(Binder(add_call_.get()), record.id, number++, call);
      if (auto added = run(add_call_, "add a call"); !added) return added;
    }
    return {};
  }

  Result<void> read_calls(ExchangeRecord& record) {
    Binder(calls_of_.get()).text(record.id);
    return each_row(calls_of_, "read calls", [&](sqlite3_stmt* row) -> Result<void> {
      auto call = read_call(row);
      if (!call) return fail(std::move(call.error()));
      record.calls.push_back(std::move(*call));
      return {};
    });
  }

  DatabasePtr db_;  // before the statements: they go first
  StatementPtr begin_, commit_, rollback_, add_exchange_, add_call_, totals_, recent_, calls_of_;
};

}  // namespace

Result<std::unique_ptr<LedgerStore>> open_sqlite_ledger(const std::string& path) {
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
  // First of all: a file that is not ours is left as it is.
  if (auto schema = prepare_schema(db.get()); !schema) return fail(std::move(schema.error()));
  for (const char* sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"})
    if (auto set = execute(db.get(), sql); !set) return fail(std::move(set.error()));
  auto ledger = std::make_unique<SqliteLedger>(std::move(db));
  if (auto prepared = ledger->prepare_all(); !prepared) return fail(std::move(prepared.error()));
  return ledger;
}

}  // namespace rlm::store
