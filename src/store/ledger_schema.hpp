#pragma once
// The ledger's tables, for whoever queries the file by hand as much as for us. Money is in
// nano-dollars.

#include "store/sqlite.hpp"

namespace rlm::store {

/// Brings the file to the schema of this version: creates it in an empty file, refuses a file of a
/// newer version or of another program (Internal, Source::Self).
Result<void> prepare_schema(sqlite3* db);

}  // namespace rlm::store
