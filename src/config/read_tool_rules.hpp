#pragma once
// The table `tools` of a [[cascade]]: which drafted tool calls may be delivered.

#include "config/table_reader.hpp"
#include "draft/tool_risk.hpp"
#include "route/choose_plan.hpp"

namespace rlm::config {

/// Without `allow`, `max_savings` lets calls through that write and execute; every other preset
/// only those that read. Destructive ones never pass.
draft::ToolRules read_tool_rules(TableReader& cascade, route::RoutePolicy::Preset preset,
                                 Mistakes& mistakes);

}  // namespace rlm::config
