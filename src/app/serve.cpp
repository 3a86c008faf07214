#include "app/serve.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/build_app.hpp"
#include "base/log.hpp"
#include "config/load_config.hpp"

namespace rlm::app {
namespace {

// Keys are in memory: no core file may hold them. Many streams need many descriptors.
void prepare_process() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
}

Result<config::Config> read_config(const ServeOptions& options) {
  const auto environment = config::process_environment();
  if (!options.config_file.empty()) return config::load_config(options.config_file, environment);
  return config::parse_config(config::default_config_text(environment), "built-in defaults",
                              environment);
}

void announce(const App& app, const config::Config& config) {
  const std::string address = "http://" + config.listen.address + ":" + std::to_string(app.port());
  std::printf("rlm-cascade listens on %s\n", address.c_str());
  std::printf("  dashboard  http://127.0.0.1:%u/dashboard\n", app.admin_port());
  std::printf("  use it     ANTHROPIC_BASE_URL=%s claude\n", address.c_str());
  if (config.table.cascades.empty())
    std::printf(
        "  no cascade is configured: every request goes straight to its model (set "
        "DEEPSEEK_API_KEY or write a configuration)\n");
  std::fflush(stdout);
}

}  // namespace

void add_serve_options(CLI::App& command, ServeOptions& options) {
  command.add_option("--config,-c", options.config_file,
                     "Configuration file (TOML); without it, keys are taken from ANTHROPIC_API_KEY "
                     "and DEEPSEEK_API_KEY");
  command.add_option("--listen", options.listen, "address:port, overriding listen.address");
}

void wait_for_signal(int seconds) {
  net::asio::io_context io(1);
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) io.stop();
  });
  boost::asio::steady_timer timer(io);
  if (seconds > 0) {
    timer.expires_after(std::chrono::seconds(seconds));
    timer.async_wait([&](const boost::system::error_code& error) {
      if (!error) io.stop();
    });
  }
  io.run();
}

int serve_command(const ServeOptions& options) {
  prepare_process();
  auto config = read_config(options);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().message.c_str());
    return 2;
  }
  if (!options.listen.empty()) {
    const auto colon = options.listen.rfind(':');
    if (colon == std::string::npos) {
      std::fprintf(stderr, "--listen: \"%s\" found; expected address:port\n",
                   options.listen.c_str());
      return 2;
    }
    config->listen.address = options.listen.substr(0, colon);
    config->listen.port = static_cast<std::uint16_t>(std::atoi(options.listen.c_str() + colon + 1));
  }
  log::configure(config->log_level, config->log_json);
  const config::Config kept = *config;
  auto app = App::start(std::move(*config));
  if (!app) {
    std::fprintf(stderr, "%s\n", app.error().message.c_str());
    return 1;
  }
  announce(**app, kept);
  wait_for_signal(0);
  std::printf("draining: running answers may take up to %lld s\n",
              static_cast<long long>(kept.drain.count() / 1000));
  std::fflush(stdout);
  return 0;
}

}  // namespace rlm::app
