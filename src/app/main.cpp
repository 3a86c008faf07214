// rlm-cascade: one binary, one command each.

#include <CLI/CLI.hpp>

#include "app/check.hpp"
#include "app/demo.hpp"
#include "app/eval.hpp"
#include "app/explain.hpp"
#include "app/replay.hpp"
#include "app/report.hpp"
#include "app/serve.hpp"
#include "app/simulate.hpp"
#include "app/version.hpp"

namespace {

// A command with its options; `run` gives the exit code.
template <class Options>
void add_command(CLI::App& cli, int& result, const char* name, const char* description,
                 void (*add_options)(CLI::App&, Options&), int (*run)(const Options&)) {
  auto options = std::make_shared<Options>();
  auto* command = cli.add_subcommand(name, description);
  add_options(*command, *options);
  command->callback([options, run, &result] { result = run(*options); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli{"rlm-cascade: a response-level cascade proxy for LLM APIs", "rlm-cascade"};
  cli.set_version_flag("--version", std::string("rlm-cascade ") + rlm::kVersion);
  cli.require_subcommand(1);
  cli.footer("Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.");
  int result = 0;

  using namespace rlm::app;
  add_command(cli, result, "serve", "Run the proxy", add_serve_options, serve_command);
  add_command(cli, result, "demo",
              "Play an agent's session through the proxy, with simulated models", add_demo_options,
              demo_command);
  add_command(cli, result, "simulate", "Run one simulated model", add_simulate_options,
              simulate_command);
  add_command(cli, result, "check", "Check a configuration file and name all its mistakes",
              add_check_options, check_command);
  add_command(cli, result, "explain", "Show what the proxy would do with a request, and why",
              add_explain_options, explain_command);
  add_command(cli, result, "eval", "Compare the cascade with the verify model alone",
              add_eval_options, eval_command);
  add_command(cli, result, "replay",
              "Price policies on recorded session shapes, or work a ledger out again",
              add_replay_options, replay_command);
  add_command(cli, result, "report", "Tell what a ledger says of the last days, and what to change",
              add_report_options, report_command);

  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rlm-cascade: %s\n", error.what());
    return 1;
  }
  return result;
}
