#pragma once
// A cascade's preset, and what it says about being tried beside the verify model.

#include "config/table_reader.hpp"
#include "exchange/cascade.hpp"

namespace rlm::config {

/// Reads `policy` and the table `shadow` of a [[cascade]]. The policy `shadow` plans as `balanced`
/// does and serves everything direct.
void read_preset(TableReader& in, exchange::Cascade& cascade, Mistakes& mistakes);

}  // namespace rlm::config
