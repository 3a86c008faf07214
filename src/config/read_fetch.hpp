#pragma once
// The [fetch] table.

#include "config/table_reader.hpp"
#include "fetch/fetch_config.hpp"

namespace rlm::config {

/// Reads what the proxy may fetch for models with fetch_urls = true.
void read_fetch(TableReader& root, fetch::FetchConfig& config, Mistakes& mistakes);

}  // namespace rlm::config
