#pragma once
// Accounting off the request path: journal on the request's thread, SQLite on the ledger's own.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "domain/exchange_record.hpp"

namespace rlm::account {

struct LedgerConfig {
  /// The SQLite file; its journals stand beside it as <path>.journal.<n>. Empty: nothing is kept.
  std::string path = "rlm-cascade.db";
  /// Size of one thread's journal.
  std::size_t journal_bytes = 16u << 20;
  /// Records written in one transaction.
  std::size_t batch_max = 512;
  /// How long a record may wait in the journal.
  int flush_ms = 50;
};

/// Owns the ledger thread and one journal per producer thread. Construct with open(), which first recovers what an earlier process left in its
/// journals. The destructor writes out everything.
class Ledger {
 public:
  /// `producers`: how many threads will call write(), each with its own index.
  static Result<std::unique_ptr<Ledger>> open(const LedgerConfig& config, int producers);
  ~Ledger();

  /// Makes the record survive the process; a memcpy and no system call. Call before the client's last byte is sent. `producer` < producers.
  /// Thread: only the producer's own.
  void write(int producer, const ExchangeRecord& record);

  /// Called on the ledger thread for each record after it is stored (dashboard, traces). Set before the first write.
  void on_stored(std::function<void(const ExchangeRecord&)> listener);

  /// Blocks until everything written so far is stored. For tests, demo and shutdown.
  void flush();

  std::uint64_t dropped() const;    // journal full
  std::uint64_t stored() const;
  std::uint64_t recovered() const;  // found in journals at start
  const std::string& path() const;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::account
