#include "app/eval.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "app/eval_bound.hpp"
#include "app/eval_pairs.hpp"
#include "app/eval_repair.hpp"
#include "app/eval_simulated.hpp"
#include "app/eval_steps.hpp"
#include "app/eval_tools.hpp"
#include "lab/paper_report.hpp"

namespace rlm::app {
namespace {

int eval_paper(const EvalOptions& options) {
  const lab::ServiceMix mix = mix_of(options);
  lab::PaperQuestion question;
  question.prices = mix.prices;
  question.skipped = mix.skipped;
  question.accepted = mix.accepted;
  question.enhanced = mix.enhanced;
  question.answer = mix.answer_tokens;
  question.instruction = mix.instruction_tokens;
  std::fputs(lab::paper_report(question).c_str(), stdout);
  if (options.json_file.empty()) return 0;
  return write_file(options.json_file, lab::paper_report_json(question)) ? 0 : 1;
}

lab::Target target_of(const char* name, const std::string& url, const std::string& key_name,
                      const EvalOptions& options) {
  lab::Target target;
  target.name = name;
  target.base_url = url;
  target.model = options.model;
  if (const char* key = std::getenv(key_name.c_str())) target.key = Secret(key);
  return target;
}

Result<lab::AskOptions> ask_options_of(const EvalOptions& options) {
  lab::AskOptions ask_options;
  ask_options.concurrency = static_cast<std::size_t>(options.concurrency);
  ask_options.ca_file = options.ca_file;
  if (options.price_file.empty()) return ask_options;
  auto text = read_file(options.price_file);
  if (!text) return fail(std::move(text.error()));
  auto prices = money::PriceTable::parse(*text);
  if (!prices) return fail(std::move(prices.error()));
  ask_options.prices = std::make_shared<const money::PriceTable>(std::move(*prices));
  return ask_options;
}

Result<void> prepare(lab::EvalRun& run, const EvalOptions& options) {
  run.workload = options.what;
  if (run.workload == "service") {
    const lab::ServiceMix mix = mix_of(options);
    run.tasks = tasks_of(lab::service_workload(mix));
    apply_limit(run, options);
    add_service_note(run, mix);
  } else {
    auto tasks = suite_of(options);
    if (!tasks) return fail(std::move(tasks.error()));
    run.tasks = std::move(*tasks);
    apply_limit(run, options);
  }
  run.notes.push_back(
      "The tasks were asked once each, first all of them direct, then all through the cascade.");
  return {};
}

int eval_real(const EvalOptions& options) {
  if (options.direct_url.empty() || options.cascade_url.empty() || options.model.empty())
    return complain("eval " + options.what +
                        " needs --direct URL, --cascade URL and --model ID, or --simulated",
                    2);
  lab::EvalRun run;
  if (const auto prepared = prepare(run, options); !prepared)
    return complain(prepared.error().message, 2);
  const auto ask_options = ask_options_of(options);
  if (!ask_options) return complain(ask_options.error().message, 2);
  auto direct = ask(target_of("direct", options.direct_url, options.direct_key_env, options),
                    run.tasks, *ask_options);
  if (!direct) return complain(direct.error().message, 2);
  lab::Target proxy = target_of("cascade", options.cascade_url, options.cascade_key_env, options);
  proxy.is_proxy = true;
  auto cascade = ask(proxy, run.tasks, *ask_options);
  if (!cascade) return complain(cascade.error().message, 2);
  run.direct = std::move(*direct);
  run.cascade = std::move(*cascade);
  if (run.workload == "suite") grade(run);
  return finish(run, options);
}

void add_pair_options(CLI::App& command, EvalOptions& options) {
  command.add_option(
      "--pairs", options.pairs_folder,
      "Folder with *.jsonl or .jsonl.zst records of two models' answers (tools: bfcl*)");
  command
      .add_option("--verdict-accuracy", options.verdict_accuracy,
                  "How often a verdict is right (pairs)")
      ->check(CLI::Range(0.5, 1.0))
      ->capture_default_str();
  command
      .add_option(
          "--instruction-tokens", options.instruction_tokens,
          "Of a verdict call, beside prompt and draft (pairs); default: of the text compiled "
          "in that is cheaper for the draft")
      ->check(CLI::Range(0, 10'000));
  command
      .add_option(
          "--calls", options.calls,
          "How drafted tool calls are checked (pairs): verdict: as texts are; own: by the verify "
          "model's own calls, judged for nothing; compared: the judgement is bought")
      ->check(CLI::IsMember({"verdict", "own", "compared"}))
      ->capture_default_str();
}

void add_paper_options(CLI::App& command, EvalOptions& options) {
  command
      .add_option("--mix", options.mix,
                  "Requests that end SKIPPED, ACCEPTED and ENHANCED (service, paper)")
      ->expected(3)
      ->delimiter(',')
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--prompt-tokens", options.prompt_tokens,
                  "Mean prompt of the service workload; 0: as many as give -45.8 %")
      ->check(CLI::Range(0, 100'000));
  command.add_option("--answer-tokens", options.answer_tokens, "Mean answer (service, paper)")
      ->check(CLI::Range(10, 10'000))
      ->capture_default_str();
  const auto price = [&](const char* name, double& into) {
    command.add_option(name, into, "Price in $/MTok of simulated models and of `paper`")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
  };
  price("--draft-in", options.draft_input);
  price("--draft-out", options.draft_output);
  price("--verify-in", options.verify_input);
  price("--verify-out", options.verify_output);
}

}  // namespace

void add_eval_options(CLI::App& command, EvalOptions& options) {
  command
      .add_option(
          "workload", options.what,
          "suite: our code, math and instruction tasks; service: a made-up day with the "
          "paper's mix; paper: its "
          "arithmetic, without a call; repair: what repairing a draft costs against "
          "rewriting it, simulated; tools: what proving tool calls lets through and is "
          "worth, on recorded pairs; bound: how often the quality rule's bound holds and how "
          "soon a drift is noticed, in simulated worlds; pairs: what cascading gives on recorded "
          "pairs of answers")
      ->required()
      ->check(CLI::IsMember({"suite", "service", "paper", "repair", "tools", "bound", "pairs"}));
  command.add_flag("--simulated", options.simulated,
                   "Simulated models with the paper's prices, medians and verdicts");
  command
      .add_option("--time-scale", options.time_scale,
                  "Speed of simulated models: durations are multiplied by this")
      ->check(CLI::Range(0.001, 1.0))
      ->capture_default_str();
  command
      .add_option("--draft-accuracy", options.draft_accuracy,
                  "Share of right answers of the simulated draft where it is skipped (suite)")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command.add_option("--direct", options.direct_url, "Base URL of the verify model's provider");
  command.add_option("--cascade", options.cascade_url, "Base URL of a running rlm-cascade");
  command.add_option("--model", options.model, "Model id that both are asked for");
  command
      .add_option("--direct-key", options.direct_key_env,
                  "Environment variable with the key for --direct")
      ->capture_default_str();
  command
      .add_option("--cascade-key", options.cascade_key_env,
                  "Environment variable with the key for --cascade")
      ->capture_default_str();
  command.add_option("--suite", options.suite_file,
                     "A suite of your own (JSON Lines) instead of the one compiled in");
  command.add_option("--prices", options.price_file, "Price file for the direct calls");
  add_pair_options(command, options);
  command.add_option("--ca-file", options.ca_file, "PEM file of further certificate authorities");
  command.add_option("--json", options.json_file,
                     "Write every figure and every single request here as well");
  command.add_option("--html", options.html_file,
                     "Write the report with charts here as one HTML page (bound, pairs)");
  command.add_option("--concurrency", options.concurrency, "Requests at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command.add_option("--limit", options.limit, "Ask only the first N tasks")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--runs", options.runs, "Lives a simulated world (bound)")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--seed", options.seed, "Of chance (bound, pairs)")->capture_default_str();
  add_paper_options(command, options);
}

int eval_command(const EvalOptions& options) {
  if (options.mix[0] + options.mix[1] + options.mix[2] < 1)
    return complain("--mix: all counts are 0", 2);
  if (options.what == "paper") return eval_paper(options);
  if (options.what == "repair") return eval_repair(options);
  if (options.what == "tools") return eval_tools(options);
  if (options.what == "bound") return eval_bound(options);
  if (options.what == "pairs") return eval_pairs(options);
  return options.simulated ? eval_simulated(options) : eval_real(options);
}

}  // namespace rlm::app
