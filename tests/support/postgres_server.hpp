#pragma once
// A real PostgreSQL server in a folder of its own, that can be stopped, frozen and started again.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/temp_folder.hpp"

namespace rlm::test {

/// Listens on 127.0.0.1 and a port of its own, which it keeps when it is started again; as user
/// postgres where the tests run as root. Ends with the object, and with the process. Throws
/// std::runtime_error when something cannot be done.
class PostgresServer {
 public:
  /// Why there can be none here; nothing when there can.
  static std::optional<std::string> missing();
  /// The one that the tests of this program share; it runs and answers.
  static PostgresServer& shared();

  /// Makes its folder. Not yet running.
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Runs, with settings such as "ssl=on", and accepts connections.
  void start(const std::vector<std::string>& settings = {});
  /// Ends all of it at once, as a crash would, and waits for that.
  void stop();
  /// Connections stay, new ones are still taken by the kernel, and nobody answers.
  void freeze();
  void thaw();
  bool is_running() const { return pid_ > 0; }

  std::uint16_t port() const { return port_; }
  /// As superuser, over TCP without TLS, to a database "postgres" or one that was made.
  std::string url(const std::string& database, const std::string& user = "postgres") const;
  /// Makes an empty database; its name.
  std::string new_database(const std::string& how = "");
  /// The first column of the rows that the last statement brings.
  std::vector<std::string> run(const std::string& database, const std::string& sql) const;
  /// A copy of `file` that only the server may read.
  std::string copy_for_server(const std::string& file) const;

 private:
  pid_t spawn(const std::vector<std::string>& words, int output) const;
  /// False at its end.
  bool read_more(std::string& said) const;
  std::vector<pid_t> processes() const;

  TempFolder folder_;
  std::vector<std::string> settings_;
  pid_t pid_ = -1;
  bool frozen_ = false;
  std::uint16_t port_ = 0;
  int made_ = 0;     // databases
  int output_ = -1;  // what the server says
};

}  // namespace rlm::test
