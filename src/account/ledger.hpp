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
  /// The SQLite file; its journals stand beside it as <path>.journal.<n>, and <path>.lock, held
  /// while it is written. Empty: nothing is kept.
  std::string path = "rlm-cascade.db";
  /// Size of one thread's journal; a multiple of 4096. One record may take half of it.
  std::size_t journal_bytes = 16u << 20;
  /// Records written in one transaction; at least 1. Their memory is kept, about 1 KB each.
  std::size_t batch_max = 1024;
  /// How long a record may wait in the journal; at least 1.
  int flush_ms = 50;
  /// Pause before a failed transaction is tried again; doubles up to retry_ms_max.
  int retry_ms = 100;
  int retry_ms_max = 5'000;
};

/// Owns the ledger thread and one journal per producer thread. Construct with open(), which first
/// recovers what an earlier process left in its journals. The destructor writes out everything;
/// what the store refuses then stays in the journals for the next open().
class Ledger {
 public:
  /// `producers`: how many threads will call write(), each with its own index; at least 1. Internal
  /// (Source::Self) when the store or a journal cannot be opened, or another process uses them.
  static Result<std::unique_ptr<Ledger>> open(const LedgerConfig& config, int producers);
  ~Ledger();

  /// Makes the record survive the process; a memcpy and no system call. Call before the client's
  /// last byte is sent. `producer` < producers. Thread: only the producer's own.
  void write(int producer, const ExchangeRecord& record);

  /// Called on the ledger thread for each record after it is stored (dashboard, traces); several
  /// may be added. Set before the first write. Recovered records are not told. A listener must not
  /// call flush().
  void on_stored(std::function<void(const ExchangeRecord&)> listener);

  /// Blocks until everything written so far is stored and told to the listeners. False when the
  /// store refused it just now: it stays in the journals and is tried again later. For tests, demo
  /// and shutdown.
  bool flush();

  std::uint64_t dropped() const;    // journal full
  std::uint64_t stored() const;     // by this object, without the recovered ones
  std::uint64_t recovered() const;  // found in journals at start
  std::uint64_t damaged() const;    // frames in journals that could not be read
  const std::string& path() const;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rlm::account
