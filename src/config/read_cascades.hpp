#pragma once
// The [[cascade]] tables.

#include "config/config.hpp"
#include "config/table_reader.hpp"

namespace rlm::config {

/// Reads every [[cascade]] into config.table.cascades; needs the models and prices to be read
/// before.
void read_cascades(TableReader& root, Config& config, Mistakes& mistakes);

}  // namespace rlm::config
