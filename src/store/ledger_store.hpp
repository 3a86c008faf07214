#pragma once
// Where exchanges are kept.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/exchange_record.hpp"

namespace rlm::store {

/// What `report`, the dashboard and the metrics ask of the ledger.
struct LedgerTotals {
  std::int64_t exchanges = 0;  // of clients
  std::int64_t calls = 0;      // with those of work off a client's path, as cost and baseline are
  std::int64_t by_verdict[kVerdictCount] = {};
  NanoUsd cost;
  NanoUsd baseline;
};

/// Blocking; each object is used by one thread at a time.
class LedgerStore {
 public:
  virtual ~LedgerStore() = default;
  /// Adds exchanges in one transaction; one that is already there (same id) is passed over, so
  /// replaying a journal is safe.
  virtual Result<void> add(std::span<const ExchangeRecord> records) = 0;
  Result<void> add(std::initializer_list<ExchangeRecord> records) {
    return add(std::span(records.begin(), records.size()));
  }
  /// Exact sums over the exchanges that started at `since` or later.
  virtual Result<LedgerTotals> totals(UnixMs since) = 0;
  /// The newest first, with their calls. `before_id` empty: from the newest.
  virtual Result<std::vector<ExchangeRecord>> recent(std::size_t limit,
                                                     const std::string& before_id) = 0;
};

/// SQLite in WAL mode at `path` (":memory:" for tests); creates and migrates its schema. Internal
/// (Source::Self) when the file cannot be opened, is damaged, is no ledger, or belongs to a newer
/// version.
Result<std::unique_ptr<LedgerStore>> open_sqlite_ledger(const std::string& path);

}  // namespace rlm::store
