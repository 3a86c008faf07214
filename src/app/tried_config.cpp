#include "app/tried_config.hpp"

#include <filesystem>

#include "app/ledger_reader.hpp"
#include "config/load_config.hpp"

namespace rlm::app {
namespace {

/// Whether every cascade trusts its classes by the same rules.
bool trusts_alike(const config::Config& a, const config::Config& b) {
  const auto& these = a.table.cascades;
  const auto& those = b.table.cascades;
  if (these.size() != those.size()) return false;
  for (std::size_t i = 0; i < these.size(); ++i)
    if (these[i].policy.preset != those[i].policy.preset ||
        these[i].policy.quality.start != those[i].policy.quality.start)
      return false;
  return true;
}

}  // namespace

config::Config with_preset(const config::Config& live, route::RoutePolicy::Preset preset) {
  config::Config config = live;
  for (exchange::Cascade& cascade : config.table.cascades) {
    cascade.shadow.serves_all = false;
    route::RoutePolicy& policy = cascade.policy;
    if (policy.preset == preset) continue;
    policy.preset = preset;
    policy.quality = route::quality_of(preset, policy.quality);
  }
  return config;
}

Result<config::Config> tried_config(const std::string& name, const config::Config& live,
                                    const std::string& live_file) {
  if (const auto preset = route::preset_named(name)) return with_preset(live, *preset);
  std::error_code failed;
  if (!std::filesystem::is_regular_file(name, failed))
    return fail(ErrorKind::BadRequest, Source::Self,
                name + ": neither a preset, for the cascades of " + live_file + ", nor a file");
  return config::load_config(name, config::process_environment());
}

lab::WhatIfResult try_config(const config::Config& live, const config::Config& tried,
                             const lab::LedgerHistory& history) {
  Pricing pricing = pricing_of(tried);
  money::RateBook rates(pricing.prices, std::move(pricing.per_mille_of));
  const auto trust = trusts_alike(live, tried) ? lab::RecordedChooser::TrustBy::Record
                                               : lab::RecordedChooser::TrustBy::Rules;
  lab::WhatIf what_if(tried.table, rates, trust);
  for (const lab::RecordedExchange& exchange : history.exchanges()) what_if.add(exchange);
  for (const ExchangeRecord* aside : history.orphans()) what_if.add_orphan(*aside);
  return what_if.result();
}

}  // namespace rlm::app
