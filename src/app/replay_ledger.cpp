#include "app/replay_ledger.hpp"

#include <chrono>
#include <cstdio>
#include <optional>

#include "app/eval_steps.hpp"
#include "app/ledger_reader.hpp"
#include "app/tried_config.hpp"
#include "config/load_config.hpp"
#include "lab/ledger_check.hpp"
#include "lab/replay_report.hpp"
#include "lab/what_if_report.hpp"

namespace rlm::app {
namespace {

using lab::NamedWhatIf;

/// The live configuration's own decisions, then those of the others.
Result<std::vector<NamedWhatIf>> what_if(const ReplayOptions& options,
                                         const lab::LedgerHistory& history) {
  std::vector<NamedWhatIf> tried;
  if (options.config_file.empty()) return tried;
  const auto live = config::load_config(options.config_file, config::process_environment());
  if (!live) return fail(live.error());
  tried.push_back({"as it is", try_config(*live, *live, history)});
  for (const std::string& name : options.tries) {
    const auto other = tried_config(name, *live, options.config_file);
    if (!other) return fail(other.error());
    tried.push_back({name, try_config(*live, *other, history)});
  }
  return tried;
}

/// Whether everything was decided as it was, for the same money.
bool is_same(const NamedWhatIf& own, const lab::LedgerCheck& check) {
  return own.result.other_plan == 0 && own.result.told_cost == check.total().cost;
}

}  // namespace

int replay_ledger(const ReplayOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  auto pricing = pricing_of(options.config_file, options.price_file);
  if (!pricing) return complain(pricing.error().message, 2);
  money::RateBook rates(pricing->prices, std::move(pricing->per_mille_of));
  lab::LedgerCheck check(rates);
  lab::LedgerHistory history;
  const bool keeps = !options.config_file.empty();
  const auto added =
      read_ledger(options.ledger, days_ago(options.days), [&](const ExchangeRecord& record) {
        check.add(record);
        if (keeps) history.add(record);
      });
  if (!added) return complain(added.error().message, 2);
  const auto tried = what_if(options, history);
  if (!tried) return complain(tried.error().message, 2);
  std::fputs(lab::ledger_report(options.ledger, check).c_str(), stdout);
  bool same = check.difference_count() == 0;
  if (!tried->empty()) {
    same = same && is_same(tried->front(), check);
    std::printf("\n%s", lab::what_if_report(*tried).c_str());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("\n%s calls read and replayed in %.2f s.\n",
              lab::grouped(check.total().calls).c_str(), took.count());
  if (!options.json_file.empty() &&
      !write_file(options.json_file,
                  lab::ledger_report_json(options.ledger, check, lab::what_if_report_json(*tried))))
    return 1;
  return same ? 0 : 1;
}

}  // namespace rlm::app
