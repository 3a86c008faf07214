#include "app/replay.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "app/eval_steps.hpp"
#include "app/ledger_reader.hpp"
#include "app/replay_ledger.hpp"
#include "base/clock.hpp"
#include "lab/gzip_file.hpp"
#include "lab/progress_bar.hpp"
#include "lab/replay_report.hpp"
#include "lab/session_reader.hpp"
#include "lab/table.hpp"

namespace rlm::app {
namespace {

using lab::ReplayPolicy;

std::int64_t micro_dollars(double dollars) {
  return std::llround(dollars * 1e6);
}

void set_prices(const ReplayOptions& options, lab::ReplayPrices& prices) {
  const auto or_else = [](double given, double otherwise) {
    return micro_dollars(given < 0 ? otherwise : given);
  };
  // Anthropic's usual multipliers.
  prices.verify.input = micro_dollars(options.verify_input);
  prices.verify.cache_read = or_else(options.verify_read, options.verify_input * 0.1);
  prices.verify.cache_write_5m = or_else(options.verify_write_5m, options.verify_input * 1.25);
  prices.verify.cache_write_1h = or_else(options.verify_write_1h, options.verify_input * 2);
  prices.verify.output = micro_dollars(options.verify_output);
  prices.draft.input = micro_dollars(options.draft_input);
  prices.draft.cache_read = micro_dollars(options.draft_hit);
  prices.draft.output = micro_dollars(options.draft_output);
}

Result<lab::ReplayPrices> prices_of(const ReplayOptions& options) {
  lab::ReplayPrices prices;
  set_prices(options, prices);
  if (options.verify_model.empty() && options.draft_model.empty()) return prices;
  const auto table = price_table_of(options.price_file);
  if (!table) return fail(table.error());
  const UnixMs now = system_clock().unix_ms();
  for (const auto& [model, price] :
       {std::pair{&options.verify_model, &prices.verify}, {&options.draft_model, &prices.draft}}) {
    if (model->empty()) continue;
    const money::Price* row = (*table)->find(*model, now);
    if (row == nullptr)
      return fail(ErrorKind::BadRequest, Source::Self,
                  *model + ": the price table knows no such model");
    *price = *row;
  }
  return prices;
}

/// The files that a path stands for. BadRequest when a folder has none.
Result<std::vector<std::string>> files_of(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::is_directory(path, failed)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, failed)) {
    const std::string name = entry.path().filename().string();
    const bool wanted = name.rfind("agent-sessions", 0) == 0;
    if (wanted && (name.ends_with(".jsonl") || name.ends_with(".jsonl.gz")))
      files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  if (files.empty())
    return fail(ErrorKind::BadRequest, Source::Self,
                path + ": holds no agent-sessions*.jsonl or .jsonl.gz");
  return files;
}

Result<std::vector<lab::SessionThread>> threads_of(const std::vector<std::string>& paths) {
  std::vector<lab::SessionThread> all;
  for (const auto& path : paths) {
    auto files = files_of(path);
    if (!files) return fail(std::move(files.error()));
    for (const auto& file : *files) {
      const auto text = lab::read_maybe_gzip(file);
      if (!text) return fail(text.error());
      auto threads = lab::read_sessions(*text);
      if (!threads)
        return fail(ErrorKind::BadRequest, Source::Self, file + ": " + threads.error().message);
      std::move(threads->begin(), threads->end(), std::back_inserter(all));
    }
  }
  return all;
}

std::vector<ReplayPolicy> policies_of(const ReplayOptions& options) {
  std::vector<ReplayPolicy> policies;
  for (std::size_t i = 0; i < lab::kReplayPolicyCount; ++i) {
    const auto policy = static_cast<ReplayPolicy>(i);
    const auto& wanted = options.policies;
    if (wanted.empty() ||
        std::find(wanted.begin(), wanted.end(), lab::name_of(policy)) != wanted.end())
      policies.push_back(policy);
  }
  return policies;
}

double seconds_since(SteadyTime start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int replay_sessions(const ReplayOptions& options) {
  const SteadyTime start = std::chrono::steady_clock::now();
  lab::ReplayQuestion question;
  const auto prices = prices_of(options);
  if (!prices) return complain(prices.error().message, 2);
  question.config.prices = *prices;
  question.config.verify_cache = {options.one_hour, options.keep_alive};
  question.config.errors_to_hand_over = options.errors_to_hand_over;
  question.policies = policies_of(options);
  question.draws = options.draws;
  question.rejected_per_mille.clear();
  for (const double each : options.rejected)
    question.rejected_per_mille.push_back(static_cast<int>(std::lround(each * 10)));
  auto threads = threads_of(options.paths);
  if (!threads) return complain(threads.error().message, 2);
  std::erase_if(*threads, [&](const lab::SessionThread& thread) {
    return options.source != "all" && options.source != lab::name_of(thread.source);
  });
  if (threads->empty()) return complain("no call of --source " + options.source, 2);
  question.sessions = options.source == "all" ? "All sources" : options.source;
  const double read_s = seconds_since(start);

  const std::size_t steps = lab::step_count(question);
  constexpr std::size_t kSlowSteps = 1'000;
  std::unique_ptr<lab::ProgressBar> bar;
  if (steps > kSlowSteps) bar = std::make_unique<lab::ProgressBar>("replay", steps);
  const auto study = lab::study(*threads, question, [&] {
    if (bar) bar->step();
  });
  bar.reset();
  const double all_s = seconds_since(start);
  std::fputs(lab::replay_report(question, study).c_str(), stdout);
  std::printf("\nRead in %.2f s; %s calls replayed in %.2f s over %zu runs.\n", read_s,
              lab::grouped(study.calls_replayed).c_str(), all_s - read_s, steps);
  if (options.json_file.empty()) return 0;
  return write_file(options.json_file, lab::replay_report_json(question, study)) ? 0 : 1;
}

void add_price_options(CLI::App& command, ReplayOptions& options) {
  const auto price = [&](const char* name, double& into, const char* what) {
    return command.add_option(name, into, what)->check(CLI::Range(0.0, 10'000.0));
  };
  price("--verify-in", options.verify_input, "$/MTok of the verify model")->capture_default_str();
  price("--verify-out", options.verify_output, "Its output")->capture_default_str();
  price("--verify-read", options.verify_read, "Its cache reads (default: 0.1 of --verify-in)");
  price("--verify-write", options.verify_write_5m, "Its 5-minute writes (default: 1.25 of it)");
  price("--verify-write-1h", options.verify_write_1h, "Its 1-hour writes (default: twice it)");
  price("--draft-in", options.draft_input, "$/MTok of the draft model")->capture_default_str();
  price("--draft-hit", options.draft_hit, "Its cache hits")->capture_default_str();
  price("--draft-out", options.draft_output, "Its output")->capture_default_str();
  command.add_option("--verify-model", options.verify_model,
                     "Take today's prices of this model from the price table instead");
  command.add_option("--draft-model", options.draft_model, "The same for the draft model");
  command.add_option("--prices", options.price_file, "Price file instead of the table compiled in");
}

}  // namespace

void add_replay_options(CLI::App& command, ReplayOptions& options) {
  auto* paths = command.add_option(
      "sessions", options.paths,
      "Session shapes (JSON Lines, gzip or not), or folders with agent-sessions*.jsonl[.gz]");
  command
      .add_option("--ledger", options.ledger,
                  "A ledger instead: recompute every call's cost and compare")
      ->excludes(paths);
  command
      .add_option("--config", options.config_file,
                  "With --ledger: the configuration that wrote it, for its prices and endpoints, "
                  "and to decide everything again")
      ->needs("--ledger");
  command.add_option("--days", options.days, "With --ledger: only its last so many days")
      ->check(CLI::PositiveNumber)
      ->needs("--ledger");
  command
      .add_option("--try", options.tries,
                  "With --config: other configurations to decide by, files or the names of presets "
                  "for its cascades")
      ->delimiter(',')
      ->needs("--config");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < lab::kReplayPolicyCount; ++i)
    names.emplace_back(lab::name_of(static_cast<ReplayPolicy>(i)));
  command.add_option("--policy", options.policies, "Only these (default: all)")
      ->delimiter(',')
      ->check(CLI::IsMember(names));
  command.add_option("--rejected", options.rejected, "Percent of judged answers that are rejected")
      ->delimiter(',')
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  command.add_option("--source", options.source, "Whose sessions")
      ->check(CLI::IsMember({"claude_code", "codex", "opencode", "all"}))
      ->capture_default_str();
  command.add_option("--draws", options.draws, "Runs in which chance picks what is rejected")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  command
      .add_option("--hand-over-after", options.errors_to_hand_over,
                  "Tool errors in a user turn after which the verify model drives on; 0: never")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  command.add_flag("--one-hour", options.one_hour, "Write the verify model's cache for an hour");
  command.add_flag("--keep-alive", options.keep_alive,
                   "Read the verify model's cache after 270 s idle, twice at most");
  command.add_option("--json", options.json_file, "Write every figure here as well");
  add_price_options(command, options);
}

int replay_command(const ReplayOptions& options) {
  if (!options.ledger.empty()) return replay_ledger(options);
  if (options.paths.empty()) return complain("replay needs a path to sessions, or --ledger", 2);
  return replay_sessions(options);
}

}  // namespace rlm::app
