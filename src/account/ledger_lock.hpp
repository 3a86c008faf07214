#pragma once
// One process writes a ledger.

#include <string>
#include <utility>

#include "base/result.hpp"

namespace rlm::account {

/// Holds "<ledger path>.lock" until it is destroyed or the process dies. Readers of the ledger need
/// none.
class LedgerLock {
 public:
  /// Internal (Source::Self) when another process (or object) holds it or the file cannot be made.
  static Result<LedgerLock> take(const std::string& ledger_path);
  LedgerLock(LedgerLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  LedgerLock& operator=(LedgerLock&&) = delete;
  ~LedgerLock();

 private:
  explicit LedgerLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace rlm::account
