#pragma once
// `rlm-cascade simulate`: one simulated model as a process of its own.

#include <string>
#include <vector>

#include "sim/sim_config.hpp"

namespace CLI {
class App;
}

namespace rlm::app {

/// What the command line says; the rest is in `config`. Pairs are written MEDIAN[,P95].
struct SimulateOptions {
  sim::SimConfig config;
  std::string role = "verify";
  std::string provider = "anthropic";
  std::string first_token_ms;
  std::string tokens_per_second;
  std::string output_tokens;
  std::string thinking_tokens;
  double verdict_accept = -1;  // below 0: as the config says
  double verdict_accept_wrong = -1;
  double verdict_edit = -1;
  std::int64_t cache_minimum = -1;
  std::int64_t ping_ms = -1;
  bool lenient = false;
  std::vector<std::string> models;
  std::vector<std::string> faults;
  std::string price_file;
  std::string vertex_key_file;
};

void add_simulate_options(CLI::App& command, SimulateOptions& options);

/// The config that the options ask for. BadRequest (Source::Self) with all mistakes. `prices`
/// receives the price file, which the config borrows.
Result<sim::SimConfig> simulate_config(const SimulateOptions& options, money::PriceTable& prices);

/// Prints the address, serves until SIGINT or SIGTERM, then prints the bill. The process's exit
/// code: 0, or 2 for bad options.
int simulate_command(const SimulateOptions& options);

}  // namespace rlm::app
