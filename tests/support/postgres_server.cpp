#include "tests/support/postgres_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace rlm::test {
namespace {

namespace fs = std::filesystem;

// Debian keeps the programs of each version apart, and off the PATH.
std::string programs() {
  std::error_code none;
  int newest = 0;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none))
    if (fs::exists(entry.path() / "bin/postgres") && fs::exists(entry.path() / "bin/initdb"))
      newest = std::max(newest, std::atoi(entry.path().filename().c_str()));
  return newest == 0 ? "" : "/usr/lib/postgresql/" + std::to_string(newest) + "/bin/";
}

/// Whom the server runs as; nobody else than us unless we are root, which it refuses.
const passwd* other_user() {
  if (::geteuid() != 0) return nullptr;
  for (const char* name : {"postgres", "nobody"})
    if (const auto* found = ::getpwnam(name)) return found;
  throw std::runtime_error("no user to run PostgreSQL as");
}

void give_to_server(const std::string& path) {
  if (const auto* user = other_user())
    if (::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("cannot chown " + path);
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

// Users of these names must show a password; all others are believed.
constexpr const char* kWhoMayConnect =
    "hostssl   all encrypted 127.0.0.1/32 scram-sha-256\n"
    "hostnossl all encrypted 127.0.0.1/32 reject\n"
    "host      all guarded   127.0.0.1/32 scram-sha-256\n"
    "host      all all       127.0.0.1/32 trust\n"
    "local     all all                    trust\n";

}  // namespace

std::optional<std::string> PostgresServer::missing() {
  if (!programs().empty()) return std::nullopt;
  return "no PostgreSQL server is installed; run scripts/install_deps.sh test";
}

PostgresServer& PostgresServer::shared() {
  static const auto server = std::make_unique<PostgresServer>();
  if (server->frozen_) server->thaw();
  if (!server->is_running()) server->start();
  return *server;
}

PostgresServer::PostgresServer() {
  if (const auto why = missing()) throw std::runtime_error(*why);
  give_to_server(folder_.path());
  const int quiet = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const pid_t pid = spawn({programs() + "initdb", "--no-sync", "--auth=trust", "-U", "postgres",
                           "-E", "UTF8", "--locale=C", "-D", folder_.file("data")},
                          quiet);
  ::close(quiet);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (status != 0) throw std::runtime_error("initdb failed in " + folder_.path());
  std::ofstream(folder_.file("data/pg_hba.conf")) << kWhoMayConnect;
  port_ = free_port();
}

PostgresServer::~PostgresServer() {
  if (is_running()) stop();
}

pid_t PostgresServer::spawn(const std::vector<std::string>& command, int output) const {
  // Without its parent it ends as well.
  std::vector<std::string> words{"setpriv", "--pdeathsig=KILL"};
  if (const auto* user = other_user()) {
    words.push_back("--reuid=" + std::to_string(user->pw_uid));
    words.push_back("--regid=" + std::to_string(user->pw_gid));
    words.emplace_back("--clear-groups");
  }
  words.insert(words.end(), command.begin(), command.end());
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::array<std::string, 3> variables{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC"};
  std::array<char*, 4> environment{variables[0].data(), variables[1].data(), variables[2].data(),
                                   nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  pid_t pid = -1;
  const int failed =
      ::posix_spawnp(&pid, "setpriv", &actions, nullptr, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + command[0]);
  return pid;
}

void PostgresServer::start(const std::vector<std::string>& settings) {
  if (!settings.empty()) settings_ = settings;
  std::vector<std::string> words{programs() + "postgres", "-D", folder_.file("data")};
  for (const std::string& setting :
       {std::string("listen_addresses=127.0.0.1"), "port=" + std::to_string(port_),
        "unix_socket_directories=" + folder_.path(), std::string("fsync=off"),
        std::string("shared_buffers=16MB"), std::string("max_connections=40"),
        std::string("log_checkpoints=off")}) {
    words.emplace_back("-c");
    words.push_back(setting);
  }
  for (const auto& setting : settings_) {
    words.emplace_back("-c");
    words.push_back(setting);
  }
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  // What it says later is read by nobody: once the pipe is full, it is lost and nothing waits. A
  // thread that reads would be in the way of tests that fork.
  ::fcntl(pipe[1], F_SETFL, O_NONBLOCK);
  pid_ = spawn(words, pipe[1]);
  ::close(pipe[1]);
  output_ = pipe[0];
  std::string said;
  while (said.find("ready to accept connections") == std::string::npos)
    if (!read_more(said)) {
      ::waitpid(pid_, nullptr, 0);
      pid_ = -1;
      ::close(output_);
      throw std::runtime_error("PostgreSQL does not start: " + said);
    }
}

bool PostgresServer::read_more(std::string& said) const {
  std::array<char, 4096> bytes;
  const ssize_t got = ::read(output_, bytes.data(), bytes.size());
  if (got > 0) said.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0;
}

std::vector<pid_t> PostgresServer::processes() const {
  std::vector<pid_t> all{pid_};
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    std::string stat;
    std::getline(std::ifstream(entry.path() / "stat"), stat);
    const auto end_of_name = stat.rfind(") ");
    if (end_of_name != std::string::npos && std::atoi(stat.c_str() + end_of_name + 4) == pid_)
      all.push_back(pid);
  }
  return all;
}

void PostgresServer::freeze() {
  // The first one last of all could start others meanwhile; it is the first of the list.
  for (const pid_t pid : processes()) ::kill(pid, SIGSTOP);
  frozen_ = true;
}

void PostgresServer::thaw() {
  for (const pid_t pid : processes()) ::kill(pid, SIGCONT);
  frozen_ = false;
}

void PostgresServer::stop() {
  if (frozen_) thaw();
  ::kill(pid_, SIGQUIT);
  ::waitpid(pid_, nullptr, 0);
  std::string ignored;
  while (read_more(ignored)) {  // until the last of its processes has ended
  }
  ::close(output_);
  pid_ = -1;
}

std::string PostgresServer::url(const std::string& database, const std::string& user) const {
  return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string PostgresServer::new_database(const std::string& how) {
  const std::string name = "made" + std::to_string(++made_);
  run("postgres", "CREATE DATABASE " + name + " TEMPLATE template0 " + how);
  return name;
}

std::vector<std::string> PostgresServer::run(const std::string& database,
                                             const std::string& sql) const {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url(database).c_str()),
                                                                &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()),
                                                             &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
  std::vector<std::string> rows;
  for (int row = 0; row < PQntuples(result.get()); ++row)
    rows.emplace_back(PQgetvalue(result.get(), row, 0));
  return rows;
}

std::string PostgresServer::copy_for_server(const std::string& file) const {
  const std::string copy = folder_.file(fs::path(file).filename().string());
  fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
  fs::permissions(copy, fs::perms::owner_read);
  give_to_server(copy);
  return copy;
}

}  // namespace rlm::test
