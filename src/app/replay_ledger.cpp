#include "app/replay_ledger.hpp"

#include <cstdio>
#include <filesystem>
#include <unordered_map>

#include "app/eval_steps.hpp"
#include "config/load_config.hpp"
#include "lab/ledger_check.hpp"
#include "store/ledger_store.hpp"

namespace rlm::app {
namespace {

/// Prices and multipliers that the ledger is held against.
struct Pricing {
  std::shared_ptr<const money::PriceTable> prices;
  std::unordered_map<std::string, std::int64_t> per_mille_of;
};

Result<Pricing> pricing_of(const ReplayOptions& options) {
  Pricing pricing;
  if (options.config_file.empty()) {
    auto prices = price_table_of(options.price_file);
    if (!prices) return fail(std::move(prices.error()));
    pricing.prices = std::move(*prices);
    return pricing;
  }
  const auto config = config::load_config(options.config_file, config::process_environment());
  if (!config) return fail(config.error());
  pricing.prices = config->prices;
  for (const auto& endpoint : config->table.endpoints)
    pricing.per_mille_of[endpoint.name] = endpoint.price_per_mille;
  return pricing;
}

Result<void> add_all(store::LedgerStore& ledger, lab::LedgerCheck& check) {
  constexpr std::size_t kPage = 1'000;
  std::string before;
  for (;;) {
    const auto records = ledger.recent(kPage, before);
    if (!records) return fail(records.error());
    for (const ExchangeRecord& record : *records) check.add(record);
    if (records->size() < kPage) return {};
    before = records->back().id;
  }
}

}  // namespace

Result<std::shared_ptr<const money::PriceTable>> price_table_of(const std::string& file) {
  if (file.empty()) return std::make_shared<const money::PriceTable>(money::PriceTable::built_in());
  const auto text = read_file(file);
  if (!text) return fail(text.error());
  auto prices = money::PriceTable::parse(*text);
  if (!prices)
    return fail(ErrorKind::BadRequest, Source::Self, file + ": " + prices.error().message);
  return std::make_shared<const money::PriceTable>(std::move(*prices));
}

int replay_ledger(const ReplayOptions& options) {
  // Opening would make an empty ledger of a file that is not there.
  std::error_code failed;
  if (!std::filesystem::is_regular_file(options.ledger, failed))
    return complain(options.ledger + ": no such file", 2);
  auto pricing = pricing_of(options);
  if (!pricing) return complain(pricing.error().message, 2);
  const auto ledger = store::open_sqlite_ledger(options.ledger);
  if (!ledger) return complain(ledger.error().message, 2);
  money::RateBook rates(pricing->prices, std::move(pricing->per_mille_of));
  lab::LedgerCheck check(rates);
  if (const auto added = add_all(**ledger, check); !added)
    return complain(added.error().message, 2);
  std::fputs(lab::ledger_report(options.ledger, check).c_str(), stdout);
  if (!options.json_file.empty() &&
      !write_file(options.json_file, lab::ledger_report_json(options.ledger, check)))
    return 1;
  return check.difference_count() == 0 ? 0 : 1;
}

}  // namespace rlm::app
