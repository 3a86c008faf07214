#include "store/postgres_labels.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "store/label_row.hpp"
#include "store/postgres.hpp"

namespace rlm::store {
namespace {

using quality::Label;

constexpr int kVersionMin = 120'000;        // since then numbers are written exactly
constexpr std::int64_t kPageRows = 10'000;  // a page is read within one statement's time

// Numbers are drawn one by one: a sequence that gives each session a stock would not rise.
constexpr const char* kLabelsTable =
    "CREATE TABLE labels("
    "number BIGINT GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY, "
    "time_ms BIGINT NOT NULL, class TEXT NOT NULL, exchange TEXT NOT NULL, source TEXT NOT NULL, "
    "bad INTEGER NOT NULL, probability DOUBLE PRECISION NOT NULL, "
    "least_probability DOUBLE PRECISION NOT NULL, UNIQUE(exchange, source))";
constexpr const char* kStandingsTable =
    "CREATE TABLE standings("
    "class TEXT PRIMARY KEY, upto BIGINT NOT NULL, snapshot TEXT NOT NULL)";

constexpr const char* kAdd =
    "INSERT INTO labels(time_ms, class, exchange, source, bad, probability, least_probability) "
    "SELECT time_ms, class, exchange, source, bad, probability, least_probability "
    "FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::integer[], "
    "$6::double precision[], $7::double precision[]) WITH ORDINALITY "
    "AS new(time_ms, class, exchange, source, bad, probability, least_probability, place) "
    "ORDER BY place ON CONFLICT (exchange, source) DO NOTHING";
constexpr const char* kRead =
    "SELECT number, time_ms, class, exchange, source, bad, probability, least_probability "
    "FROM labels WHERE number > $1::bigint ORDER BY number LIMIT $2::bigint";
constexpr const char* kKeep =
    "INSERT INTO standings(class, upto, snapshot) "
    "SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[]) "
    "ON CONFLICT (class) DO UPDATE SET upto = excluded.upto, snapshot = excluded.snapshot "
    "WHERE excluded.upto >= standings.upto";
constexpr const char* kStandings = "SELECT class, upto, snapshot FROM standings ORDER BY class";
constexpr const char* kForget =
    "DELETE FROM labels USING standings WHERE standings.class = labels.class "
    "AND labels.number <= standings.upto AND labels.time_ms < $1::bigint";

std::string in_words(double value) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

/// An array of PostgreSQL's, written as text.
class Array {
 public:
  void add(std::string_view item) {
    text_ += text_.size() == 1 ? "\"" : ",\"";
    for (const char c : item) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  void add(std::int64_t item) { add(std::to_string(item)); }
  void add(double item) { add(in_words(item)); }
  std::string take() { return std::move(text_ += '}'); }

 private:
  std::string text_ = "{";
};

/// libpq takes values as C strings.
Result<void> without_zero_bytes(const std::vector<Label>& labels) {
  for (const Label& label : labels)
    for (const std::string* text : {&label.class_name, &label.exchange})
      if (text->find('\0') != std::string::npos)
        return fail(ErrorKind::BadRequest, Source::Self,
                    "label of exchange " + label.exchange + ": a zero byte in its " +
                        (text == &label.exchange ? "exchange" : "class"));
  return {};
}

struct Column {
  std::string_view name;
  std::string_view type;
};
constexpr Column kLabelColumns[] = {{"number", "bigint"},
                                    {"time_ms", "bigint"},
                                    {"class", "text"},
                                    {"exchange", "text"},
                                    {"source", "text"},
                                    {"bad", "integer"},
                                    {"probability", "double precision"},
                                    {"least_probability", "double precision"}};
constexpr Column kStandingColumns[] = {{"class", "text"}, {"upto", "bigint"}, {"snapshot", "text"}};

class PostgresLabels final : public LabelStore {
 public:
  PostgresLabels(Postgres database, Milliseconds statement)
      : db_(std::move(database)), begin_(begin_of(statement)) {}

