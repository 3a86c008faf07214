#pragma once
// A batch of records as a table that SQLite reads: one statement then adds them all. A statement
// for each record would spend most of its time on binding values and on beginning and ending.

#include <sqlite3.h>

#include <span>
#include <string>

#include "base/result.hpp"
#include "domain/exchange_record.hpp"

namespace rlm::store {

/// The source of the virtual table; must outlive the connection. One thread.
struct Batch {
  std::span<const ExchangeRecord> records;
  std::string json;  // memory of the current row
};

/// Makes `batch` known to `db` as the table-valued name `batch`; its columns are those of
/// `stored_exchanges`, in their order. Internal (Source::Self) when SQLite refuses.
Result<void> add_batch_table(sqlite3* db, Batch& batch);

}  // namespace rlm::store
