#include "lab/sandbox.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "lab/sandbox_child.hpp"

namespace rlm::lab {

namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

// The kernel's limit for one argument is 128 KiB.
constexpr std::size_t kProgramBytesMax = 120u << 10;

/// A new directory that only the program's user can enter; removed at the end.
class WorkingDirectory {
 public:
  explicit WorkingDirectory(bool for_nobody) {
    std::error_code ignored;
    std::string pattern = (fs::temp_directory_path(ignored) / "rlm-eval-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) return;
    path_ = pattern;
    // Where root has no other user to become, it may not give the directory away either.
    [[maybe_unused]] const int given = for_nobody ? chown(path_.c_str(), 65534, 65534) : 0;
  }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;
  ~WorkingDirectory() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

std::string find_python() {
  for (const char* path : {"/usr/bin/python3", "/usr/local/bin/python3", "/bin/python3"})
    if (access(path, X_OK) == 0) return path;
  return {};
}

SandboxRun not_started(std::string why) {
  return {SandboxRun::End::NotStarted, 0, std::move(why)};
}

/// Reads what is there. False once the other side has closed.
bool drain(int fd, std::string& output, std::size_t bytes_max) {
  char bytes[4096];
  for (;;) {
    const ssize_t got = read(fd, bytes, sizeof bytes);
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    const std::size_t room = bytes_max + 1 - std::min(bytes_max + 1, output.size());
    output.append(bytes, std::min(room, static_cast<std::size_t>(got)));
    if (output.size() > bytes_max) return true;
  }
}

/// Watches the child until it ends or breaks a limit; afterwards it is dead and reaped.
SandboxRun watch(pid_t child, int output_fd, const SandboxLimits& limits) {
  SandboxRun run;
  const auto give_up = steady_clock::now() + limits.wall;
  int status = 0;
  bool ended = false;
  bool flood = false;
  bool open = true;
  while (!ended && !flood && steady_clock::now() < give_up) {
    // A program may close its output and go on, so its end is looked for apart from the pipe's.
    pollfd wanted{open ? output_fd : -1, POLLIN, 0};
    poll(&wanted, 1, 10);
    ended = waitpid(child, &status, WNOHANG) == child;
    if (open) open = drain(output_fd, run.output, limits.output_bytes);
    flood = run.output.size() > limits.output_bytes;
  }
  kill(-child, SIGKILL);
  if (!ended) {
    kill(child, SIGKILL);  // when it has not yet made its own group
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  }
  if (flood) run.output.resize(limits.output_bytes);
  if (flood) {
    run.end = SandboxRun::End::OutputFlood;
  } else if (!ended) {
    run.end = SandboxRun::End::TimedOut;
  } else if (WIFSIGNALED(status)) {
    run.end = SandboxRun::End::Signalled;
    run.code = WTERMSIG(status);
  } else {
    run.end = SandboxRun::End::Exited;
    run.code = WEXITSTATUS(status);
  }
  return run;
}

}  // namespace

std::string Isolation::text() const {
  const auto say = [](bool is, const char* what) { return std::string(is ? "" : "NOT ") + what; };
  return say(other_user, "own user") + ", " + say(network, "cut off the network") + ", " +
         say(processes, "no processes") + ", " + say(file_writes, "writes confined");
}

Sandbox::Sandbox(SandboxLimits limits)
    : limits_(limits), python_(find_python()), isolation_(try_out()) {
  if (!isolation_.other_user) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

Isolation Sandbox::try_out() const {
  const WorkingDirectory directory(geteuid() == 0);
  ChildPlan plan;
  plan.directory = directory.path().c_str();
  plan.from_root = geteuid() == 0;
  plan.limits = limits_;
  const pid_t child = directory.path().empty() ? -1 : fork();
  if (child == 0) {
    const int done = confine(plan);
    _exit(done < 0 ? 0 : done);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return {};
  const int bits = WEXITSTATUS(status);
  return {.network = (bits & kConfinedNetwork) != 0,
          .file_writes = (bits & kConfinedWrites) != 0,
          .processes = (bits & kConfinedProcesses) != 0,
          .other_user = (bits & kConfinedUser) != 0};
}

SandboxRun Sandbox::run_python(std::string_view program) const {
  if (python_.empty()) return not_started("python3 is not installed");
  if (program.size() > kProgramBytesMax) return not_started("the program is too long");
  return run({python_, "-I", "-B", "-c", std::string(program)});
}

SandboxRun Sandbox::run(const std::vector<std::string>& arguments) const {
  const bool root = geteuid() == 0;
  const WorkingDirectory directory(root);
  if (directory.path().empty()) return not_started("no temporary directory could be made");
  std::vector<std::string> environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8",
                                          "HOME=" + directory.path(), "TMPDIR=" + directory.path()};
  std::vector<char*> argument_pointers;
  for (const auto& argument : arguments)
    argument_pointers.push_back(const_cast<char*>(argument.c_str()));
  argument_pointers.push_back(nullptr);
  std::vector<char*> environment_pointers;
  for (auto& variable : environment) environment_pointers.push_back(variable.data());
  environment_pointers.push_back(nullptr);

  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return not_started("no pipe could be made");
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  fcntl(reading.get(), F_SETFL, O_NONBLOCK);
  const Descriptor null_input(open("/dev/null", O_RDONLY | O_CLOEXEC));

  const ChildPlan plan{.program = arguments[0].c_str(),
                       .arguments = argument_pointers.data(),
                       .environment = environment_pointers.data(),
                       .directory = directory.path().c_str(),
                       .output = writing.get(),
                       .null_input = null_input.get(),
                       .from_root = root,
                       .limits = limits_};
  const pid_t child = fork();
  if (child < 0) return not_started("no process could be started");
  if (child == 0) become(plan);
  writing.reset();
  SandboxRun run = watch(child, reading.get(), limits_);
  if (run.end == SandboxRun::End::Exited && (run.code == 126 || run.code == 127))
    return not_started("the program could not be started in the sandbox");
  return run;
}

}  // namespace rlm::lab
