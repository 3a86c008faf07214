#pragma once
// Runs code that a model wrote: bounded, without secrets, without network, without other processes.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace rlm::lab {

struct SandboxLimits {
  int cpu_seconds = 5;
  std::size_t memory_bytes = 512u << 20;  // address space
  std::size_t file_bytes = 1u << 20;
  std::size_t output_bytes = 64u << 10;
  Milliseconds wall{10'000};
};

struct SandboxRun {
  enum class End { Exited, Signalled, TimedOut, OutputFlood, NotStarted };
  End end = End::NotStarted;
  int code = 0;        // exit status or signal
  std::string output;  // stdout and stderr together, at most output_bytes; NotStarted: why
};

/// What the kernel and our rights permit on this machine; learned by a trial before anything runs.
struct Isolation {
  bool network = false;      // own network namespace, or sockets refused (seccomp)
  bool file_writes = false;  // writes only below the working directory (Landlock)
  bool processes = false;    // starting or signalling processes is refused (seccomp)
  bool other_user = false;   // another user, or a user namespace of its own

  /// For the report, e.g. "own user, no network, no processes, writes confined", with NOT where it
  /// is not so.
  std::string text() const;
};

/// Thread-safe; each call blocks. The program gets a new empty working directory that is removed
/// afterwards, an environment of PATH, HOME, TMPDIR and LANG alone, an empty stdin, and is killed
/// with its process group at the end. Where neither a user namespace nor another user is to be had,
/// this process is made undumpable, so that the program cannot read its environment.
class Sandbox {
 public:
  explicit Sandbox(SandboxLimits limits = {});

  const Isolation& isolation() const { return isolation_; }
  /// Runs `python3 -I -B -c program`; NotStarted when there is no python3 or the program is longer
  /// than 120 KiB.
  SandboxRun run_python(std::string_view program) const;

 private:
  SandboxRun run(const std::vector<std::string>& arguments) const;
  Isolation try_out() const;

  SandboxLimits limits_;
  std::string python_;  // empty: none found
  Isolation isolation_;
};

}  // namespace rlm::lab
