#pragma once
// Another configuration held against what a ledger recorded.

#include <string>

#include "config/config.hpp"
#include "lab/what_if.hpp"

namespace rlm::app {

/// A configuration file, or the name of a preset: `live` with this preset in all its cascades.
/// BadRequest (Source::Self).
Result<config::Config> tried_config(const std::string& name, const config::Config& live,
                                    const std::string& live_file);

/// `live` with one preset in all its cascades, which then serve by it.
config::Config with_preset(const config::Config& live, route::RoutePolicy::Preset preset);

/// What the recorded exchanges come to under `tried`. Classes had earned what the records say where
/// a cascade asks the same of them as in `live`, which wrote them.
lab::WhatIfResult try_config(const config::Config& live, const config::Config& tried,
                             const lab::LedgerHistory& history);

}  // namespace rlm::app
