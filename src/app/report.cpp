#include "app/report.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "app/eval_steps.hpp"
#include "app/ledger_reader.hpp"
#include "app/shadow_advice.hpp"
#include "config/load_config.hpp"
#include "lab/usage_report.hpp"
#include "lab/usage_timeline.hpp"

namespace rlm::app {
namespace {

constexpr std::size_t kPartsDrawn = 48;

/// The configuration, when one is given.
Result<std::optional<config::Config>> config_of(const ReportOptions& options) {
  if (options.config_file.empty()) return std::optional<config::Config>();
  auto config = config::load_config(options.config_file, config::process_environment());
  if (!config) return fail(config.error());
  return std::optional(std::move(*config));
}

Result<std::string> ledger_of(const ReportOptions& options,
                              const std::optional<config::Config>& config) {
  if (!options.ledger.empty()) return options.ledger;
  if (!config)
    return fail(ErrorKind::BadRequest, Source::Self, "give a ledger, or a configuration with -c");
  if (config->ledger.path.empty())
    return fail(ErrorKind::BadRequest, Source::Self,
                options.config_file + ": ledger.path is not set, so nothing was kept");
  return config->ledger.path;
}

/// Everything that is told, in whatever form.
struct Told {
  lab::UsageFindings findings;
  std::string text;
  lab::UsageTimeline timeline;
};

Told tell(const std::string& path, const lab::UsageReport& report,
          const lab::LedgerHistory& history, const std::optional<config::Config>& config) {
  Told told;
  const quality::TrustRules rules;
  const auto exchanges = history.exchanges();
  told.findings.rules = rules;
  told.findings.classes = lab::evidence_of(exchanges, rules);
  told.timeline = lab::timeline_of(exchanges, kPartsDrawn);
  told.text = lab::usage_report(path, report);
  const std::string bounds = lab::evidence_text(told.findings.classes, rules);
  if (!bounds.empty()) told.text += "\nWhat the verify model said of the drafts\n" + bounds;
  if (config) {
    const ShadowAdvice advice = advise(*config, history, told.findings.classes, rules);
    told.text += advice_text(advice);
    told.findings.presets = advice.presets;
    told.findings.recommended_toml = advice.toml;
  } else if (report.shadow().drawn > 0) {
    told.text += "\nGive the configuration with -c to see what each preset would have saved.\n";
  }
  return told;
}

bool write_all(const ReportOptions& options, const std::string& path,
               const lab::UsageReport& report, const Told& told) {
  bool written = true;
  if (!options.json_file.empty())
    written = write_file(options.json_file, lab::usage_report_json(path, report, told.findings));
  if (!options.csv_file.empty())
    written = write_file(options.csv_file, lab::timeline_csv(told.timeline)) && written;
  if (!options.html_file.empty()) {
    const auto charts =
        lab::usage_charts(told.timeline, told.findings.classes, told.findings.rules.bad_rate_max);
    written = write_file(options.html_file, lab::html_page("Cascade report", charts, told.text)) &&
              written;
  }
  return written;
}

}  // namespace

void add_report_options(CLI::App& command, ReportOptions& options) {
  command.add_option("ledger", options.ledger, "The SQLite file (default: the configuration's)");
  command.add_option("-c,--config", options.config_file, "The configuration that wrote it");
  command.add_option("--prices", options.price_file, "A price file, without a configuration");
  command.add_option("--days", options.days, "Only the last so many days")
      ->check(CLI::PositiveNumber);
  command.add_option("--json", options.json_file, "Write every figure here");
  command.add_option("--csv", options.csv_file, "Write cost, verdicts and latency over time here");
  command.add_option("--html", options.html_file, "Write a page with charts here");
}

int report_command(const ReportOptions& options) {
  const auto config = config_of(options);
  if (!config) return complain(config.error().message, 2);
  const auto path = ledger_of(options, *config);
  if (!path) return complain(path.error().message, 2);
  auto pricing = *config ? Result<Pricing>(pricing_of(**config))
                         : pricing_of(std::string(), options.price_file);
  if (!pricing) return complain(pricing.error().message, 2);
  money::RateBook rates(pricing->prices, std::move(pricing->per_mille_of));
  lab::UsageReport report(rates);
  lab::LedgerHistory history;
  const auto read = read_ledger(*path, days_ago(options.days), [&](const ExchangeRecord& record) {
    report.add(record);
    history.add(record);
  });
  if (!read) return complain(read.error().message, 2);
  const Told told = tell(*path, report, history, *config);
  std::fputs(told.text.c_str(), stdout);
  return write_all(options, *path, report, told) ? 0 : 1;
}

}  // namespace rlm::app
