#pragma once
// What an earlier process left behind.

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "store/ledger_store.hpp"

namespace rlm::account {

struct Recovery {
  std::uint64_t records = 0;  // found, whether or not the store had them already
  std::uint64_t damaged = 0;  // frames that could not be read, and torn ends
};

/// The journal of a producer: "<ledger path>.journal.<n>".
std::string journal_path(const std::string& ledger_path, int producer);

/// Stores what the journals beside `ledger_path` hold, in transactions of `batch_max` records, and
/// removes those files. Internal (Source::Self) when one is in use, is no journal, or the store
/// refuses; then nothing is lost.
Result<Recovery> recover_journals(store::LedgerStore& store, const std::string& ledger_path,
                                  std::size_t batch_max);

}  // namespace rlm::account
