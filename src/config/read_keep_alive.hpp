#pragma once
// What a cascade says about keeping its sessions' prompt caches alive.

#include "config/table_reader.hpp"
#include "exchange/keep_alive_policy.hpp"

namespace rlm::config {

/// Reads the table `keep_alive` of a [[cascade]].
exchange::KeepAlivePolicy read_keep_alive(TableReader& in, Mistakes& mistakes);

}  // namespace rlm::config
