#include "app/ledger_reader.hpp"

#include <filesystem>

#include "app/eval_steps.hpp"
#include "base/clock.hpp"
#include "config/load_config.hpp"
#include "store/ledger_store.hpp"

namespace rlm::app {

Pricing pricing_of(const config::Config& config) {
  Pricing pricing;
  pricing.prices = config.prices;
  for (const auto& endpoint : config.table.endpoints)
    pricing.per_mille_of[endpoint.name] = endpoint.price_per_mille;
  return pricing;
}

Result<Pricing> pricing_of(const std::string& config_file, const std::string& price_file) {
  if (!config_file.empty()) {
    const auto config = config::load_config(config_file, config::process_environment());
    if (!config) return fail(config.error());
    return pricing_of(*config);
  }
  auto prices = price_table_of(price_file);
  if (!prices) return fail(std::move(prices.error()));
  return Pricing{std::move(*prices), {}};
}

UnixMs days_ago(double days) {
  if (days <= 0) return UnixMs{0};
  return UnixMs{system_clock().unix_ms().value - static_cast<std::int64_t>(days * 86'400'000)};
}

Result<void> read_ledger(const std::string& path, UnixMs since,
                         const std::function<void(const ExchangeRecord&)>& take) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed))
    return fail(ErrorKind::BadRequest, Source::Self, path + ": no such file");
  const auto ledger = store::open_sqlite_ledger(path);
  if (!ledger) return fail(ledger.error());
  constexpr std::size_t kPage = 1'000;
  std::string before;
  for (;;) {
    const auto records = (*ledger)->recent(kPage, before);
    if (!records) return fail(records.error());
    for (const ExchangeRecord& record : *records) {
      if (record.started.value < since.value) return {};
      take(record);
    }
    if (records->size() < kPage) return {};
    before = records->back().id;
  }
}

Result<std::shared_ptr<const money::PriceTable>> price_table_of(const std::string& file) {
  if (file.empty()) return std::make_shared<const money::PriceTable>(money::PriceTable::built_in());
  const auto text = read_file(file);
  if (!text) return fail(text.error());
  auto prices = money::PriceTable::parse(*text);
  if (!prices)
    return fail(ErrorKind::BadRequest, Source::Self, file + ": " + prices.error().message);
  return std::make_shared<const money::PriceTable>(std::move(*prices));
}

}  // namespace rlm::app
