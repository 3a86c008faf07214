#pragma once
// What the forked child does before it becomes the program. Only system calls: the parent has
// threads, so the child may not allocate or lock.

#include <linux/filter.h>

#include <array>
#include <cstddef>

#include "lab/sandbox.hpp"

namespace rlm::lab {

/// Everything that the child needs, made ready by the parent. Pointers outlive the fork.
struct ChildPlan {
  const char* program = nullptr;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  const char* directory = nullptr;
  int output = -1;  // becomes stdout and stderr; -1: only confine (a probe)
  int null_input = -1;
  bool from_root = false;
  SandboxLimits limits;
};

/// Bits of what confine() achieved.
inline constexpr int kConfinedNetwork = 1;
inline constexpr int kConfinedWrites = 2;
inline constexpr int kConfinedProcesses = 4;
inline constexpr int kConfinedUser = 8;

/// Gives away rights, in the order that keeps each step possible. What the kernel does not permit
/// is left out; the bits tell. -1 when even the working directory or the limits could not be set.
int confine(const ChildPlan& plan);

/// Confines this process and runs the program. Ends by exit status 126 (not confined) or 127 (not
/// run).
[[noreturn]] void become(const ChildPlan& plan);

}  // namespace rlm::lab
