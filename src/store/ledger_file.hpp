#pragma once
// The one SQLite file that holds exchanges, labels and what classes have earned.

#include <string>

#include "store/sqlite.hpp"

namespace rlm::store {

/// A connection of its own to the ledger at `path` (":memory:" for tests), in WAL mode, its schema
/// created or checked. Internal (Source::Self) when the file cannot be opened, is damaged, is no
/// ledger, or belongs to a newer version; it is then left as it was.
Result<DatabasePtr> open_ledger_file(const std::string& path);

}  // namespace rlm::store
