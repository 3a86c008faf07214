#pragma once
// The part of `replay` that reads our own ledger.

#include <memory>
#include <string>

#include "app/replay.hpp"
#include "base/result.hpp"
#include "money/price_table.hpp"

namespace rlm::app {

/// See replay_command().
int replay_ledger(const ReplayOptions& options);

/// The prices of a file; of an empty name, those compiled in. BadRequest (Source::Self).
Result<std::shared_ptr<const money::PriceTable>> price_table_of(const std::string& file);

}  // namespace rlm::app
