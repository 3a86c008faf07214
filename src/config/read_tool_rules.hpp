#pragma once
// The table `tools` of a [[cascade]]: which drafted tool calls may be delivered.

#include "config/table_reader.hpp"
#include "draft/tool_risk.hpp"
#include "route/choose_plan.hpp"

namespace rlm::config {

/// Without `allow`, `max_savings` and `balanced` let calls through that write and execute, the
/// latter where their class is trusted; every other preset only those that read. Destructive ones
/// never pass.
draft::ToolRules read_tool_rules(TableReader& cascade, route::RoutePolicy::Preset preset,
                                 Mistakes& mistakes);

}  // namespace rlm::config