  /// Makes the tables or checks those that are there.
  Result<void> prepare() {
    if (db_.server_version() < kVersionMin) return refuse("its server is older than PostgreSQL 12");
    if (const auto encoding = db_.parameter("server_encoding"); encoding != "UTF8")
      return refuse("its encoding is " + encoding + "; make one with ENCODING 'UTF8'");
    return alone([this]() -> Result<void> {
      if (auto made = table("labels", kLabelsTable, kLabelColumns); !made) return made;
      if (auto made = table("standings", kStandingsTable, kStandingColumns); !made) return made;
      // Without a row: tells of missing privileges and of a missing UNIQUE.
      for (const char* sql :
           {"INSERT INTO labels(time_ms, class, exchange, source, bad, probability, "
            "least_probability) SELECT 0, '', '', '', 0, 0, 0 WHERE false "
            "ON CONFLICT (exchange, source) DO NOTHING",
            "INSERT INTO standings(class, upto, snapshot) SELECT '', 0, '' WHERE false "
            "ON CONFLICT (class) DO UPDATE SET upto = excluded.upto"})
        if (auto tried = db_.run(sql, "use its tables"); !tried)
          return fail(std::move(tried.error()));
      return {};
    });
  }

  Result<void> add(const std::vector<Label>& labels) override {
    if (auto sound = all_sound(labels); !sound) return sound;
    if (auto sound = without_zero_bytes(labels); !sound) return sound;
    if (labels.empty()) return {};
    Array times, classes, exchanges, sources, bads, probabilities, leasts;
    for (const Label& label : labels) {
      times.add(label.time.value);
      classes.add(label.class_name);
      exchanges.add(label.exchange);
      sources.add(name_of(label.source));
      bads.add(std::int64_t{label.bad});
      probabilities.add(label.probability);
      leasts.add(label.least_probability);
    }
    return alone(kAdd, "add labels",
                 {times.take(), classes.take(), exchanges.take(), sources.take(), bads.take(),
                  probabilities.take(), leasts.take()});
  }

  Result<std::int64_t> read(std::int64_t after, const OnLabel& on_label,
                            const OnDamage& on_damage) override {
    for (;;) {
      const auto rows =
          db_.run(kRead, "read labels", {std::to_string(after), std::to_string(kPageRows)});
      if (!rows) return fail(rows.error());
      for (int row = 0; row < rows->size(); ++row) {
        if (!rows->number(row, 0, after)) return refuse("a label without a number");
        read_row(*rows, row, on_label, on_damage);
      }
      if (rows->size() < kPageRows) return after;
    }
  }

  Result<void> keep(const std::vector<ClassStanding>& standings) override {
    if (standings.empty()) return {};
    Array classes, uptos, snapshots;
    for (const ClassStanding& standing : standings) {
      classes.add(standing.class_name);
      uptos.add(standing.upto);
      snapshots.add(standing.snapshot);
    }
    return alone(kKeep, "keep standings", {classes.take(), uptos.take(), snapshots.take()});
  }

  Result<std::vector<ClassStanding>> standings() override {
    const auto rows = db_.run(kStandings, "read standings");
    if (!rows) return fail(rows.error());
    std::vector<ClassStanding> all;
    for (int row = 0; row < rows->size(); ++row) {
      ClassStanding& standing = all.emplace_back();
      standing.class_name = rows->text(row, 0);
      if (!rows->number(row, 1, standing.upto)) return refuse("a standing without a number");
      standing.snapshot = rows->text(row, 2);
    }
    return all;
  }

  Result<std::int64_t> forget(UnixMs time) override {
    const auto rows = db_.run(kForget, "forget labels", {std::to_string(time.value)});
    if (!rows) return fail(rows.error());
    return rows->affected();
  }

 private:
  // A sequence gives its numbers out before the transactions that take them can be seen, and those
  // end in any order: who has read up to number 7 would never come back for a 6 that is committed
  // later. So numbers are drawn under a lock that goes only when they can be seen. It is the
  // transaction's: it works through a pooler that shares sessions, and it goes with a connection
  // that breaks, at the latest when the server notices that nothing comes any more.
  static std::string begin_of(Milliseconds statement) {
    // The server gives up before we do, and waiting before all else, so that its reason is told.
    const auto part = [all = statement.count()](std::int64_t percent) {
      return std::to_string(std::max<std::int64_t>(1, all * percent / 100));
    };
    return "BEGIN; SET LOCAL lock_timeout = " + part(80) +
           "; SET LOCAL statement_timeout = " + part(90) +
           "; SET LOCAL idle_in_transaction_session_timeout = " + part(100) +
           "; SELECT pg_advisory_xact_lock(7498093, 1)";
  }

