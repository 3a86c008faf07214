#include <optional>

#include "store/label_row.hpp"
#include "store/label_store.hpp"
#include "store/ledger_file.hpp"

namespace rlm::store {
namespace {

using quality::Label;

// Added to a ledger of any age: no other table knows of them.
constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS labels(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  time_ms INTEGER NOT NULL,
  class TEXT NOT NULL,
  exchange TEXT NOT NULL,
  source TEXT NOT NULL,
  bad INTEGER NOT NULL,
  probability REAL NOT NULL,
  least_probability REAL NOT NULL,
  UNIQUE(exchange, source)
);
CREATE TABLE IF NOT EXISTS standings(
  class TEXT PRIMARY KEY NOT NULL,
  upto INTEGER NOT NULL,
  snapshot TEXT NOT NULL
) WITHOUT ROWID;
)sql";

/// What is wrong with a row's types: SQLite lets a column hold anything.
std::optional<std::string> mistyped(sqlite3_stmt* row) {
  constexpr struct {
    int type;
    const char* name;
  } kColumns[] = {{SQLITE_INTEGER, "number"},    {SQLITE_INTEGER, "time_ms"},
                  {SQLITE_TEXT, "class"},        {SQLITE_TEXT, "exchange"},
                  {SQLITE_TEXT, "source"},       {SQLITE_INTEGER, "bad"},
                  {SQLITE_FLOAT, "probability"}, {SQLITE_FLOAT, "least_probability"}};
  int index = 0;
  for (const auto& column : kColumns)
    if (sqlite3_column_type(row, index++) != column.type)
      return std::string(column.name) + " has the wrong type";
  return std::nullopt;
}

LabelRow row_of(sqlite3_stmt* statement) {
  Columns columns(statement);
  LabelRow row;
  row.number = columns.number();
  row.time_ms = columns.number();
  row.class_name = columns.text();
  row.exchange = columns.text();
  row.source = columns.text();
  row.bad = columns.number();
  row.probability = columns.real();
  row.least_probability = columns.real();
  return row;
}

class SqliteLabels final : public LabelStore {
 public:
  explicit SqliteLabels(DatabasePtr db) : db_(std::move(db)) {}

  Result<void> prepare_all() {
    if (auto made = execute(db_.get(), kTables); !made) return made;
    const std::pair<StatementPtr*, const char*> wanted[] = {
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&rollback_, "ROLLBACK"},
        {&add_,
         "INSERT INTO labels(time_ms, class, exchange, source, bad, probability, "
         "least_probability) VALUES(?,?,?,?,?,?,?) ON CONFLICT(exchange, source) DO NOTHING"},
        {&read_,
         "SELECT number, time_ms, class, exchange, source, bad, probability, least_probability "
         "FROM labels WHERE number > ? ORDER BY number"},
        {&keep_,
         "INSERT INTO standings(class, upto, snapshot) VALUES(?,?,?) ON CONFLICT(class) DO UPDATE "
         "SET upto = excluded.upto, snapshot = excluded.snapshot "
         "WHERE excluded.upto >= standings.upto"},
        {&standings_, "SELECT class, upto, snapshot FROM standings ORDER BY class"},
        {&forget_,
         "DELETE FROM labels WHERE time_ms < ? AND number <= "
         "(SELECT upto FROM standings WHERE standings.class = labels.class)"},
    };
    for (const auto& [statement, sql] : wanted) {
      auto prepared = prepare(db_.get(), sql);
      if (!prepared) return fail(std::move(prepared.error()));
      *statement = std::move(*prepared);
    }
    return {};
  }

  Result<void> add(const std::vector<Label>& labels) override {
    if (auto sound = all_sound(labels); !sound) return sound;
    return all_or_none(labels, "add a label", [this](const Label& label) {
      Binder binder(add_.get());
      binder.number(label.time.value);
      binder.text(label.class_name);
      binder.text(label.exchange);
      binder.text(name_of(label.source));
      binder.number(label.bad ? 1 : 0);
      binder.real(label.probability);
      binder.real(label.least_probability);
      return add_.get();
    });
  }

  Result<std::int64_t> read(std::int64_t after, const OnLabel& on_label,
                            const OnDamage& on_damage) override {
    Binder(read_.get()).number(after);
    std::int64_t number = after;
    auto done = each(read_, "read labels", [&](sqlite3_stmt* statement) -> Result<void> {
      auto why = mistyped(statement);  // before the values: reading one as text changes its type
      const LabelRow row = row_of(statement);
      Label label;
      number = row.number;
      if (!why) why = read_label(row, label);
      if (why)
        on_damage(damage_of(row, *why));
      else
        on_label(number, label);
      return {};
    });
    if (!done) return fail(std::move(done.error()));
    return number;
  }

  Result<void> keep(const std::vector<ClassStanding>& standings) override {
    return all_or_none(standings, "keep a standing", [this](const ClassStanding& standing) {
      Binder binder(keep_.get());
      binder.text(standing.class_name);
      binder.number(standing.upto);
      binder.text(standing.snapshot);
      return keep_.get();
    });
  }

  Result<std::vector<ClassStanding>> standings() override {
    std::vector<ClassStanding> all;
    auto done = each(standings_, "read standings", [&](sqlite3_stmt* row) -> Result<void> {
      Columns columns(row);
      ClassStanding& standing = all.emplace_back();
      standing.class_name = columns.text();
      standing.upto = columns.number();
      standing.snapshot = columns.text();
      return {};
    });
    if (!done) return fail(std::move(done.error()));
    return all;
  }

  Result<std::int64_t> forget(UnixMs time) override {
    Binder(forget_.get()).number(time.value);
    auto done = each(forget_, "forget labels", nothing);
    if (!done) return fail(std::move(done.error()));
    return sqlite3_changes64(db_.get());
  }

 private:
  static Result<void> nothing(sqlite3_stmt*) { return {}; }

  template <class Visit>
  Result<void> each(StatementPtr& statement, std::string_view doing, Visit visit) {
    return each_row(db_.get(), statement.get(), doing, visit);
  }

  /// Runs the statement that `bind` makes ready for each item, in one transaction.
  template <class Item, class Bind>
  Result<void> all_or_none(const std::vector<Item>& items, std::string_view doing, Bind bind) {
    auto done = each(begin_, "begin", nothing);
    if (!done) return done;
    for (std::size_t i = 0; done && i < items.size(); ++i)
      done = each_row(db_.get(), bind(items[i]), doing, nothing);
    if (done) done = each(commit_, "commit", nothing);
    // Fails only when SQLite has already rolled back by itself.
    if (!done) static_cast<void>(each(rollback_, "roll back", nothing));
    return done;
  }

  DatabasePtr db_;  // before the statements: they go first
  StatementPtr begin_, commit_, rollback_, add_, read_, keep_, standings_, forget_;
};

}  // namespace

Result<std::unique_ptr<LabelStore>> open_sqlite_labels(const std::string& path) {
  auto db = open_ledger_file(path);
  if (!db) return fail(std::move(db.error()));
  auto labels = std::make_unique<SqliteLabels>(std::move(*db));
  if (auto prepared = labels->prepare_all(); !prepared) return fail(std::move(prepared.error()));
  return labels;
}

}  // namespace rlm::store
