#include "tests/support/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "tests/support/scene.hpp"

namespace rlm::test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> with_defaults(std::vector<std::string> environment) {
  for (const auto& [name, value] : test_environment()) environment.push_back(name + "=" + value);
  // The program forbids being traced, which the leak checker cannot do without.
  environment.emplace_back("ASAN_OPTIONS=detect_leaks=0");
  return environment;
}

}  // namespace

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment,
                           const std::string& error_file) {
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment;
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_file.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
  const auto argv = pointers(words);
  const auto envp = pointers(variables);
  const int failed =
      ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), envp.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  out_ = pipe[0];
  if (failed != 0) throw std::runtime_error("cannot start " + program);
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) stop(SIGKILL);
  ::close(out_);
}

const std::string& ChildProcess::read_until(const std::string& text) {
  while (output_.find(text) == std::string::npos) {
    std::array<char, 4096> bytes;
    const ssize_t got = ::read(out_, bytes.data(), bytes.size());
    if (got <= 0) throw std::runtime_error("the output ended without \"" + text + "\": " + output_);
    output_.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return output_;
}

int ChildProcess::stop(int signal) {
  ::kill(pid_, signal);
  return wait();
}

int ChildProcess::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string cascade_binary() {
  return RLM_CASCADE_BINARY;
}

ServeProcess::ServeProcess(const std::string& config_file, const std::string& error_file,
                           std::vector<std::string> environment)
    : process_(cascade_binary(), {"serve", "-c", config_file},
               with_defaults(std::move(environment)), error_file) {
  const std::string mark = "listens on http://127.0.0.1:";
  const std::string& output = process_.read_until("use it");
  port_ = static_cast<std::uint16_t>(std::stoi(output.substr(output.find(mark) + mark.size())));
}

}  // namespace rlm::test
