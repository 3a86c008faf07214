#pragma once
// Labels and standings in a PostgreSQL database, which several machines share.

#include <memory>
#include <string>

#include "base/secret.hpp"
#include "base/units.hpp"
#include "store/label_store.hpp"

namespace rlm::store {

struct PostgresTimeouts {
  /// For each host; connect_timeout in the URL goes before it.
  Milliseconds connect{5'000};
  /// For each statement, waiting for other processes included.
  Milliseconds statement{5'000};
};

/// One connection to the tables `labels` and `standings` (docs/quality.md) of the database at
/// `url`, a postgresql:// URL without its password; made where they are missing. Whoever adds
/// holds a lock of the database's until its labels can be seen, so that no number becomes visible
/// behind a higher one. BadRequest (Source::Self) for a URL that cannot be read, Internal for
/// tables that are another program's, which are left as they are; else as Postgres.
Result<std::unique_ptr<LabelStore>> open_postgres_labels(const std::string& url,
                                                         const Secret& password,
                                                         const PostgresTimeouts& timeouts = {});

}  // namespace rlm::store
