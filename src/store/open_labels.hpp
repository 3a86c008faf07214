#pragma once
// Opens the store that a configuration names.

#include "store/label_store.hpp"
#include "store/postgres_labels.hpp"

namespace rlm::store {

struct LabelPlace {
  /// A postgresql:// URL without its password, or a file: the ledger, or one like it that several
  /// proxies of this machine share. Empty: none.
  std::string where;
  Secret password;
  PostgresTimeouts timeouts;
};

/// Errors as open_sqlite_labels() and open_postgres_labels().
Result<std::unique_ptr<LabelStore>> open_labels(const LabelPlace& place);

}  // namespace rlm::store
