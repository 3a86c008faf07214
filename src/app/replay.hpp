#pragma once
// rlm-cascade replay: what any policy would cost on recorded sessions, and whether our own ledger's
// figures can be worked out again.

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace rlm::app {

struct ReplayOptions {
  std::vector<std::string> paths;  // files, or folders with agent-sessions*.jsonl[.gz]
  std::string ledger;              // instead of them: an SQLite ledger
  std::vector<std::string> policies;
  std::vector<double> rejected = {0, 10, 20};  // percent
  std::string source = "claude_code";
  int draws = 16;
  int errors_to_hand_over = 2;
  bool one_hour = false;
  bool keep_alive = false;
  // Prices in $/MTok; negative: not given.
  double verify_input = 5, verify_output = 25;
  double verify_read = -1, verify_write_5m = -1, verify_write_1h = -1;
  double draft_input = 1.74, draft_hit = 0.145, draft_output = 3.48;
  // Models of the price table instead.
  std::string verify_model, draft_model;
  std::string price_file;          // empty: the prices compiled in
  std::string config_file;         // for the ledger: the configuration that wrote it
  double days = 0;                 // … of which only the last so many; 0: everything
  std::vector<std::string> tries;  // … and others: files, or presets for config_file's cascades
  std::string json_file;
};

void add_replay_options(CLI::App& command, ReplayOptions& options);

/// Prints tables to stdout. 0, 1 when the ledger's figures differ or an output could not be
/// written, 2 for wrong options and unusable input.
int replay_command(const ReplayOptions& options);

}  // namespace rlm::app
