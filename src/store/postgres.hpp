#pragma once
// libpq's C interface with owners, Results and deadlines: no call waits longer than its timeout.

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "store/postgres_labels.hpp"
#include "store/postgres_url.hpp"

namespace rlm::store {

struct FinishConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};

/// What a statement brought.
class PostgresRows {
 public:
  explicit PostgresRows(PGresult* result) : result_(result) {}
  int size() const { return PQntuples(result_.get()); }
  std::string_view text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }
  bool flag(int row, int column) const { return text(row, column) == "t"; }
  /// False when the column holds no such number.
  bool number(int row, int column, std::int64_t& into) const;
  bool real(int row, int column, double& into) const;
  /// Rows that were added, changed or removed.
  std::int64_t affected() const;

 private:
  std::unique_ptr<PGresult, ClearResult> result_;
};

/// One connection. Not thread-safe. Errors name the database and what was being done:
/// Unreachable and Timeout for what may pass (the network, a server that starts, ends, is full or
/// is a standby), Unauthorized for a refused user or password, Forbidden for a missing privilege,
/// BadRequest for values that the database cannot hold, Internal for all else; Source::Self.
class Postgres {
 public:
  /// Tries the hosts in turn, each for `timeouts.connect` or as long as the URL says.
  static Result<Postgres> connect(const PostgresUrl& url, const Secret& password,
                                  const PostgresTimeouts& timeouts);

  /// Runs one statement with these values for $1, $2, …, or, without any, several that are set
  /// apart by semicolons; what the last one brought. Behind a Timeout the connection is closed.
  Result<PostgresRows> run(const char* sql, std::string_view doing,
                           const std::vector<std::string>& values = {});

  const std::string& name() const { return name_; }
  bool is_open() const { return connection_ != nullptr; }
  std::string parameter(const char* name) const;
  int server_version() const { return PQserverVersion(connection_.get()); }

 private:
  using ConnectionPtr = std::unique_ptr<PGconn, FinishConnection>;
  using Instant = std::chrono::steady_clock::time_point;

  Postgres(ConnectionPtr connection, std::string name, Milliseconds statement)
      : connection_(std::move(connection)), name_(std::move(name)), statement_(statement) {}

  static Result<ConnectionPtr> connect_to(const std::vector<PostgresUrl::Option>& host,
                                          const Secret& password, Milliseconds timeout,
                                          const std::string& name);
  /// False when the deadline has passed first.
  bool send_all(Instant deadline);
  bool read_all(Instant deadline);
  tl::unexpected<Error> broken(std::string_view doing);

  ConnectionPtr connection_;  // null: closed after a failure
  std::string name_;
  Milliseconds statement_;
};

}  // namespace rlm::store
