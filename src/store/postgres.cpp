#include "store/postgres.hpp"

#include <poll.h>

#include <algorithm>
#include <charconv>

namespace rlm::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReasonBytesMax = 500;

/// Waits until `socket` is ready; false when the deadline has passed first.
bool wait_ready(int socket, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd entry{socket, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

struct Kind {
  ErrorKind kind;
  const char* advice;
};

// Classes and codes of PostgreSQL's manual, appendix A.
Kind kind_of(std::string_view state) {
  constexpr struct {
    std::string_view begin;
    Kind kind;
  } kKinds[] = {
      {"57014", {ErrorKind::Timeout, ""}},  // statement_timeout
      {"55P03", {ErrorKind::Timeout, ""}},  // lock_timeout
      {"25006",
       {ErrorKind::Unreachable,
        "; it is a standby: name the primary, or several hosts, which are tried in turn"}},
      {"08", {ErrorKind::Unreachable, ""}},
      {"25P03", {ErrorKind::Unreachable, ""}},  // idle for too long in a transaction
      {"40", {ErrorKind::Unreachable, ""}},     // rolled back: a deadlock, a fail-over
      {"53", {ErrorKind::Unreachable, ""}},     // full: connections, memory, disk
      {"57P", {ErrorKind::Unreachable, ""}},    // starts or ends
      {"58", {ErrorKind::Unreachable, ""}},     // its disk fails
      {"28",
       {ErrorKind::Unauthorized, "; check the user and the password's variable in ledger.labels"}},
      {"42501",
       {ErrorKind::Forbidden,
        "; grant the user CREATE on the schema once, or make the tables of docs/quality.md and "
        "grant SELECT, INSERT, UPDATE and DELETE on them"}},
      {"3D000",
       {ErrorKind::Internal, "; make the database first: CREATE DATABASE … ENCODING 'UTF8'"}},
      {"22", {ErrorKind::BadRequest, ""}},
  };
  if (state.empty())  // no word from the server
    return {ErrorKind::Unreachable, "; see that it runs, and that this machine may reach it"};
  for (const auto& known : kKinds)
    if (state.starts_with(known.begin)) return known.kind;
  return {ErrorKind::Internal, ""};
}

tl::unexpected<Error> failure(const std::string& name, std::string_view doing,
                              std::string_view state, std::string_view reason) {
  const Kind kind = kind_of(state);
  return fail(kind.kind, Source::Self,
              "PostgreSQL " + name + ": cannot " + std::string(doing) + ": " +
                  std::string(reason.substr(0, kReasonBytesMax)) + kind.advice);
}

struct ConnectReason {
  std::string state;  // SQLSTATE, where the server said one
  std::string text;
};

// What failed in connecting has no result to ask: the SQLSTATE stands in a verbose message, as in
// "… failed: FATAL:  28P01: password authentication failed …\nLOCATION:  auth_failed, auth.c:338".
ConnectReason reason_of(std::string_view verbose) {
  ConnectReason reason;
  while (!verbose.empty()) {
    std::string line(verbose.substr(0, verbose.find('\n')));
    verbose.remove_prefix(std::min(line.size() + 1, verbose.size()));
    line.erase(0, line.find_first_not_of(" \t"));
    if (line.empty() || line.starts_with("LOCATION:") || line.ends_with('?')) continue;
    constexpr std::size_t kState = 5;
    const auto at = line.find(":  ");
    if (at != std::string::npos && line.size() > at + 3 + kState && line[at + 3 + kState] == ':') {
      reason.state = line.substr(at + 3, kState);
      line.erase(at + 2, kState + 2);
    }
    reason.text += (reason.text.empty() ? "" : "; ") + line;
  }
  if (reason.text.empty()) reason.text = "the connection was closed";
  return reason;
}

template <class Number>
bool read_whole(std::string_view text, Number& into) {
  const char* end = text.data() + text.size();
  const auto [at, failed] = std::from_chars(text.data(), end, into);
  return failed == std::errc() && at == end;
}

std::string first_line(const char* message) {
  const std::string_view text = message;
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

bool PostgresRows::number(int row, int column, std::int64_t& into) const {
  return read_whole(text(row, column), into);
}

bool PostgresRows::real(int row, int column, double& into) const {
  return read_whole(text(row, column), into);
}

std::int64_t PostgresRows::affected() const {
  std::int64_t count = 0;  // it stays 0 for a statement that tells none
  read_whole(std::string_view(PQcmdTuples(result_.get())), count);
  return count;
}

Result<Postgres::ConnectionPtr> Postgres::connect_to(const std::vector<PostgresUrl::Option>& host,
                                                     const Secret& password, Milliseconds timeout,
                                                     const std::string& name) {
  // Later words go before earlier ones: the URL may ask for any server, but not for an encoding.
  std::vector<const char*> keys{"fallback_application_name", "target_session_attrs"};
  std::vector<const char*> values{"rlm-cascade", "read-write"};
  const auto add = [&](const char* key, const char* value) {
    keys.push_back(key);
    values.push_back(value);
  };
  for (const auto& [key, value] : host) add(key.c_str(), value.c_str());
  add("client_encoding", "UTF8");
  // A Secret's text is a whole std::string, and so ends in a zero byte.
  if (!password.empty()) add("password", password.reveal().data());
  add(nullptr, nullptr);

  const auto deadline = Clock::now() + timeout;
  ConnectionPtr connection(PQconnectStartParams(keys.data(), values.data(), 0));
  if (!connection) return failure(name, "connect", "", "out of memory");
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  auto wanted = PGRES_POLLING_WRITING;
  while (PQstatus(connection.get()) != CONNECTION_BAD && wanted != PGRES_POLLING_OK) {
    const short events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_ready(PQsocket(connection.get()), events, deadline))
      return fail(ErrorKind::Timeout, Source::Self,
                  "PostgreSQL " + name + ": cannot connect: no answer within " +
                      std::to_string(timeout.count()) + " ms");
    wanted = PQconnectPoll(connection.get());
    if (wanted == PGRES_POLLING_FAILED) break;
  }
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    const auto reason = reason_of(PQerrorMessage(connection.get()));
    return failure(name, "connect", reason.state, reason.text);
  }
  PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
  PQsetnonblocking(connection.get(), 1);
  // Notices ("relation exists, skipping") are nobody's business.
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return connection;
}

Result<Postgres> Postgres::connect(const PostgresUrl& url, const Secret& password,
                                   const PostgresTimeouts& timeouts) {
  Error failed;
  bool passes = true;  // as far as is known, waiting may help
  for (const auto& host : url.hosts()) {
    auto connected = connect_to(host, password, url.connect_timeout(timeouts.connect), url.name());
    if (connected) return Postgres(std::move(*connected), url.name(), timeouts.statement);
    // What waiting does not mend is named before what it may mend.
    if (passes) failed = std::move(connected.error());
    passes = failed.kind == ErrorKind::Unreachable || failed.kind == ErrorKind::Timeout;
  }
  return fail(std::move(failed));
}

std::string Postgres::parameter(const char* name) const {
  const char* value = PQparameterStatus(connection_.get(), name);
  return value == nullptr ? std::string() : value;
}

bool Postgres::send_all(Instant deadline) {
  for (;;) {
    const int left = PQflush(connection_.get());
    if (left <= 0) return true;  // a failure is told by what is read
    // What arrives meanwhile must be taken, or both sides wait for each other.
    if (!wait_ready(PQsocket(connection_.get()), POLLIN | POLLOUT, deadline)) return false;
    if (PQconsumeInput(connection_.get()) == 0) return true;
  }
}

bool Postgres::read_all(Instant deadline) {
  while (PQisBusy(connection_.get()) != 0) {
    if (!wait_ready(PQsocket(connection_.get()), POLLIN, deadline)) return false;
    if (PQconsumeInput(connection_.get()) == 0) return true;  // told by the result
  }
  return true;
}

tl::unexpected<Error> Postgres::broken(std::string_view doing) {
  const std::string reason = first_line(PQerrorMessage(connection_.get()));
  connection_.reset();
  return failure(name_, doing, "", reason.empty() ? "the connection was closed" : reason);
}

Result<PostgresRows> Postgres::run(const char* sql, std::string_view doing,
                                   const std::vector<std::string>& values) {
  if (!is_open()) return failure(name_, doing, "", "the connection was closed");
  const auto deadline = Clock::now() + statement_;
  std::vector<const char*> texts;
  for (const auto& value : values) texts.push_back(value.c_str());
  const int sent = values.empty()
                       ? PQsendQuery(connection_.get(), sql)
                       : PQsendQueryParams(connection_.get(), sql, static_cast<int>(texts.size()),
                                           nullptr, texts.data(), nullptr, nullptr, 0);
  if (sent == 0) return broken(doing);
  std::unique_ptr<PGresult, ClearResult> last;
  const auto is_good = [&] {
    const auto status = PQresultStatus(last.get());
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
  };
  bool in_time = send_all(deadline);
  while (in_time && (in_time = read_all(deadline))) {
    std::unique_ptr<PGresult, ClearResult> next(PQgetResult(connection_.get()));
    if (!next) break;
    if (!last || is_good()) last = std::move(next);  // the first failure says most
  }
  if (!in_time) {
    connection_.reset();
    return fail(ErrorKind::Timeout, Source::Self,
                "PostgreSQL " + name_ + ": cannot " + std::string(doing) + ": no answer within " +
                    std::to_string(statement_.count()) + " ms");
  }
  if (!last) return broken(doing);
  if (is_good()) return PostgresRows(last.release());
  const char* state = PQresultErrorField(last.get(), PG_DIAG_SQLSTATE);
  const char* primary = PQresultErrorField(last.get(), PG_DIAG_MESSAGE_PRIMARY);
  if (PQstatus(connection_.get()) == CONNECTION_BAD) connection_.reset();
  return failure(name_, doing, state == nullptr ? "" : state,
                 primary == nullptr ? first_line(PQresultErrorMessage(last.get())) : primary);
}

}  // namespace rlm::store
