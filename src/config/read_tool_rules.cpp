#include "config/read_tool_rules.hpp"

namespace rlm::config {

draft::ToolRules read_tool_rules(TableReader& cascade, route::RoutePolicy::Preset preset,
                                 Mistakes& mistakes) {
  draft::ToolRules rules;
  // Under `balanced` what each risk may do is earned.
  rules.allows_write = rules.allows_execute = preset == route::RoutePolicy::Preset::MaxSavings ||
                                              preset == route::RoutePolicy::Preset::Balanced;
  const auto* table = cascade.table("tools");
  if (table == nullptr) return rules;
  TableReader in(*table, cascade.path_of("tools"), mistakes);
  std::vector<std::string> allowed;
  in.read("allow", allowed);
  if (!allowed.empty()) rules.allows_write = rules.allows_execute = false;
  for (const std::string& name : allowed) {
    if (name == "write")
      rules.allows_write = true;
    else if (name == "execute")
      rules.allows_execute = true;
    else if (name != "read")
      in.mistake("allow", "\"" + name + "\" found; expected \"read\", \"write\", \"execute\"");
  }
  in.read("read_tools", rules.read_tools);
  in.read("check_count", rules.checks_count);
  auto repeats = static_cast<std::int64_t>(rules.repeats_within);
  in.read("repeats_within", repeats, 0, 1'000);
  rules.repeats_within = static_cast<std::size_t>(repeats);
  in.finish();
  return rules;
}

}  // namespace rlm::config
