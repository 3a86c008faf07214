#pragma once
// rlm-cascade check.

#include <string>

namespace CLI {
class App;
}

namespace rlm::app {

struct CheckOptions {
  std::string config_file;
};

void add_check_options(CLI::App& command, CheckOptions& options);

/// Prints every mistake with its path, or what the file configures. 0, or 2 for mistakes.
int check_command(const CheckOptions& options);

}  // namespace rlm::app
