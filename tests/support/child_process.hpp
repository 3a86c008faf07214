#pragma once
// The program itself as another process, so that it can be killed and its output read.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace rlm::test {

/// Runs until stopped or destroyed (then killed). Standard output is read by the owner, standard
/// error goes to a file.
class ChildProcess {
 public:
  /// `environment`: "NAME=value"; nothing is inherited. Throws when the program cannot be started.
  ChildProcess(const std::string& program, const std::vector<std::string>& arguments,
               const std::vector<std::string>& environment, const std::string& error_file);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Reads output until it holds `text`; all that was read so far. Throws when the output ends
  /// without it.
  const std::string& read_until(const std::string& text);
  /// Sends the signal and waits for the end: the exit code, or minus the signal.
  int stop(int signal);
  /// Waits for the end.
  int wait();
  const std::string& output() const { return output_; }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string output_;
};

/// The program under test.
std::string cascade_binary();

/// `rlm-cascade serve -c <config>`, once it listens.
class ServeProcess {
 public:
  ServeProcess(const std::string& config_file, const std::string& error_file,
               std::vector<std::string> environment = {});
  std::uint16_t port() const { return port_; }
  ChildProcess& process() { return process_; }

 private:
  ChildProcess process_;
  std::uint16_t port_ = 0;
};

}  // namespace rlm::test
