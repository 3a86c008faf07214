#include "app/demo.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/build_app.hpp"
#include "app/demo_agent.hpp"
#include "app/serve.hpp"
#include "app/temporary_folder.hpp"
#include "base/log.hpp"
#include "config/load_config.hpp"
#include "lab/table.hpp"
#include "sim/simulated_model.hpp"

namespace rlm::app {
namespace {

constexpr const char* kModel = "claude-opus-4-8";

struct Stage {
  TemporaryFolder folder;
  std::unique_ptr<sim::SimulatedModel> draft;
  std::unique_ptr<sim::SimulatedModel> verify;
  std::unique_ptr<App> proxy;
};

// Latencies as in the paper's measurements: the draft begins sooner and writes faster.
sim::SimConfig model_of(const char* name, const char* id, double first_ms, double speed,
                        double scale) {
  sim::SimConfig config;
  config.name = name;
  config.models = {id};
  config.first_token_ms = {first_ms * scale, first_ms * 2 * scale};
  config.tokens_per_second = {speed / scale, speed / scale};
  config.output_tokens = {220, 700};
  config.history_bytes_max = 1u << 20;
  return config;
}

Result<void> start_models(Stage& stage, double scale) {
  auto draft = sim::SimulatedModel::start(model_of("draft", "deepseek-v4-pro", 600, 90, scale));
  if (!draft) return fail(std::move(draft.error()));
  stage.draft = std::move(*draft);
  auto script = stage.folder.write("coder.json", demo_coder_script());
  if (!script) return fail(std::move(script.error()));
  auto verify = model_of("verify", kModel, 1200, 60, scale);
  verify.coder_file = *script;
  verify.verdict.accept_unknown = 0.65;
  auto started = sim::SimulatedModel::start(std::move(verify));
  if (!started) return fail(std::move(started.error()));
  stage.verify = std::move(*started);
  return {};
}

std::string config_text(const Stage& stage, const std::string& listen) {
  return "[listen]\naddress = \"" + listen + "\"\n[ledger]\npath = \"" + stage.folder.path() +
         "/ledger.db\"\n" +
         "[log]\nlevel = \"warn\"\n[limits]\ndrain_ms = 1000\n"
         "[models.opus]\nendpoint = \"anthropic\"\nmodel = \"" +
         kModel + "\"\napi_key = \"${SIMULATED}\"\nbase_url = \"" + stage.verify->base_url() +
         "\"\n[models.deepseek]\nendpoint = \"deepseek\"\nmodel = \"deepseek-v4-pro\"\n" +
         "api_key = \"${SIMULATED}\"\nbase_url = \"" + stage.draft->base_url() +
         "\"\n[[cascade]]\nmatch = [\"claude-opus-*\"]\ndraft = \"deepseek\"\nverify = "
         "\"opus\"\npolicy = \"paper\"\n";
}

Result<void> start_proxy(Stage& stage, const std::string& listen) {
  const config::Environment environment = [](std::string_view) {
    return std::optional<std::string>("simulated");
  };
  auto config = config::parse_config(config_text(stage, listen), "demo", environment);
  if (!config) return fail(std::move(config.error()));
  log::configure(config->log_level, config->log_json);
  auto started = App::start(std::move(*config));
  if (!started) return fail(std::move(started.error()));
  stage.proxy = std::move(*started);
  return {};
}

void print_savings(const Stage& stage) {
  stage.proxy->ledger().flush();
  const auto summary = stage.proxy->recent().summary(system_clock().unix_ms());
  lab::Table table({"verdict", "requests", "p50", "p95"});
  for (int i = 0; i < kVerdictCount; ++i) {
    const auto& latency = summary.by_verdict[static_cast<std::size_t>(i)];
    const auto count = summary.totals.by_verdict[static_cast<std::size_t>(i)];
    if (count == 0) continue;
    table.add({std::string(name_of(static_cast<Verdict>(i))), std::to_string(count),
               lab::milliseconds(static_cast<double>(latency.p50)),
               lab::milliseconds(static_cast<double>(latency.p95))});
  }
  std::printf("\n%s\n", table.text().c_str());
  const auto& totals = summary.totals;
  lab::Table money({"", "dollars"});
  money.add({"direct (all to the verify model, its cache warm)",
             lab::dollars(totals.baseline.dollars())});
  money.add({"with the cascade", lab::dollars(totals.cost.dollars())});
  money.add({"saved", lab::dollars(totals.saved().dollars()) + " (" +
                          lab::percent(totals.saved_ratio().value_or(0)) + ")"});
  money.add(
      {"drafts used where one was planned", lab::percent(totals.draft_use_ratio().value_or(0))});
  const double billed = (stage.draft->bill().total + stage.verify->bill().total).dollars();
  money.add({"billed by the two simulated models", lab::dollars(billed)});
  std::printf("%s\n", money.text().c_str());
  std::printf(
      "%s",
      lab::wrapped(
          "Both models are simulated: latencies are scaled, prices are list prices. Requests with "
          "tools go straight to the "
          "verify model (the paper's rule), so the saving comes from the requests without tools.")
          .c_str());
}

Result<void> play(Stage& stage, int sessions) {
  DemoAgent agent(stage.proxy->port(), kModel);
  for (int number = 0; number < sessions; ++number) {
    std::printf("session %d: ", number + 1);
    std::fflush(stdout);
    auto played = agent.play_session(number, [](const std::string& what) {
      std::printf("%s%s", what == "title" ? "" : ", ", what.c_str());
      std::fflush(stdout);
    });
    std::printf("\n");
    if (!played) return played;
    stage.proxy->ledger().flush();
    const auto totals = stage.proxy->recent().summary(system_clock().unix_ms()).totals;
    std::printf("  so far: %lld requests, %s against %s direct, saved %s\n",
                static_cast<long long>(totals.requests),
                lab::dollars(totals.cost.dollars()).c_str(),
                lab::dollars(totals.baseline.dollars()).c_str(),
                lab::percent(totals.saved_ratio().value_or(0)).c_str());
  }
  return {};
}

int failed(const Error& error) {
  std::fprintf(stderr, "demo: %s\n", error.message.c_str());
  return 1;
}

}  // namespace

void add_demo_options(CLI::App& command, DemoOptions& options) {
  command.add_option("--listen", options.listen, "address:port of the proxy")
      ->capture_default_str();
  command.add_option("--sessions", options.sessions, "Agent sessions to play")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      .add_option("--seconds", options.seconds,
                  "Serve this long after the session; 0: until Ctrl-C")
      ->envname("DEMO_SECONDS");
  command
      .add_option("--time-scale", options.time_scale,
                  "1: real models' latencies; smaller is faster")
      ->check(CLI::Range(0.001, 10.0))
      ->capture_default_str();
}

int demo_command(const DemoOptions& options) {
  Stage stage;
  if (auto models = start_models(stage, options.time_scale); !models) return failed(models.error());
  auto proxy = start_proxy(stage, options.listen);
  if (!proxy && proxy.error().kind == ErrorKind::Unreachable)
    proxy = start_proxy(stage, "127.0.0.1:0");
  if (!proxy) return failed(proxy.error());
  const auto port = stage.proxy->port();
  std::printf(
      "rlm-cascade demo: proxy on http://127.0.0.1:%u, dashboard http://127.0.0.1:%u/dashboard\n",
      port, port);
  std::printf("two simulated models behind it: %s (verify), deepseek-v4-pro (draft)\n\n", kModel);
  if (auto played = play(stage, options.sessions); !played) return failed(played.error());
  print_savings(stage);
  std::printf("\nDashboard: http://127.0.0.1:%u/dashboard   (%s)\n", port,
              options.seconds > 0 ? "ends by itself" : "Ctrl-C ends the demo");
  std::fflush(stdout);
  wait_for_signal(options.seconds);
  return 0;
}

}  // namespace rlm::app
