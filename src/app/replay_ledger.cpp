#include "app/replay_ledger.hpp"

#include <cstdio>

#include "app/eval_steps.hpp"
#include "app/ledger_reader.hpp"
#include "lab/ledger_check.hpp"

namespace rlm::app {

int replay_ledger(const ReplayOptions& options) {
  auto pricing = pricing_of(options.config_file, options.price_file);
  if (!pricing) return complain(pricing.error().message, 2);
  money::RateBook rates(pricing->prices, std::move(pricing->per_mille_of));
  lab::LedgerCheck check(rates);
  const auto added = read_ledger(options.ledger, UnixMs{0},
                                 [&check](const ExchangeRecord& record) { check.add(record); });
  if (!added) return complain(added.error().message, 2);
  std::fputs(lab::ledger_report(options.ledger, check).c_str(), stdout);
  if (!options.json_file.empty() &&
      !write_file(options.json_file, lab::ledger_report_json(options.ledger, check)))
    return 1;
  return check.difference_count() == 0 ? 0 : 1;
}

}  // namespace rlm::app
