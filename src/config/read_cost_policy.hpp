#pragma once
// What a cascade says about the presets that go by expected cost.

#include "config/table_reader.hpp"
#include "exchange/cascade.hpp"

namespace rlm::config {

/// Reads `latency_p95_ms`, `race_share` and the table `trust` of a [[cascade]] whose preset and
/// tool rules are known; what they leave out stays as the preset has it. Trust that is given by
/// hand to calls that write or execute needs `tools.allow` to name them.
void read_cost_policy(TableReader& in, exchange::Cascade& cascade, Mistakes& mistakes);

}  // namespace rlm::config
