// rlm-cascade: one binary, one command each.

#include <CLI/CLI.hpp>

#include "app/check.hpp"
#include "app/serve.hpp"
#include "app/version.hpp"

int main(int argc, char** argv) {
  CLI::App cli{"rlm-cascade: a response-level cascade proxy for LLM APIs", "rlm-cascade"};
  cli.set_version_flag("--version", std::string("rlm-cascade ") + rlm::kVersion);
  cli.require_subcommand(1);
  cli.footer("Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.");
  int result = 0;

  rlm::app::ServeOptions serve;
  auto* serve_command = cli.add_subcommand("serve", "Run the proxy");
  rlm::app::add_serve_options(*serve_command, serve);
  serve_command->callback([&] { result = rlm::app::serve_command(serve); });

  rlm::app::CheckOptions check;
  auto* check_command = cli.add_subcommand("check", "Check a configuration file and name all its mistakes");
  rlm::app::add_check_options(*check_command, check);
  check_command->callback([&] { result = rlm::app::check_command(check); });

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
