#pragma once
// rlm-cascade report: what a ledger says of the last days, and what to change.

#include <string>

namespace CLI {
class App;
}

namespace rlm::app {

struct ReportOptions {
  std::string ledger;       // empty: the configuration's
  std::string config_file;  // prices and endpoints that wrote it
  std::string price_file;   // without a configuration; empty: the prices compiled in
  double days = 0;          // before now; 0: everything
  std::string json_file;
  std::string csv_file;
  std::string html_file;
};

void add_report_options(CLI::App& command, ReportOptions& options);

/// Prints to stdout. 0; 1 when an output could not be written, 2 for wrong options and unusable
/// input.
int report_command(const ReportOptions& options);

}  // namespace rlm::app
