#pragma once
// What a cascade says about the presets that go by expected cost.

#include "config/table_reader.hpp"
#include "route/choose_plan.hpp"

namespace rlm::config {

/// Reads `latency_p95_ms` and the table `trust` of a [[cascade]] whose preset is known; what they
/// leave out stays as the preset has it.
void read_cost_policy(TableReader& in, route::RoutePolicy& policy, Mistakes& mistakes);

}  // namespace rlm::config
