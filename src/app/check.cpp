#include "app/check.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "config/load_config.hpp"

namespace rlm::app {

void add_check_options(CLI::App& command, CheckOptions& options) {
  command.add_option("file,-c,--config", options.config_file, "Configuration file (TOML)")
      ->required();
}

int check_command(const CheckOptions& options) {
  const auto config = config::load_config(options.config_file, config::process_environment());
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().message.c_str());
    return 2;
  }
  std::printf("%s: good\n", options.config_file.c_str());
  std::printf("  listens on %s:%u\n", config->listen.address.c_str(), config->listen.port);
  for (const auto& cascade : config->table.cascades) {
    std::string names;
    for (const auto& glob : cascade.match) names += (names.empty() ? "" : ", ") + glob;
    std::printf("  %s: %s drafted by %s, verified by %s, policy %s\n", cascade.name.c_str(),
                names.c_str(), config->table.endpoints[cascade.draft].name.c_str(),
                config->table.endpoints[cascade.verify].name.c_str(),
                std::string(route::name_of(cascade.policy.preset)).c_str());
  }
  return 0;
}

}  // namespace rlm::app
