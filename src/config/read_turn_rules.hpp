#pragma once
// What a cascade says about turns that its draft model drives.

#include "config/table_reader.hpp"
#include "exchange/cascade.hpp"

namespace rlm::config {

/// Reads the table `turn` of a [[cascade]]; what it leaves out stays as it is.
void read_turn_rules(TableReader& in, exchange::Cascade& cascade, Mistakes& mistakes);

}  // namespace rlm::config
