#pragma once
// rlm-cascade demo: the proxy between a scripted agent and two simulated models, with nothing to
// set up.

#include <string>

namespace CLI {
class App;
}

namespace rlm::app {

struct DemoOptions {
  std::string listen = "127.0.0.1:8787";  // another free port is taken when it is in use
  int sessions = 4;
  /// After the session: how long to keep serving; 0: until Ctrl-C. DEMO_SECONDS overrides.
  int seconds = 0;
  /// 1: latencies as measured on real models; smaller is faster.
  double time_scale = 0.15;
};

void add_demo_options(CLI::App& command, DemoOptions& options);

/// 0, or 1 when a part could not start or the session failed.
int demo_command(const DemoOptions& options);

}  // namespace rlm::app
