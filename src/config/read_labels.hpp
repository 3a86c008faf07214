#pragma once
// Where labels are kept: `labels` of the table [ledger].

#include "config/load_config.hpp"
#include "config/table_reader.hpp"
#include "store/open_labels.hpp"

namespace rlm::config {

/// A file's name, or postgresql://user:${NAME}@host/database. The password is taken out of the URL
/// and must be a reference, as every secret.
void read_labels(TableReader& in, store::LabelPlace& place, const Environment& environment);

}  // namespace rlm::config
