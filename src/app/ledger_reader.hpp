#pragma once
// Reads a whole ledger, for the commands that look back at it.

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/result.hpp"
#include "config/config.hpp"
#include "domain/exchange_record.hpp"
#include "money/price_table.hpp"

namespace rlm::app {

/// Prices and multipliers that a ledger is held against.
struct Pricing {
  std::shared_ptr<const money::PriceTable> prices;
  std::unordered_map<std::string, std::int64_t> per_mille_of;
};

/// Those of a configuration, or, without one, of a price file (empty: the prices compiled in).
/// BadRequest (Source::Self).
Result<Pricing> pricing_of(const std::string& config_file, const std::string& price_file);
Pricing pricing_of(const config::Config& config);

/// So long before now; 0: the beginning of time.
UnixMs days_ago(double days);

/// Gives every exchange that started at `since` or later, the newest first. The file must be there:
/// opening would make an empty ledger of one that is not. BadRequest or Internal (Source::Self).
Result<void> read_ledger(const std::string& path, UnixMs since,
                         const std::function<void(const ExchangeRecord&)>& take);

/// The prices of a file; of an empty name, those compiled in. BadRequest (Source::Self).
Result<std::shared_ptr<const money::PriceTable>> price_table_of(const std::string& file);

}  // namespace rlm::app
