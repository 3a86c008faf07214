#include "account/ledger_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rlm::account {

// A file of its own: SQLite's locks on the database belong to the process and are lost when any
// descriptor of it is closed.
Result<LedgerLock> LedgerLock::take(const std::string& ledger_path) {
  const std::string path = ledger_path + ".lock";
  const auto refuse = [&](const std::string& what) {
    return fail(ErrorKind::Internal, Source::Self, "ledger " + ledger_path + ": " + what);
  };
  LedgerLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.fd_ < 0) return refuse("cannot create " + path + ": " + std::strerror(errno));
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0)
    return refuse("in use by another process; give each its own ledger path");
  return lock;
}

LedgerLock::~LedgerLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace rlm::account
