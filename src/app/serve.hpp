#pragma once
// rlm-cascade serve.

#include <string>

namespace CLI {
class App;
}

namespace rlm::app {

struct ServeOptions {
  std::string config_file;  // empty: defaults from the environment
  std::string listen;       // overrides listen.address
};

void add_serve_options(CLI::App& command, ServeOptions& options);

/// Runs until SIGINT or SIGTERM, then drains. 0, or 1 when it could not start, 2 for a wrong
/// configuration.
int serve_command(const ServeOptions& options);

/// Blocks until SIGINT or SIGTERM arrives, or `seconds` have passed (0: no limit).
void wait_for_signal(int seconds);

}  // namespace rlm::app
