#include "lab/sandbox_child.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <iterator>

namespace rlm::lab {

namespace {

constexpr unsigned kNobody = 65534;

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned kArchitecture = 0;  // unknown: the filter is left out
#endif

// Starting processes, reaching other ones, and ways around the namespaces. io_uring can open
// sockets.
constexpr unsigned kRefused[] = {
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
#endif
    SYS_socket,
    SYS_io_uring_setup,
    SYS_kill,
    SYS_tkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_pidfd_open,
    SYS_pidfd_send_signal,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_unshare,
    SYS_setns,
    SYS_mount,
    SYS_bpf,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_perf_event_open,
    SYS_userfaultfd};

class Filter {
 public:
  // `self`: the one process that may be signalled by tgkill, which abort() needs.
  explicit Filter(unsigned self) {
    load(offsetof(seccomp_data, arch));
    jump(BPF_JEQ, kArchitecture, 1, 0);
    answer(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    jump(BPF_JGE, 0x40000000, 0, 1);  // the x32 numbers, which would pass by the list
    answer(SECCOMP_RET_ERRNO | EPERM);
#endif
    for (const unsigned number : kRefused) {
      jump(BPF_JEQ, number, 0, 1);
      answer(SECCOMP_RET_ERRNO | EPERM);
    }
    jump(BPF_JEQ, SYS_clone3, 0, 1);
    answer(SECCOMP_RET_ERRNO | ENOSYS);  // its flags cannot be seen; libc then tries clone
    first_argument_decides(SYS_clone, BPF_JSET, CLONE_THREAD);
    first_argument_decides(SYS_tgkill, BPF_JEQ, self);
    answer(SECCOMP_RET_ALLOW);
  }

  bool install() {
    sock_fprog program{static_cast<unsigned short>(size_), code_};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
  }

 private:
  void add(unsigned code, unsigned value, unsigned yes, unsigned no) {
    code_[size_++] = {static_cast<unsigned short>(code), static_cast<unsigned char>(yes),
                      static_cast<unsigned char>(no), value};
  }
  void load(std::size_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset), 0, 0);
  }
  void jump(unsigned how, unsigned value, unsigned yes, unsigned no) {
    add(BPF_JMP | how | BPF_K, value, yes, no);
  }
  void answer(unsigned value) {
    add(BPF_RET | BPF_K, value, 0, 0);
  }
  // Allows the call when its first argument compares true, else refuses it.
  void first_argument_decides(unsigned number, unsigned how, unsigned value) {
    jump(BPF_JEQ, number, 0, 4);
    load(offsetof(seccomp_data, args));
    jump(how, value, 0, 1);
    answer(SECCOMP_RET_ALLOW);
    answer(SECCOMP_RET_ERRNO | EPERM);
  }

  sock_filter code_[128];
  std::size_t size_ = 0;
};

bool limit(int resource, rlim_t soft, rlim_t hard) {
  const rlimit value{soft, hard};
  return setrlimit(static_cast<__rlimit_resource>(resource), &value) == 0;
}

bool set_limits(const SandboxLimits& limits) {
  const auto cpu = static_cast<rlim_t>(limits.cpu_seconds);
  return limit(RLIMIT_CPU, cpu, cpu + 1) && limit(RLIMIT_CORE, 0, 0) &&
         limit(RLIMIT_AS, limits.memory_bytes, limits.memory_bytes) &&
         limit(RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes) &&
         limit(RLIMIT_NOFILE, 64, 64) && limit(RLIMIT_MEMLOCK, 0, 0) && limit(RLIMIT_NPROC, 1, 1);
}

bool confine_writes(const char* directory) {
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  landlock_ruleset_attr rules{};
  rules.handled_access_fs = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                            LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                            LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                            LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                            LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
#ifdef LANDLOCK_ACCESS_FS_TRUNCATE
  if (version >= 3) rules.handled_access_fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
#endif
  const long set = syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
  if (set < 0) return false;
  landlock_path_beneath_attr own{};
  own.allowed_access = rules.handled_access_fs;
  own.parent_fd = open(directory, O_PATH | O_CLOEXEC);
  const bool done = own.parent_fd >= 0 &&
                    syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &own, 0) == 0 &&
                    syscall(SYS_landlock_restrict_self, set, 0) == 0;
  if (own.parent_fd >= 0) close(own.parent_fd);
  close(static_cast<int>(set));
  return done;
}

}  // namespace

int confine(const ChildPlan& plan) {
  int done = 0;
  if (chdir(plan.directory) != 0) return -1;
  constexpr int kOwnSpaces = CLONE_NEWNET | CLONE_NEWIPC;
  bool own_network = false;
  if (plan.from_root) {
    own_network = syscall(SYS_unshare, kOwnSpaces) == 0;
    // Raw calls: the library's versions would signal threads that do not exist in the child.
    if (syscall(SYS_setgroups, 0, nullptr) == 0 &&
        syscall(SYS_setresgid, kNobody, kNobody, kNobody) == 0 &&
        syscall(SYS_setresuid, kNobody, kNobody, kNobody) == 0)
      done |= kConfinedUser;
  }
  // A user namespace also hides the environment of other processes of the same user.
  const bool own_user = syscall(SYS_unshare, CLONE_NEWUSER | (own_network ? 0 : kOwnSpaces)) == 0;
  if (own_user) done |= kConfinedUser;
  // In a container, root may have no other user to become; as root itself nothing is run.
  if (plan.from_root && (done & kConfinedUser) == 0) return -1;
  if (own_network || own_user) done |= kConfinedNetwork;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  if (!set_limits(plan.limits)) return -1;
  if (confine_writes(plan.directory)) done |= kConfinedWrites;
  if (kArchitecture != 0 && Filter(static_cast<unsigned>(getpid())).install())
    done |= kConfinedProcesses | kConfinedNetwork;
  return done;
}

void become(const ChildPlan& plan) {
  setsid();
  if (dup2(plan.null_input, 0) < 0 || dup2(plan.output, 1) < 0 || dup2(plan.output, 2) < 0)
    _exit(126);
  if (syscall(SYS_close_range, 3u, ~0u, 0u) != 0)
    for (int fd = 3; fd < 4096; ++fd) close(fd);
  if (confine(plan) < 0) _exit(126);
  execve(plan.program, plan.arguments, plan.environment);
  _exit(127);
}

}  // namespace rlm::lab