  /// Does `work` in one transaction while no other process writes.
  template <class Work>
  Result<void> alone(Work work) {
    Result<void> done;
    if (auto begun = db_.run(begin_.c_str(), "begin"); !begun)
      done = fail(std::move(begun.error()));
    if (done) done = work();
    if (done) {
      auto committed = db_.run("COMMIT", "commit");
      if (!committed) done = fail(std::move(committed.error()));
    }
    if (!done && db_.is_open()) static_cast<void>(db_.run("ROLLBACK", "roll back"));
    return done;
  }
  Result<void> alone(const char* sql, const char* doing, std::vector<std::string> values) {
    return alone([&]() -> Result<void> {
      if (auto done = db_.run(sql, doing, values); !done) return fail(std::move(done.error()));
      return {};
    });
  }

  tl::unexpected<Error> refuse(const std::string& why) {
    return fail(ErrorKind::Internal, Source::Self,
                "PostgreSQL " + db_.name() + ": cannot keep labels: " + why);
  }

  template <std::size_t N>
  Result<void> table(const std::string& name, const char* create, const Column (&wanted)[N]) {
    const auto found = db_.run(
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, "
        "attidentity <> '' OR atthasdef FROM pg_attribute "
        "WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
        "look for its tables", {name});
    if (!found) return fail(found.error());
    if (found->size() == 0) {
      auto made = db_.run(create, "make its tables");
      if (!made) return fail(std::move(made.error()));
      return {};
    }
    for (const Column& column : wanted) {
      int row = 0;
      while (row < found->size() && found->text(row, 0) != column.name) ++row;
      std::string type = row < found->size() ? std::string(found->text(row, 1)) : "none";
      if (type == column.type && !found->flag(row, 2)) type += " that may be NULL";
      if (type == column.type && column.name == "number" && !found->flag(row, 3))
        type += " that does not count by itself";
      if (type != column.type)
        return refuse("its table \"" + name + "\" is another program's: column \"" +
                      std::string(column.name) + "\" is " + type + ", expected " +
                      std::string(column.type) +
                      "; name another database, or a schema of its own with "
                      "?options=-csearch_path%3DNAME");
    }
    return {};
  }

  static void read_row(const PostgresRows& rows, int at, const OnLabel& on_label,
                       const OnDamage& on_damage) {
    LabelRow row;
    bool typed = rows.number(at, 0, row.number) && rows.number(at, 1, row.time_ms);
    row.class_name = rows.text(at, 2);
    row.exchange = rows.text(at, 3);
    row.source = rows.text(at, 4);
    typed = typed && rows.number(at, 5, row.bad) && rows.real(at, 6, row.probability) &&
            rows.real(at, 7, row.least_probability);
    Label label;
    const auto why = typed ? read_label(row, label) : std::optional<std::string>("a wrong type");
    if (why)
      on_damage(damage_of(row, *why));
    else
      on_label(row.number, label);
  }

  Postgres db_;
  const std::string begin_;
};

}  // namespace

Result<std::unique_ptr<LabelStore>> open_postgres_labels(const std::string& url,
                                                         const Secret& password,
                                                         const PostgresTimeouts& timeouts) {
  auto parsed = PostgresUrl::parse(url);
  if (!parsed) return fail(std::move(parsed.error()));
  auto connected = Postgres::connect(*parsed, password, timeouts);
  if (!connected) return fail(std::move(connected.error()));
  auto labels = std::make_unique<PostgresLabels>(std::move(*connected), timeouts.statement);
  if (auto prepared = labels->prepare(); !prepared) return fail(std::move(prepared.error()));
  return labels;
}

}  // namespace rlm::store
