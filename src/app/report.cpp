#include "app/report.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/eval_steps.hpp"
#include "app/ledger_reader.hpp"
#include "base/clock.hpp"
#include "config/load_config.hpp"
#include "lab/usage_report.hpp"

namespace rlm::app {
namespace {

Result<std::string> ledger_of(const ReportOptions& options) {
  if (!options.ledger.empty()) return options.ledger;
  if (options.config_file.empty())
    return fail(ErrorKind::BadRequest, Source::Self, "give a ledger, or a configuration with -c");
  const auto config = config::load_config(options.config_file, config::process_environment());
  if (!config) return fail(config.error());
  if (config->ledger.path.empty())
    return fail(ErrorKind::BadRequest, Source::Self,
                options.config_file + ": ledger.path is not set, so nothing was kept");
  return config->ledger.path;
}

UnixMs since(double days) {
  if (days <= 0) return UnixMs{0};
  return UnixMs{system_clock().unix_ms().value - static_cast<std::int64_t>(days * 86'400'000)};
}

}  // namespace

void add_report_options(CLI::App& command, ReportOptions& options) {
  command.add_option("ledger", options.ledger, "The SQLite file (default: the configuration's)");
  command.add_option("-c,--config", options.config_file, "The configuration that wrote it");
  command.add_option("--prices", options.price_file, "A price file, without a configuration");
  command.add_option("--days", options.days, "Only the last so many days")
      ->check(CLI::PositiveNumber);
  command.add_option("--json", options.json_file, "Write every figure here");
}

int report_command(const ReportOptions& options) {
  const auto path = ledger_of(options);
  if (!path) return complain(path.error().message, 2);
  auto pricing = pricing_of(options.config_file, options.price_file);
  if (!pricing) return complain(pricing.error().message, 2);
  money::RateBook rates(pricing->prices, std::move(pricing->per_mille_of));
  lab::UsageReport report(rates);
  const auto read = read_ledger(*path, since(options.days),
                                [&report](const ExchangeRecord& record) { report.add(record); });
  if (!read) return complain(read.error().message, 2);
  std::fputs(lab::usage_report(*path, report).c_str(), stdout);
  const bool written = options.json_file.empty() ||
                       write_file(options.json_file, lab::usage_report_json(*path, report));
  return written ? 0 : 1;
}

}  // namespace rlm::app
